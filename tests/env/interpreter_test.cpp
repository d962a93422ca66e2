#include "env/interpreter.h"

#include "base/process.h"
#include "cache/store.h"
#include "env/elf_libc.h"
#include "env/foreign.h"
#include "env/python_facts.h"
#include "env/pyvenv_cfg.h"
#include "env/select.h"
#include "env/venv.h"
#include "env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

// A Python said to lie in `prefix`: facts as a run of it would give them.
env::Interpreter made_up_base(const std::string& prefix) {
  const auto places = [](const std::string& base) {
    return base::Json::Object{{"purelib", cat(base, "/lib/python3.12/site-packages")},
                              {"platlib", cat(base, "/lib/python3.12/site-packages")},
                              {"scripts", cat(base, "/bin")},
                              {"data", base},
                              {"include", cat(base, "/include/python3.12")}};
  };
  const base::Json facts(base::Json::Object{
      {"prefix", prefix},
      {"base_prefix", prefix},
      {"version", base::Json::Array{3, 12}},
      {"full_version", "3.12.4"},
      {"implementation", "cpython"},
      {"implementation_version", "3.12.4"},
      {"platform_python_implementation", "CPython"},
      {"cache_tag", "cpython-312"},
      {"os_name", "posix"},
      {"sys_platform", "linux"},
      {"platform_system", "Linux"},
      {"platform", "linux_x86_64"},
      {"glibc", "2.28"},
      {"stdlib", cat(prefix, "/lib/python3.12")},
      {"scheme", places(prefix)},
      {"prefix_scheme", places("/@")},
      {"venv_scheme", places("/@")},
      {"user_scheme", places("/@")},
      {"site_paths", base::Json::Array{cat(prefix, "/lib/python3.12/site-packages")}}});
  auto made = env::interpreter_of_facts(facts, cat(prefix, "/bin/python3.12"));
  REQUIRE(made);
  return std::move(*made);
}

TEST_CASE("facts: markers, tags and places come from what the interpreter said") {
  World world;
  const env::Interpreter base = made_up_base(world.at("py"));
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
  const env::Interpreter base = made_up_base(world.at("py"));
  CHECK_EQ(base.externally_managed, "Ask the\nsystem's manager.\n\nReally.");
  CHECK_FALSE(env::check_may_change(base, false));
  CHECK(env::check_may_change(base, true));
  const auto venv = env::create_venv({world.at("v"), "", false, false}, base);
  REQUIRE(venv);
  CHECK(env::check_may_change(*venv, false));
}

TEST_CASE("venv: places are those of the base's scheme below the prefix") {
  World world;
  const env::Interpreter base = made_up_base(world.at("py"));
  const auto venv = env::create_venv({world.at("my env"), "", false, false}, base);
  REQUIRE(venv);
  CHECK_EQ(venv->prefix, world.at("my env"));
  CHECK_EQ(venv->executable, world.at("my env/bin/python"));
  CHECK_EQ(venv->scheme.purelib, world.at("my env/lib/python3.12/site-packages"));
  CHECK_EQ(venv->scheme.headers, world.at("my env/include/site/python3.12"));
  CHECK(venv->is_virtual);
  CHECK(venv->made_by_pipit);
  CHECK_FALSE(venv->user_scheme);
  CHECK_EQ(venv->site_paths, std::vector<std::string>{venv->scheme.purelib});
  CHECK_EQ(
      world.read(world.at("my env/pyvenv.cfg")),
      cat("home = ", world.at("py/bin"),
          "\nimplementation = CPython\nversion = 3.12.4\nexecutable = ",
          world.at("py/bin/python3.12"), "\ninclude-system-site-packages = false\npipit = 1\n"));
  CHECK_EQ(world.read(world.at("my env/.gitignore")), "*\n");
  const auto entries = base::list_directory(world.at("my env"));
  REQUIRE(entries);
  std::string names;
  for (const base::DirEntry& entry : *entries) names += cat(entry.name, " ");
  CHECK_EQ(names, ".gitignore bin include lib lib64 pyvenv.cfg ");
}

