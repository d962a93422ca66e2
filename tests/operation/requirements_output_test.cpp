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

std::string text(std::vector<resolve::Chosen> all, const PinFormat& format = {},
                 const ReleaseHashes& hashes = {}) {
  resolve::Resolution resolution;
  resolution.chosen = std::move(all);
  return requirements_text(resolution, hashes, format);
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

TEST_CASE("pinned lines: hashes stand behind the pin, via below or on a line of its own") {
  const ReleaseHashes hashes{{"sha256:a", "sha512:b"}, {}};
  const std::vector<resolve::Chosen> all{pinned("a", "1", {"x", "y"}), pinned("b", "2", {"a"})};
  CHECK_EQ(text(all, {}, hashes),
           "a==1 \\\n    --hash=sha256:a \\\n    --hash=sha512:b\n    # via\n    #   x\n    #   y\n"
           "b==2\n    # via a\n");
  CHECK_EQ(text(all, {.in_line = true}, hashes),
           "a==1 \\\n    --hash=sha256:a \\\n    --hash=sha512:b\n    # via x, y\n"
           "b==2                      # via a\n");
  CHECK_EQ(text({pinned("a-very-long-name-of-one", "1", {"x"})}, {.in_line = true}),
           "a-very-long-name-of-one==1  # via x\n");
}

TEST_CASE("pinned lines: what is left out is told at the end, and the others keep their hashes") {
  CHECK_EQ(text({pinned("a", "1"), pinned("b", "2"), pinned("c", "3")},
                {.left_out = {"a", "c", "z"}}, {{"sha256:a"}, {"sha256:b"}, {}}),
           "b==2 \\\n    --hash=sha256:b\n\n# The following packages were excluded from the "
           "output:\n# a\n# c\n");
}

TEST_CASE("pinned lines: from which index a release is, without a secret") {
  index::LinkedFiles files;
  index::RawFile raw;
  raw.name = "a-1-py3-none-any.whl";
  raw.url = "https://h/a-1-py3-none-any.whl";
  files.add(std::move(raw));
  resolve::Chosen one = pinned("a", "1", {"x"});
  one.page = files.page("a", "https://u:secret@h/simple/");
  one.file = index::only_file(one.page);
  CHECK_EQ(text({one}, {.indexes = true}), "a==1\n    # via x\n    # from https://h/simple/\n");
  one.source = *distribution::parse_source("https://h/a.zip");
  CHECK_EQ(text({one}, {.annotate = false, .indexes = true}), "a @ https://h/a.zip\n");
}

}  // namespace
}  // namespace pipit::operation
