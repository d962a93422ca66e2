#include "operation/requirements_output.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "index/find_links.h"

namespace pipit::operation {
namespace {

const std::string kOutputCommit(40, 'c');

resolve::Chosen pinned(const std::string& name, const std::string& version,
                       std::set<std::string> via = {}) {
  resolve::Chosen one;
  one.name = name;
  one.version = *pep::Version::parse(version);
  one.via = std::move(via);
  return one;
}

std::string text(std::vector<resolve::Chosen> all, const PinFormat& format = {}) {
  resolve::Resolution resolution;
  resolution.chosen = std::move(all);
  return requirements_text(resolution, format);
}

TEST_CASE("pinned lines: one name behind via, several below it") {
  CHECK_EQ(
      text({pinned("a", "1", {"-r r.in"}), pinned("b", "2", {"-c c.txt", "a"}), pinned("c", "3")}),
      "a==1\n    # via -r r.in\nb==2\n    # via\n    #   -c c.txt\n    #   a\nc==3\n");
  CHECK_EQ(text({pinned("a", "1", {"x"})}, {.annotate = false}), "a==1\n");
}

TEST_CASE("pinned lines: markers, and extras that are needed in fewer environments") {
  resolve::Chosen one = pinned("a", "1");
  one.extras = {"x", "y"};
  one.marker = *pep::Marker::parse("python_version < '3.12'");
  one.extra_markers["x"] = one.marker;
  one.extra_markers["y"] = *pep::Marker::parse("sys_platform == 'win32'");
  CHECK_EQ(text({one}), "a==1 ; python_version < \"3.12\"\n");
  CHECK_EQ(text({one}, {.keep_extras = true}),
           "a[x]==1 ; python_version < \"3.12\"\na[y]==1 ; sys_platform == \"win32\"\n");
}

TEST_CASE("pinned lines: extras stand behind the path, or behind the name") {
  resolve::Chosen folder = pinned("a", "1");
  folder.source = *distribution::parse_source("/");
  folder.written = "./here";
  folder.extras = {"x"};
  CHECK_EQ(text({folder}, {.keep_extras = true}), "./here[x]\n");
  resolve::Chosen archive = pinned("b", "1");
  archive.source = *distribution::parse_source("https://h/b.zip");
  archive.extras = {"x"};
  CHECK_EQ(text({archive}, {.keep_extras = true}), "b[x] @ https://h/b.zip\n");
}

TEST_CASE("pinned lines: the branch that a commit was found by is noted") {
  resolve::Chosen one = pinned("a", "1", {"-r r.in"});
  one.source = *distribution::parse_source("git+https://h/a@main");
  one.source->commit = kOutputCommit;
  CHECK_EQ(text({one}),
           cat("a @ git+https://h/a@", kOutputCommit, "\n    # revision main\n    # via -r r.in\n"));
  CHECK_EQ(text({one}, {.annotate = false}), cat("a @ git+https://h/a@", kOutputCommit, "\n"));
}

TEST_CASE("pinned lines: hashes of all files of the release, sorted, and of no other") {
  index::LinkedFiles files;
  const auto add = [&](const std::string& name, char digit) {
    index::RawFile raw;
    raw.name = name;
    raw.url = cat("https://h/", name);
    raw.sha256 = std::string(64, digit);
    files.add(std::move(raw));
  };
  add("a-1-py3-none-any.whl", 'b');
  add("a-1.tar.gz", 'a');
  add("a-2.tar.gz", 'c');
  resolve::Chosen one = pinned("a", "1");
  one.page = files.page("a", "");
  CHECK_EQ(text({one}, {.hashes = true}),
           cat("a==1 \\\n    --hash=sha256:", std::string(64, 'a'),
               " \\\n    --hash=sha256:", std::string(64, 'b'), "\n"));
  CHECK(release_hashes(pinned("b", "1")).empty());
}

}  // namespace
}  // namespace pipit::operation