TEST_CASE("venv: nothing but a virtual environment is ever replaced") {
  World world;
  const env::Interpreter base = made_up_base(world.at("py"));
  world.write("home/precious", "x");
  auto made = env::create_venv({world.at("home"), "", false, true}, base);
  REQUIRE_FALSE(made);
  CHECK_EQ(made.error().message,
           cat(world.at("home"), ": not empty, and not a virtual environment"));
  CHECK_EQ(world.read(world.at("home/precious")), "x");
  REQUIRE(base::make_directories(world.at("empty")));
  CHECK(env::create_venv({world.at("empty"), "", false, false}, base));
  made = env::create_venv({world.at("empty"), "", false, false}, base);
  REQUIRE_FALSE(made);
  CHECK_EQ(made.error().message,
           cat(world.at("empty"), ": there is a virtual environment already"));
  world.write("empty/lib/python3.12/site-packages/a.py", "");
  REQUIRE(env::create_venv({world.at("empty"), "", true, true}, base));
  CHECK_FALSE(base::exists(world.at("empty/lib/python3.12/site-packages/a.py")));
  CHECK(world.read(world.at("empty/pyvenv.cfg")).find("site-packages = true") != std::string::npos);
}

TEST_CASE("pyvenv.cfg: keys in any case, unknown lines passed over") {
  const auto cfg = env::parse_pyvenv_cfg(
      "HOME=/usr/bin\n\nnonsense\ninclude-system-site-packages = True\r\nexecutable = /usr/bin/x = "
      "y\n");
  CHECK_EQ(cfg.home, "/usr/bin");
  CHECK_EQ(cfg.executable, "/usr/bin/x = y");
  CHECK(cfg.system_site_packages);
  CHECK_FALSE(cfg.made_by_pipit);
}

TEST_CASE("inspect: a run's facts are kept, and serve the environments made from it") {
  const auto python = base::find_program("python3");
  if (!python) return;  // a machine without Python
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  const auto first = env::inspect(*python, store, world.heard, {});
  REQUIRE(first);
  world.heard.notes.clear();
  const std::string real = first->base_executable;
  const auto second = env::inspect(real, store, world.heard, {});
  REQUIRE(second);
  world.heard.notes.clear();
  const auto third = env::inspect(real, store, world.heard, {});
  REQUIRE(third);
  CHECK_EQ(world.heard.notes, "");  // not run again
  CHECK_EQ(third->version, first->version);
  CHECK(third->target.markers == second->target.markers);
  const auto made = env::create_venv({world.at("v"), "", false, false}, *third);
  REQUIRE(made);
  const auto seen = env::inspect(world.at("v/bin/python"), store, world.heard, {});
  REQUIRE(seen);
  CHECK_EQ(world.heard.notes, "");
  CHECK(seen->is_virtual);
  CHECK_EQ(seen->scheme, made->scheme);
  // What the environment's own Python says is the judge.
  base::Command ask;
  ask.argv = {world.at("v/bin/python"), "-c",
              "import sys,sysconfig as s;p=s.get_paths();"
              "print(sys.prefix,p['purelib'],p['platlib'],p['scripts'],p['data'],sep='\\n')"};
  const auto said = base::run_process(ask, {});
  REQUIRE(said);
  CHECK_EQ(said->exit_code, 0);
  CHECK_EQ(said->output, cat(seen->prefix, "\n", seen->scheme.purelib, "\n", seen->scheme.platlib,
                             "\n", seen->scheme.scripts, "\n", seen->scheme.data, "\n"));
}

TEST_CASE("inspect: what is no Python is one plain message") {
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  auto seen = env::inspect(world.at("gone"), store, world.heard, {});
  REQUIRE_FALSE(seen);
  CHECK_EQ(seen.error().message, cat(world.at("gone"), ": no such file"));
  world.write("plain", "x");
  seen = env::inspect(world.at("plain"), store, world.heard, {});
  REQUIRE_FALSE(seen);
  CHECK_EQ(seen.error().message, cat(world.at("plain"), ": not an executable file"));
  world.write("liar", "#!/bin/sh\necho hello; exit 0\n", 0755);
  seen = env::inspect(world.at("liar"), store, world.heard, {});
  REQUIRE_FALSE(seen);
  CHECK(seen.error().message.starts_with(cat(world.at("liar"), ": not a usable Python")));
  REQUIRE(::symlink("/nowhere/python", world.at("env/bin/python3").c_str()) == 0);
  seen = env::inspect(world.at("env/bin/python3"), store, world.heard, {});
  REQUIRE_FALSE(seen);
  CHECK(seen.error().message.ends_with(": the Python it links to is gone"));
}

