#include "operation/totals.h"

#include <doctest/doctest.h>

#include "base/path.h"

namespace pipit::operation {

TEST_CASE("totals: what is nothing is left out") {
  CHECK_EQ(shown_totals({}), "");
  CHECK_EQ(shown_totals({.downloaded = 8, .built = 1, .from_cache = 3, .bytes = 30'200'000}),
           " (8 downloaded, 1 built, 3 from cache, 30.2 MB fetched)");
  CHECK_EQ(shown_totals({.built = 1, .from_cache = 2}), " (1 built, 2 from cache)");
  CHECK_EQ(shown_totals({.local = 1}), " (1 local file)");
  CHECK_EQ(shown_totals({.downloaded = 1, .local = 2}), " (1 downloaded, 2 local files)");
}

TEST_CASE("totals: what comes, changes and goes is counted") {
  CHECK_EQ(shown_counts({12, 0, 4}, false), "Installed 12, removed 4 packages");
  CHECK_EQ(shown_counts({12, 3, 1}, false), "Installed 12 (3 changed), removed 1 package");
  CHECK_EQ(shown_counts({1, 1, 0}, false), "Installed 1 package (1 changed)");
  CHECK_EQ(shown_counts({2, 0, 0}, false), "Installed 2 packages");
  CHECK_EQ(shown_counts({0, 0, 1}, false), "Removed 1 package");
  CHECK_EQ(shown_counts({0, 0, 2}, true), "Would remove 2 packages");
  CHECK_EQ(shown_counts({1, 0, 2}, true), "Would install 1, remove 2 packages");
}

TEST_CASE("totals: which environment or which folder it was") {
  InstallTarget target;
  TargetOptions options;
  CHECK_EQ(environment_line(options, target), "");
  env::Interpreter python;
  python.prefix = "/srv/venv";
  python.version = *pep::Version::parse("3.11.7");
  target.interpreter = python;
  CHECK_EQ(environment_line(options, target), "Environment: /srv/venv (Python 3.11.7)");
  target.interpreter->prefix = base::absolute_path("below/venv");
  CHECK_EQ(environment_line(options, target), "Environment: below/venv (Python 3.11.7)");
  target.layout.scheme.purelib = "/srv/user/lib";
  options.user = true;
  CHECK_EQ(environment_line(options, target), "Environment: /srv/user/lib (Python 3.11.7)");
  options.root = "/image";
  CHECK_EQ(environment_line(options, target), "Environment: /srv/user/lib (Python 3.11.7)");
  options.user = false;
  CHECK_EQ(environment_line(options, target), "Root: /image (Python 3.11.7)");
  target.layout.prefix = "/image/app";
  options.prefix = "/app";
  CHECK_EQ(environment_line(options, target), "Prefix: /image/app (Python 3.11.7)");
  target.layout.scheme.purelib = base::absolute_path("lib");
  options.directory = "lib";
  options.foreign.python_version = "3.12";
  CHECK_EQ(environment_line(options, target), "Target: lib");
}

TEST_CASE("totals: a package's origin is told without secrets") {
  resolve::Chosen chosen;
  chosen.name = "a";
  chosen.version = *pep::Version::parse("1");
  chosen.source = *distribution::parse_source("git+https://user:hunter2@h/a@main");
  using distribution::Obtained;
  CHECK_EQ(origin_line(chosen, Obtained::built), "a 1: built from git+https://h/a@main");
  CHECK_EQ(origin_line(chosen, Obtained::from_cache),
           "a 1: from the cache, where it came from git+https://h/a@main");
}

}  // namespace pipit::operation
