#include "index/page_builder.h"

#include <vector>

#include "tests/index/pages.h"

namespace pipit::index {
namespace {

RawFile named_file(std::string name) {
  RawFile file;
  file.url = cat("https://i.example/", name);
  file.name = std::move(name);
  return file;
}

TEST_CASE("file name: whether it is the project's, and its version") {
  struct Row {
    std::string_view name, project, version;  // version "" : not this project's
    FileKind kind = FileKind::wheel;
  };
  const std::vector<Row> rows = {
      {"foo_bar-1.0-py3-none-any.whl", "foo-bar", "1.0"},
      {"Foo.Bar-1.0-py3-none-any.whl", "foo-bar", "1.0"},
      {"foo__bar-1.0-py3-none-any.whl", "foo-bar", "1.0"},
      {"foo._-bar-1.0.zip", "foo-bar", "1.0", FileKind::sdist},
      {"foo_bar-1.0-1-py3-none-any.whl", "foo-bar", "1.0"},  // with a build tag
      {"foo_bar-1.0+cpu-py3-none-any.whl", "foo-bar", "1.0+cpu"},
      {"foo_bar-1.0-a-b-py3-none-any.whl", "foo-bar", ""},  // seven parts
      {"foo_bar-1.0-none-any.whl", "foo-bar", ""},          // four
      {"foo-bar-1.0-py3-none-any.whl", "foo-bar", ""},      // a dash in a wheel's name
      {"foo-1.0-py3-none-any.whl", "foo-bar", ""},
      {"foo_bar_baz-1.0-py3-none-any.whl", "foo-bar", ""},
      {"foo_bar-1.0.tar.gz", "foo-bar", "1.0", FileKind::sdist},
      {"foo-bar-1.0.tar.gz", "foo-bar", "1.0", FileKind::sdist},
      {"foo-bar-1.0.zip", "foo-bar", "1.0", FileKind::sdist},
      {"foo-bar-1.0-1.tar.gz", "foo-bar", "1.0-1", FileKind::sdist},
      {"foo-bar-1.0.tar.gz", "foo", "bar-1.0", FileKind::sdist},  // no version, says the builder
      {"foo-bar.tar.gz", "foo-bar", ""},
      {"foo_bar-1.0.tar.bz2", "foo-bar", ""},
      {"foo_bar-1.0-py2.7.egg", "foo-bar", ""},
      {"foo_bar-1.0.tar.gz.asc", "foo-bar", ""},
      {"", "foo-bar", ""},
      {".whl", "foo-bar", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CAPTURE(row.project);
    const auto found = version_in_name(row.name, row.project);
    CHECK_EQ(found ? found->version : "", row.version);
    if (found) CHECK(found->kind == row.kind);
  }
}

TEST_CASE("page builder: spellings of a version share a release, what has none is dropped") {
  PageBuilder builder("demo", "https://i.example/simple/");
  for (const char* name :
       {"demo-1.0.tar.gz", "demo-2.0-py3-none-any.whl", "demo-1.0.0-py3-none-any.whl",
        "demo-1.0-cp312-cp312-linux_x86_64.whl", "demo-latest.tar.gz", "other-3.0.tar.gz"})
    builder.add(named_file(name));
  const PagePtr page = read_back(builder.encode());
  CHECK_EQ(listing(*page), "2.0:w 1.0:wws");
  // Of one release wheels stand in front, else as listed.
  CHECK_EQ(all_files(*page)[1].name, "demo-1.0.0-py3-none-any.whl");
  CHECK_EQ(all_files(*page)[2].name, "demo-1.0-cp312-cp312-linux_x86_64.whl");
  CHECK_EQ(all_files(*page)[3].name, "demo-1.0.tar.gz");
}

TEST_CASE("page builder: the page says whose it is and what the index says of the project") {
  PageBuilder builder("demo", "https://i.example/simple/");
  builder.set_status("quarantined", "malware");
  const PagePtr page = read_back(builder.encode());
  CHECK(page->found);
  CHECK_EQ(page->project, "demo");
  CHECK_EQ(page->index_url, "https://i.example/simple/");
  CHECK_EQ(page->status, "quarantined");
  CHECK_EQ(page->status_reason, "malware");
  CHECK(page->releases.empty());
}

}  // namespace
}  // namespace pipit::index
