#include "env/python/select.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"

#include "cache/store.h"
#include "tests/env/env_fixture.h"
#include "tests/env/python_tree.h"

namespace pipit {
namespace {

using env_test::World;

TEST_CASE("select: options first, then variables, then .venv") {
  World world;
  env::ProcessEnvironment around{std::nullopt, std::nullopt, world.at("path"),
                                 world.at("project/deep")};
  REQUIRE(base::make_directories(world.at("project/deep")));
  const auto chosen = [&](const env::Selector& selector) -> std::string {
    const auto found = env::select_candidates(selector, around);
    if (!found) return found.error().message;
    return cat(found->front().executable, " by ", found->front().reason);
  };
  CHECK_EQ(chosen({}),
           cat("no environment found: VIRTUAL_ENV and CONDA_PREFIX are not set, and there "
               "is no .venv in ",
               world.at("project/deep"), " or above"));
  CHECK_EQ(chosen({"", true, false}), "no Python found: neither python3 nor python is on PATH");
  CHECK_EQ(chosen({"3.12", false, false}),
           "--python 3.12: none of python3.12, python3, python is on PATH");
  CHECK_EQ(chosen({"./x", false, false}), "--python ./x: no such file");
  world.write("path/python3", "x", 0755);
  CHECK_EQ(chosen({"", true, false}), cat(world.at("path/python3"), " by PATH"));
  CHECK_EQ(chosen({"", false, true}), cat(world.at("path/python3"), " by PATH"));
  CHECK_EQ(chosen({"3", false, false}), cat(world.at("path/python3"), " by --python 3"));
  CHECK_EQ(chosen({"../../env", false, false}),
           cat(world.at("env/bin/python"), " by --python ../../env"));

  REQUIRE(::symlink(world.at("nowhere").c_str(), world.at("project/.venv").c_str()) == 0);
  CHECK_EQ(chosen({}), cat(world.at("project/.venv"), ": a broken link"));
  REQUIRE(base::remove_file(world.at("project/.venv")));
  REQUIRE(::symlink(world.at("env").c_str(), world.at("project/.venv").c_str()) == 0);
  CHECK_EQ(chosen({}),
           cat(world.at("project/.venv/bin/python"), " by .venv in ", world.at("project")));
  around.conda_prefix = world.at("conda");
  CHECK_EQ(chosen({}), cat("CONDA_PREFIX=", world.at("conda"), ": no bin/python there"));
  around.virtual_env = world.at("env");
  CHECK_EQ(chosen({}), cat(world.at("env/bin/python"), " by VIRTUAL_ENV"));
}

std::string chosen_by(const env::Selector& selector, const env::ProcessEnvironment& process) {
  const auto found = env::select_candidates(selector, process);
  if (!found) return found.error().message;
  std::string out;
  for (const env::Selected& one : *found)
    out += cat(out.empty() ? "" : " ", base::relative_path(process.directory, one.executable));
  return out;
}

TEST_CASE("select: for a version every candidate on PATH is named, scripts last") {
  World world;
  const env::ProcessEnvironment process{
      std::nullopt, std::nullopt, cat(world.at("shims"), ":", ":", world.at("bin")), world.at("")};
  world.write("shims/python3.12", "#!/bin/sh\n", 0755);
  world.write("shims/python3", "#!/bin/sh\n", 0755);
  world.write("bin/python3", "x", 0755);
  world.write("bin/python", "x", 0755);
  world.write("bin/python3.12", "x");  // not executable
  CHECK_EQ(chosen_by({"3.12", false, false}, process),
           "bin/python3 bin/python shims/python3.12 shims/python3");
  CHECK_EQ(chosen_by({"3.12.4", false, false}, process),
           "bin/python3 bin/python shims/python3.12 shims/python3");
  CHECK_EQ(chosen_by({">=3.9", false, false}, process), "bin/python3 bin/python shims/python3");
  CHECK_EQ(chosen_by({"", true, false}, process), "shims/python3 bin/python");
}

TEST_CASE("select: a name is sought on PATH, then as a file or directory here") {
  World world;
  const env::ProcessEnvironment process{std::nullopt, std::nullopt, world.at("bin"), world.at("")};
  world.write("bin/pypy3", "x", 0755);
  world.write("here", "x", 0755);
  REQUIRE(base::make_directories(world.at("bare")));
  CHECK_EQ(chosen_by({"pypy3", false, false}, process), "bin/pypy3");
  CHECK_EQ(chosen_by({"here", false, false}, process), "here");
  CHECK_EQ(chosen_by({"env", false, false}, process), "env/bin/python");
  CHECK_EQ(chosen_by({"./bare", false, false}, process),
           "--python ./bare: no bin/python in that directory");
  CHECK_EQ(chosen_by({"nothing", false, false}, process),
           "--python nothing: neither on PATH nor a file or directory here");
  CHECK_EQ(chosen_by({world.at("env/bin/python"), false, false}, process), "env/bin/python");
}

TEST_CASE("select: a folder here that is an environment comes before a program of that name") {
  World world;
  const env::ProcessEnvironment process{std::nullopt, std::nullopt, world.at("bin"), world.at("")};
  world.write("bin/env", "x", 0755);
  world.write("bin/bare", "x", 0755);
  REQUIRE(base::make_directories(world.at("bare")));
  CHECK_EQ(chosen_by({"env", false, false}, process), "env/bin/python");
  CHECK_EQ(chosen_by({"bare", false, false}, process), "bin/bare");
}

TEST_CASE("select: the nearest .venv is meant, and what keeps it from use is told") {
  World world;
  const env::ProcessEnvironment process{std::nullopt, std::nullopt, "", world.at("a/b")};
  world.write("a/.venv/pyvenv.cfg", "home = /x\n");
  world.write("a/.venv/bin/python3", "x", 0755);
  REQUIRE(base::make_directories(world.at("a/b")));
  CHECK_EQ(chosen_by({}, process), "../.venv/bin/python3");
  const auto fault = [&] {
    const auto found = env::select_candidates({}, process);
    if (found) return std::string();
    const std::string begin = cat(world.at("a/b/.venv"), ": a broken virtual environment: ");
    CHECK(found.error().message.starts_with(begin));
    return found.error().message.substr(begin.size());
  };
  world.write("a/b/.venv", "name");
  CHECK_EQ(fault(), "not a folder");
  REQUIRE(base::remove_file(world.at("a/b/.venv")));
  REQUIRE(base::make_directories(world.at("a/b/.venv")));
  CHECK_EQ(fault(), "missing pyvenv.cfg");
  world.write("a/b/.venv/bin/python", "x", 0755);
  CHECK_EQ(fault(), "missing pyvenv.cfg");
  REQUIRE(base::make_directories(world.at("a/b/.venv/conda-meta")));
  CHECK_EQ(chosen_by({}, process), ".venv/bin/python");
  REQUIRE(base::remove_file(world.at("a/b/.venv/bin/python")));
  world.write("a/b/.venv/pyvenv.cfg", "home = /x\n");
  CHECK_EQ(fault(), "no bin/python there");
}

TEST_CASE("select: a variable's folder without pyvenv.cfg is no way into another Python") {
  World world;
  env::ProcessEnvironment process{world.at("env"), std::nullopt, "", world.at("")};
  REQUIRE(base::remove_file(world.at("env/pyvenv.cfg")));
  CHECK_EQ(chosen_by({}, process), cat("VIRTUAL_ENV=", world.at("env"), ": missing pyvenv.cfg"));
  world.write("whole/bin/python3", "x", 0755);  // an installation
  process.virtual_env = world.at("whole");
  CHECK_EQ(chosen_by({}, process), "whole/bin/python3");
}

TEST_CASE("select: for a hint the active environment is nearer than a .venv") {
  World world;
  env::ProcessEnvironment process{std::nullopt, std::nullopt, "", world.at("")};
  CHECK_FALSE(env::environment_nearby(process));
  REQUIRE(base::make_directories(world.at(".venv")));
  CHECK_FALSE(env::environment_nearby(process));
  world.write(".venv/pyvenv.cfg", "home = /x\n");
  world.write(".venv/bin/python3", "x", 0755);
  CHECK_EQ(env::environment_nearby(process), world.at(".venv"));
  process.virtual_env = world.at("env");
  CHECK_EQ(env::environment_nearby(process), world.at("env"));
}

TEST_CASE("select: the process says where it is and what is set; empty is not set") {
  ::setenv("VIRTUAL_ENV", "", 1);
  ::setenv("CONDA_PREFIX", "/conda", 1);
  const env::ProcessEnvironment process = env::ProcessEnvironment::current();
  CHECK_FALSE(process.virtual_env);
  CHECK_EQ(process.conda_prefix, "/conda");
  CHECK_EQ(process.directory, base::absolute_path("."));
  ::unsetenv("VIRTUAL_ENV");
  ::unsetenv("CONDA_PREFIX");
}

TEST_CASE("select: of several Pythons the first that fits the version is found") {
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  world.write("broken/python3", "neither a program nor a script", 0755);
  for (const int minor : {13, 14}) {
    const std::string bin = world.at(minor == 13 ? "a/bin" : "b/bin");
    const std::string python = cat(bin, "/python3.", minor);
    env_test::write_talking_python(world, python, minor);
    REQUIRE(::symlink(python.c_str(), cat(bin, "/python3").c_str()) == 0);
  }
  const env::ProcessEnvironment process{
      std::nullopt, std::nullopt,
      cat(world.at("broken"), ":", world.at("a/bin"), ":", world.at("b/bin")), world.at("")};
  const auto found = [&](const std::string& python) {
    const auto interpreter =
        env::find_interpreter({python, false, false}, process, store, world.heard, {});
    return interpreter ? interpreter->version.str() : interpreter.error().message;
  };
  CHECK_EQ(found("3.14"), "3.14.1");
  CHECK_EQ(found("3.13.1"), "3.13.1");
  CHECK_EQ(found("3"), "3.13.1");
  CHECK_EQ(found(">=3.14"), "3.14.1");
  CHECK_EQ(found("<3.14"), "3.13.1");
  CHECK_EQ(found("3.12"), cat("--python 3.12: no such Python on PATH (", world.at("a/bin/python3"),
                              " is 3.13.1, ", world.at("b/bin/python3"), " is 3.14.1)"));
  CHECK_EQ(found("==="), "invalid version specifier: '==='");
  world.heard.notes.clear();
  CHECK_EQ(found(world.at("b/bin/python3")), "3.14.1");
  CHECK(world.heard.notes.ends_with(cat("\nPython 3.14.1 at ", world.at("b/bin/python3"),
                                        " (--python ", world.at("b/bin/python3"), ")\n")));
}

TEST_CASE("select: where nothing on PATH is a Python, the first one's error is told") {
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  world.write("bin/python3", "neither a program nor a script", 0755);
  const env::ProcessEnvironment process{std::nullopt, std::nullopt, world.at("bin"), world.at("")};
  for (const char* python : {"3.12", "python3"}) {
    const auto found =
        env::find_interpreter({python, false, false}, process, store, world.heard, {});
    REQUIRE_FALSE(found);
    CHECK(found.error().message.starts_with(cat(world.at("bin/python3"), ": ")));
  }
}

}  // namespace
}  // namespace pipit
