#include "env/python/facts.h"
#include "base/file_tree.h"

#include "env/python/venv.h"
#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::made_up_python;
using env_test::World;

TEST_CASE("facts: markers, tags and places come from what the interpreter said") {
  World world;
  const env::Interpreter base = made_up_python(world.at("py"));
  CHECK_EQ(base.version.str(), "3.12.4");
  CHECK_EQ(base.target.markers.python_version, "3.12");
  CHECK_EQ(base.scheme.purelib, world.at("py/lib/python3.12/site-packages"));
  CHECK_EQ(base.venv_scheme.purelib, "lib/python3.12/site-packages");
  CHECK_EQ(base.venv_scheme.data, "");
  CHECK(base.target.tags.rank(pep::Tag{"cp312", "cp312", "manylinux_2_28_x86_64"}));
  CHECK(base.target.tags.rank(pep::Tag{"cp312", "cp312", "linux_x86_64"}));
  CHECK(base.target.tags.rank(pep::Tag{"py3", "none", "any"}));
  CHECK_FALSE(base.target.tags.rank(pep::Tag{"cp312", "cp312", "manylinux_2_29_x86_64"}));
  CHECK_FALSE(base.target.tags.rank(pep::Tag{"cp312", "cp312", "musllinux_1_1_x86_64"}));
  CHECK_FALSE(base.is_virtual);
  CHECK_FALSE(base.externally_managed);
}

TEST_CASE("facts: an externally managed base is refused, its virtual environments are not") {
  World world;
  world.write("py/lib/python3.12/EXTERNALLY-MANAGED",
              "[externally-managed]\nError=Ask the\n system's manager.\n \n Really.\nOther=x\n");
  const env::Interpreter base = made_up_python(world.at("py"));
  CHECK_EQ(base.externally_managed, "Ask the\nsystem's manager.\n\nReally.");
  CHECK_FALSE(env::check_may_change(base, false));
  CHECK(env::check_may_change(base, true));
  const auto venv = env::create_venv({world.at("v"), "", false, false}, base);
  REQUIRE(venv);
  CHECK(env::check_may_change(*venv, false));
}

TEST_CASE("facts: a prefix of its own makes an environment virtual, and knows no PEP 668") {
  World world;
  world.write("py/lib/python3.12/EXTERNALLY-MANAGED", "[externally-managed]\nError = no\n");
  env::Interpreter python = made_up_python(world.at("py"), {{"prefix", world.at("v")}});
  CHECK(python.is_virtual);
  CHECK_FALSE(python.externally_managed);
  CHECK_EQ(python.prefix, world.at("v"));
  CHECK_EQ(python.base_prefix, world.at("py"));
  CHECK_FALSE(python.is_conda);
  REQUIRE(base::make_directories(world.at("c/conda-meta")));
  CHECK(made_up_python(world.at("c")).is_conda);
}

TEST_CASE("facts: tags follow from implementation, ABI flags and libc") {
  World world;
  const auto ranks = [&](base::Json::Object more, const pep::Tag& tag) {
    return made_up_python(world.at("py"), std::move(more)).target.tags.rank(tag).has_value();
  };
  CHECK(ranks({{"debug", true}}, {"cp312", "cp312d", "linux_x86_64"}));
  CHECK(ranks({{"free_threaded", true}}, {"cp312", "cp312t", "linux_x86_64"}));
  CHECK_FALSE(ranks({{"free_threaded", true}}, {"cp312", "abi3", "linux_x86_64"}));
  CHECK(ranks({{"version", base::Json::Array{3, 7}}, {"full_version", "3.7.9"}},
              {"cp37", "cp37m", "linux_x86_64"}));
  CHECK(ranks({{"implementation", "pypy"}, {"soabi", "pypy310-pp73-x86_64-linux-gnu"}},
              {"pp312", "pypy310_pp73", "linux_x86_64"}));
  CHECK(ranks({{"implementation", "graalpy"}, {"soabi", "graalpy-38-native"}},
              {"graalpy312", "graalpy_38", "linux_x86_64"}));
  // No libc can be seen: plain linux is all that is left.
  CHECK_FALSE(ranks({{"glibc", ""}}, {"cp312", "cp312", "manylinux_2_17_x86_64"}));
  CHECK_FALSE(ranks({{"glibc", "100.1"}}, {"cp312", "cp312", "manylinux_2_17_x86_64"}));
  CHECK(ranks({{"glibc", ""}}, {"cp312", "cp312", "linux_x86_64"}));
  CHECK(ranks({{"platform", "macosx_14_0_arm64"}}, {"cp312", "cp312", "macosx_13_0_arm64"}));
  CHECK(ranks({{"platform", "odd"}}, {"cp312", "cp312", "odd"}));
}

TEST_CASE("facts: a 32-bit Python on a 64-bit ARM kernel is of both of its names") {
  World world;
  const env::Interpreter python =
      made_up_python(world.at("py"), {{"platform", "linux_armv8l"}, {"machine", "armv8l"}});
  const auto rank = [&](std::string_view platform) {
    return python.target.tags.rank(pep::Tag{"cp312", "cp312", std::string(platform)});
  };
  CHECK(rank("manylinux_2_17_armv8l"));
  CHECK(rank("manylinux2014_armv7l"));
  CHECK(rank("linux_armv7l"));
  CHECK_FALSE(rank("manylinux2014_aarch64"));
  CHECK_EQ(python.target.markers.platform_machine, "armv8l");
}

