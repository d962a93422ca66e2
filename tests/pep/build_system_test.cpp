#include "pep/build_system.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::pep {
namespace {

std::string build_system(std::string_view text) {
  const auto read = parse_build_system(text);
  if (!read) return read.error().message;
  std::string out = cat(read->backend, " |");
  for (const Requirement& one : read->requires_build) out += cat(" ", one.str());
  out += " |";
  for (const std::string& directory : read->path) out += cat(" ", directory);
  return out;
}

}  // namespace

TEST_CASE("build system: without a table setuptools builds") {
  const std::string legacy = "setuptools.build_meta:__legacy__ | setuptools>=40.8.0 |";
  CHECK_EQ(build_system(""), legacy);
  CHECK_EQ(build_system("[project]\nname = 'x'"), legacy);
  // PEP 517: without build-backend the old way, but with what the table asks for.
  CHECK_EQ(build_system("[build-system]\nrequires = ['setuptools', 'cython<3']"),
           "setuptools.build_meta:__legacy__ | setuptools cython<3 |");
}

TEST_CASE("build system: requires, backend and backend-path") {
  CHECK_EQ(build_system("[build-system]\nrequires = ['Flit_Core >=3.2,<4 ; python_version>\"3\"']\n"
                        "build-backend = 'flit_core.buildapi'"),
           "flit_core.buildapi | Flit_Core<4,>=3.2 ; python_version > \"3\" |");
  CHECK_EQ(build_system("build-system.requires = []\nbuild-system.build-backend = 'b.c:d.e'\n"
                        "build-system.backend-path = ['.', './tools/../_custom//in/']"),
           "b.c:d.e | | . _custom/in");
  CHECK_EQ(build_system("[build-system]\nrequires = ['a @ https://x.test/a.zip']\nother = 1"),
           "setuptools.build_meta:__legacy__ | a @ https://x.test/a.zip |");
}

TEST_CASE("build system: the name of the project, when it is said") {
  CHECK_EQ(named_project("[project]\nname = 'Pro_Ject.x'"), "pro-ject-x");
  for (const std::string_view text :
       {"", "[project]", "project = 1", "[project]\nname = 1", "[project]\nname = 'a b'", "["})
    CHECK_EQ(named_project(text), "");
}

TEST_CASE("build system: what breaks PEP 517 and 518 is refused, with its line") {
  CHECK_EQ(build_system("build-system = 1"),
           "line 1: build-system must be a table, not an integer");
  CHECK_EQ(build_system("[build-system]"), "line 1: build-system: requires is missing");
  CHECK_EQ(build_system("[build-system]\nrequires = 'setuptools'"),
           "line 2: build-system: requires must be an array of strings, not a string");
  CHECK_EQ(build_system("[build-system]\nrequires = ['a',\n 1]"),
           "line 3: build-system: requires must be a string, not an integer");
  CHECK(build_system("[build-system]\nrequires = ['a b']")
            .starts_with("line 2: build-system: requires: "));
  CHECK_EQ(build_system("[build-system]\nrequires = []\nbuild-backend = ['x']"),
           "line 3: build-system: build-backend must be a string, not an array");
  for (const std::string_view name : {"", "a b", "a:", ":a", "a:b:c", "a..b", "1a", "a/b", "a;b"})
    CHECK_MESSAGE(build_system(cat("[build-system]\nrequires = []\nbuild-backend = '", name, "'"))
                      .find("build-backend") != std::string::npos,
                  name);
  for (const std::string_view path : {"..", "/etc", "a/../../b", "a\\u0000b"})
    CHECK_MESSAGE(
        build_system(cat("[build-system]\nrequires = []\nbackend-path = [\"", path, "\"]"))
            .starts_with("line 1: build-system: backend-path: leads out of the project: "),
        path);
}

}  // namespace pipit::pep