TEST_CASE("inspect: build-details.json tells without a run") {
  World world;
  world.write("py/bin/python3.14", "no ELF at all", 0755);
  world.write("py/lib/python3.14/build-details.json",
              R"({"schema_version":"1.0","base_prefix":"../..","platform":"linux-x86_64",
      "language":{"version":"3.14","version_info":{"major":3,"minor":14,"micro":1,"releaselevel":"final","serial":0}},
      "implementation":{"name":"cpython","cache_tag":"cpython-314",
        "version":{"major":3,"minor":14,"micro":1,"releaselevel":"final","serial":0}},
      "abi":{"flags":["t"]}})");
  cache::Store store({world.at("store"), ""}, world.heard);
  const auto seen = env::inspect(world.at("py/bin/python3.14"), store, world.heard, {});
  REQUIRE(seen);
  CHECK_EQ(world.heard.notes, "");
  CHECK_EQ(seen->version.str(), "3.14.1");
  CHECK(seen->free_threaded);
  CHECK_EQ(seen->scheme.purelib, world.at("py/lib/python3.14/site-packages"));
  CHECK(seen->target.tags.rank(pep::Tag{"cp314", "cp314t", "linux_x86_64"}));
}

TEST_CASE("libc: read from the files themselves") {
  CHECK_FALSE(env::elf_loader(""));
  CHECK_FALSE(env::elf_loader("#!/bin/sh\n"));
  CHECK_FALSE(env::elf_loader(std::string("\x7f"
                                          "ELF\2\1\1") +
                              std::string(20, '\xff')));
  const auto glibc =
      env::glibc_in("junk GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n");
  REQUIRE(glibc);
  CHECK_EQ(glibc->minor, 36);
  CHECK_FALSE(env::glibc_in("version 2.36"));
  const std::string musl(
      "x\0musl libc (x86_64)\0"
      "1.2.5\0rest",
      31);  // with the NULs inside
  const auto found = env::musl_in(musl);
  REQUIRE(found);
  CHECK_EQ(found->major, 1);
  CHECK_EQ(found->minor, 2);
}

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

TEST_CASE("foreign target: another platform's markers and tags, without any Python") {
  env::TargetOptions options{"3.11", {"aarch64-unknown-linux-musl"}, "", {}};
  auto target = env::foreign_target(options, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.platform_machine, "aarch64");
  CHECK_EQ(target->markers.sys_platform, "linux");
  CHECK_EQ(target->markers.python_full_version, "3.11.0");
  CHECK_EQ(target->python.str(), "3.11.0");
  CHECK(target->tags.rank(pep::Tag{"cp311", "cp311", "musllinux_1_1_aarch64"}));
  CHECK_FALSE(target->tags.rank(pep::Tag{"cp311", "cp311", "manylinux_2_17_aarch64"}));

  options = {"3.12.4", {"win_amd64"}, "", {}};
  target = env::foreign_target(options, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.os_name, "nt");
  CHECK_EQ(target->markers.sys_platform, "win32");
  CHECK_EQ(target->markers.platform_system, "Windows");
  CHECK_EQ(target->markers.platform_machine, "AMD64");
  CHECK_EQ(target->python.str(), "3.12.4");

  options = {"39", {"macosx_14_0_arm64"}, "", {}};
  target = env::foreign_target(options, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.platform_system, "Darwin");
  CHECK_EQ(target->markers.platform_machine, "arm64");
  CHECK_EQ(target->markers.python_version, "3.9");

  target = env::foreign_target({}, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.python_version, env::kDefaultPython);
  CHECK_EQ(target->markers.implementation_name, "cpython");
  CHECK(target->tags.rank(pep::Tag{"py3", "none", "any"}));
  for (const char* bad : {"x", "3.x", "0", "3.12.4.5", "3!1"}) {
    CHECK_FALSE_MESSAGE(env::foreign_target({bad, {}, "", {}}, nullptr), bad);
  }
}

TEST_CASE("foreign target: what is not named comes from the interpreter at hand") {
  World world;
  const env::Interpreter base = made_up_base(world.at("py"));
  auto target = env::foreign_target({"3.9", {}, "", {}}, &base);
  REQUIRE(target);
  CHECK_EQ(target->markers.python_version, "3.9");
  CHECK(target->tags.rank(pep::Tag{"cp39", "cp39", "manylinux_2_28_x86_64"}));
  CHECK_FALSE(target->tags.rank(pep::Tag{"cp312", "cp312", "manylinux_2_28_x86_64"}));
  target = env::foreign_target({"3.12", {}, "", {}}, &base);
  REQUIRE(target);
  CHECK_EQ(target->markers.python_full_version, "3.12.4");
  target = env::foreign_target({"", {"manylinux2014_aarch64"}, "", {}}, &base);
  REQUIRE(target);
  CHECK_EQ(target->markers.platform_machine, "aarch64");
  CHECK_FALSE(target->tags.rank(pep::Tag{"cp312", "cp312", "manylinux_2_28_aarch64"}));
}

}  // namespace
}  // namespace pipit
