#include "env/python/shim.h"
#include "base/environ.h"
#include "base/file.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

/// Variables of the process, put back at the end.
class Variables {
 public:
  ~Variables() {
    for (auto& [name, value] : old_)
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
  }
  void set(const std::string& name, const std::string& value) {
    old_.try_emplace(name, base::environment_variable(name.c_str()));
    ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  std::map<std::string, std::optional<std::string>> old_;
};

std::string key_of(const World& world, std::string_view script) {
  const auto info = base::file_info(world.at(script));
  REQUIRE(info);
  return env::shim_key(world.at(script), **info);
}

TEST_CASE("shim: only scripts of pyenv and asdf have a key") {
  World world;
  world.write("pyenv", "#!/bin/sh\nexec pyenv exec python \"$@\"\n", 0755);
  world.write("asdf", "#!/bin/sh\nexec asdf exec python \"$@\"\n", 0755);
  world.write("other", "#!/bin/sh\nexec /usr/bin/python3 \"$@\"\n", 0755);
  CHECK_EQ(key_of(world, "pyenv").size(), 64);
  CHECK_EQ(key_of(world, "asdf").size(), 64);
  CHECK_NE(key_of(world, "pyenv"), key_of(world, "asdf"));
  CHECK_EQ(key_of(world, "other"), "");
}

TEST_CASE("shim: what its manager would look at changes the key, nothing else does") {
  World world;
  Variables variables;
  variables.set("HOME", world.at("home"));
  variables.set("PYENV_ROOT", world.at("root"));
  variables.set("PYENV_VERSION", "");
  world.write("python3", "#!/bin/sh\nexec pyenv exec python3 \"$@\"\n", 0755);
  const std::string first = key_of(world, "python3");
  world.write("home/unrelated", "x");
  variables.set("UNRELATED", "x");
  CHECK_EQ(key_of(world, "python3"), first);

  world.write("root/version", "3.11.7\n");
  const std::string global = key_of(world, "python3");
  CHECK_NE(global, first);
  world.write("root/version", "3.12.1 \n");
  CHECK_NE(key_of(world, "python3"), global);
  world.write("home/.tool-versions", "python 3.12\n");
  const std::string tools = key_of(world, "python3");
  CHECK_NE(tools, global);
  variables.set("PYENV_VERSION", "3.9.1");
  CHECK_NE(key_of(world, "python3"), tools);
  variables.set("PYENV_VERSION", "");
  CHECK_EQ(key_of(world, "python3"), tools);
  world.write("python3", "#!/bin/sh\n# pyenv, rehashed\n", 0755);
  CHECK_NE(key_of(world, "python3"), tools);
}

}  // namespace
}  // namespace pipit
