// A backend that lies in its tree tells by its project's version what it was given.
#include "operation/builds.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "base/environ.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

/// A world with a project whose version `expression` says, when its hook is run.
struct Shelf {
  explicit Shelf(std::string_view expression, std::string_view needs = "") {
    world.write("demo/pyproject.toml",
                cat("[project]\nname = 'demo'\ndynamic = ['version']\n[build-system]\nrequires = [",
                    needs, "]\nbuild-backend = 'backend'\nbackend-path = ['in']\n"));
    world.write("demo/in/backend.py",
                cat("import os\n"
                    "def prepare_metadata_for_build_wheel(directory, settings=None):\n"
                    "    version = ",
                    expression,
                    "\n    info = os.path.join(directory, 'demo.dist-info')\n"
                    "    os.mkdir(info)\n"
                    "    with open(os.path.join(info, 'METADATA'), 'w') as out:\n"
                    "        out.write('Metadata-Version: 2.1\\nName: demo\\nVersion: ' + version "
                    "+ '\\n')\n"
                    "    return 'demo.dist-info'\n"));
  }
  void add_tool(const std::string& version) {
    const test::WheelMaker wheel{
        .name = "tool",
        .version = version,
        .files = {{.name = "tool.py", .content = cat("version = '", version, "'\n")}}};
    world.write(cat("wheelhouse/", wheel.file_name()), wheel.bytes());
  }
  std::string answer() { return world.answer({cat("demo @ file://", world.at("demo"))}); }
  World world;
};

TEST_CASE("builds: settings for one project go before all's, the command line's before a file's") {
  Shelf shelf("settings['v'] + '.' + settings.get('w', '0')");
  const auto answer = [&shelf] {
    InputOptions what;
    what.files = {shelf.world.write(
        "r.txt", cat("demo @ file://", shelf.world.at("demo"), " --config-settings v=2\n"))};
    return shelf.world.answer(shelf.world.read(what));
  };
  shelf.world.options.build.settings = {{"v", {"1"}}, {"w", {"7"}}};
  CHECK_EQ(shelf.answer(), "demo==1.7");
  CHECK_EQ(answer(), "demo==2.7");
  shelf.world.options.build.project_settings["demo"] = {{"v", {"3"}}};
  shelf.world.options.build.project_settings["other"] = {{"w", {"9"}}};
  CHECK_EQ(answer(), "demo==3.7");
}

TEST_CASE("builds: without isolation, for all or for one, nothing is installed for them") {
  Shelf shelf("'1'", "'absent'");
  CHECK(shelf.answer().find("absent") != std::string::npos);
  BuildOptions& build = shelf.world.options.build;
  build.no_isolation_of = {"other"};
  CHECK(shelf.answer().find("absent") != std::string::npos);
  build.no_isolation_of = {"demo"};
  CHECK_EQ(shelf.answer(), "demo==1");
  build.no_isolation_of = {};
  build.no_isolation = true;
  CHECK_EQ(shelf.answer(), "demo==1");
}

TEST_CASE("builds: what they require is bound by constraints of its own, not by --resolution") {
  Shelf shelf("__import__('tool').version", "'tool'");
  shelf.add_tool("1");
  shelf.add_tool("2");
  shelf.world.options.resolution.policy.preference = resolve::Preference::lowest;
  CHECK_EQ(shelf.answer(), "demo==2");
  shelf.world.options.build.constraint_files = {shelf.world.write("c.txt", "tool<2\n")};
  CHECK_EQ(shelf.answer(), "demo==1");
}

/// What enable_builds() gives.
Result<std::shared_ptr<build_frontend::BuildLogs>> enabled(World& world) {
  Session session(world.options, {}, world.heard, {});
  return enable_builds(world.options, session, {}, {}, [](const base::Url& url) {
    return url.host == "c.example" ? Result<std::string>("tool<2\n")
                                   : Result<std::string>(fail(Code::network, "unreachable"));
  });
}

TEST_CASE("builds: a file of constraints that cannot be read is an error at once") {
  World world;
  std::vector<std::string>& files = world.options.build.constraint_files;
  files = {world.at("absent.txt")};
  REQUIRE_FALSE(enabled(world));
  CHECK(enabled(world).error().message.find("absent.txt") != std::string::npos);
  files = {world.write("bad.txt", "tool ==\n")};
  REQUIRE_FALSE(enabled(world));
  CHECK(enabled(world).error().message.starts_with(cat(world.at("bad.txt"), ":1: ")));
  files = {"https://c.example/c.txt"};
  CHECK(enabled(world));
  files = {"https://d.example/c.txt"};
  CHECK_FALSE(enabled(world));
}

TEST_CASE("builds: logs go to TMPDIR if that is a folder, else to /tmp") {
  const auto before = base::environment_variable("TMPDIR");
  World world;
  const auto logs_in = [&world](const std::string& directory) {
    ::setenv("TMPDIR", directory.c_str(), 1);
    const auto logs = enabled(world);
    REQUIRE(logs);
    REQUIRE(*logs);
    return (*logs)->directory();
  };
  REQUIRE(base::make_directories(world.at("logs")));
  CHECK_EQ(logs_in(world.at("logs/")), world.at("logs"));
  CHECK_EQ(logs_in(world.at("absent")), "/tmp");
  CHECK_EQ(logs_in(""), "/tmp");
  if (before)
    ::setenv("TMPDIR", before->c_str(), 1);
  else
    ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace pipit::operation
