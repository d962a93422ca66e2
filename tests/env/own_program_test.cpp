// Under which names a program is known to be the one that runs.
#include "env/own_program.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "base/temp_dir.h"
#include "base/text.h"

namespace pipit::env {
namespace {

TEST_CASE("own program: links, other names of the file and copies, under names of pip") {
  auto directory = base::TempDir::create("/tmp", "pipit-test-");
  REQUIRE(directory);
  const auto at = [&](std::string_view name) { return cat(directory->path(), "/", name); };
  REQUIRE(base::write_file(at("program"), "binary"));
  REQUIRE(base::write_file(at("pip3.12"), "binary"));
  REQUIRE(base::write_file(at("pip3.9"), "Binary"));
  REQUIRE(base::write_file(at("pip2"), "longer than that"));
  REQUIRE_EQ(::symlink("program", at("pip").c_str()), 0);
  REQUIRE_EQ(::symlink("program", at("pipit").c_str()), 0);
  REQUIRE_EQ(::symlink("nothing", at("pip3.1").c_str()), 0);
  REQUIRE_EQ(::link(at("program").c_str(), at("pip3").c_str()), 0);
  const OwnProgram own(at("program"));
  for (const char* name : {"pip", "pip3", "pip3.12"}) CHECK_MESSAGE(own.is_at(at(name)), name);
  for (const char* name : {"pipit", "program", "pip2", "pip3.9", "pip3.1", "pip4"})
    CHECK_MESSAGE(!own.is_at(at(name)), name);
  CHECK_FALSE(OwnProgram("").is_at(at("pip")));
  CHECK_FALSE(OwnProgram(at("nothing")).is_at(at("pip3.1")));
}

TEST_CASE("own program: names of pip") {
  CHECK_EQ(version_of_pip_name("pip"), "");
  CHECK_EQ(version_of_pip_name("pip3.12"), "3.12");
  CHECK_EQ(version_of_pip_name("pipit"), std::nullopt);
  CHECK_EQ(version_of_pip_name("pip-3"), std::nullopt);
  CHECK_EQ(version_of_pip_name("apip"), std::nullopt);
}

}  // namespace
}  // namespace pipit::env