TEST_CASE("facts: platforms that _manylinux refuses are not the environment's") {
  World world;
  const env::Interpreter python = made_up_python(
      world.at("py"),
      {{"refused_platforms", base::Json::Array{"manylinux_2_17_x86_64", "manylinux2014_x86_64"}}});
  const auto rank = [&](std::string_view platform) {
    return python.target.tags.rank(pep::Tag{"py3", "none", std::string(platform)});
  };
  CHECK_FALSE(rank("manylinux2014_x86_64"));
  CHECK_FALSE(rank("manylinux_2_17_x86_64"));
  CHECK(rank("manylinux_2_18_x86_64"));
  CHECK(rank("linux_x86_64"));
}

TEST_CASE("facts: environments are made from the first name that Python works under") {
  World world;
  world.write("py-3.12.4/lib/python3.12/os.py", "");
  world.write("py-3.12.4/bin/python3.12", "");
  world.write("lib/python3.12/os.py", "");  // of another Python
  REQUIRE(base::make_directories(world.at("bin")));
  REQUIRE(::symlink("py-3.12.4", world.at("py-3.12").c_str()) == 0);
  REQUIRE(::symlink("../py-3.12/bin/python3.12", world.at("bin/python3").c_str()) == 0);
  const auto base_of = [&](std::string_view path) {
    const auto made =
        env::interpreter_of_facts(env_test::made_up_facts(world.at("py-3.12.4")), world.at(path));
    REQUIRE(made);
    return made->base_executable;
  };
  // A link beside no library is followed, one link at a time; a linked folder is as good as a real one.
  CHECK_EQ(base_of("bin/python3"), world.at("py-3.12/bin/python3.12"));
  CHECK_EQ(base_of("py-3.12/bin/python3.12"), world.at("py-3.12/bin/python3.12"));
  CHECK_EQ(base_of("py-3.12.4/bin/python3.12"), world.at("py-3.12.4/bin/python3.12"));
}

TEST_CASE("facts: what else a Python prints does not matter") {
  World world;
  const auto run = [&](std::string_view body) {
    world.write("python", cat("#!/bin/sh\n", body), 0755);
    return env::run_for_facts(world.at("python"), {});
  };
  const auto facts =
      run("echo 'hello {'; echo 'x pipit-facts:{\"a\": 1}:pipit-facts bye {'; echo }");
  REQUIRE(facts);
  CHECK(facts->find("a"));
  const auto failed = [&](std::string_view body) {
    const auto said = run(body);
    REQUIRE_FALSE(said);
    return said.error().message.substr(world.at("python").size());
  };
  constexpr std::string_view kNot = ": not a usable Python (3.6 or later): ";
  CHECK_EQ(failed("echo 'shim: no such version' >&2; echo ' 3.11 is there' >&2; exit 127"),
           cat(kNot, "shim: no such version"));
  CHECK_EQ(failed("printf 'Traceback (most\n  x\nImportError: no\n' >&2; exit 1"),
           cat(kNot, "ImportError: no"));
  CHECK_EQ(failed("echo 'pipit-facts:{}'"), cat(kNot, "exit code 0"));
  CHECK_EQ(failed("echo ':pipit-facts pipit-facts:'"), cat(kNot, "exit code 0"));
  CHECK_EQ(failed("echo 'pipit-facts:{:pipit-facts'"), ": said nonsense about itself");
}

TEST_CASE("facts: too few, or of another kind, are an error") {
  World world;
  for (base::Json::Object more :
       {base::Json::Object{{"prefix", ""}}, base::Json::Object{{"version", base::Json::Array{3}}},
        base::Json::Object{{"version", base::Json::Array{1, 2}}},
        base::Json::Object{{"version", base::Json::Array{3, 100}}},
        base::Json::Object{{"version", base::Json::Array{"3", "12"}}},
        base::Json::Object{{"full_version", "three"}}}) {
    const auto made = env::interpreter_of_facts(
        env_test::made_up_facts(world.at("py"), std::move(more)), "/x/python");
    REQUIRE_FALSE(made);
    CHECK_EQ(made.error().message, "/x/python: said too little about itself");
  }
  // A Python between two releases.
  CHECK_EQ(made_up_python(world.at("py"), {{"full_version", "3.12.4+"}}).version.str(),
           "3.12.4+local");
}

TEST_CASE("facts: --user is below PYTHONUSERBASE or ~/.local, and a site when it is there") {
  World world;
  ::setenv("PYTHONUSERBASE", world.at("user").c_str(), 1);
  env::Interpreter python = made_up_python(world.at("py"));
  REQUIRE(python.user_scheme);
  CHECK_EQ(python.user_scheme->purelib, world.at("user/lib/python3.12/site-packages"));
  CHECK_EQ(python.user_scheme->data, world.at("user"));
  CHECK_EQ(python.site_paths.size(), 1);
  REQUIRE(base::make_directories(python.user_scheme->purelib));
  python = made_up_python(world.at("py"));
  CHECK_EQ(python.site_paths.front(), python.user_scheme->purelib);
  ::unsetenv("PYTHONUSERBASE");
}

TEST_CASE("facts: a script is told from a program by its first two bytes") {
  World world;
  world.write("script", "#!/bin/sh\n");
  world.write("program",
              "\x7f"
              "ELF");
  world.write("short", "#");
  CHECK(env::is_script_file(world.at("script")));
  CHECK_FALSE(env::is_script_file(world.at("program")));
  CHECK_FALSE(env::is_script_file(world.at("short")));
  CHECK_FALSE(env::is_script_file(world.at("gone")));
}

}  // namespace
}  // namespace pipit
