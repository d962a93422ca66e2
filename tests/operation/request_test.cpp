#include "operation/request.h"

#include <doctest/doctest.h>

#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

env::Installed installed_dist(const std::string& name, const std::string& version) {
  env::Installed dist;
  dist.name = name;
  dist.version_text = version;
  if (auto parsed = pep::Version::parse(version)) dist.version = *parsed;
  return dist;
}

/// Names that are offered, of a, b and an odd one that has no version.
std::string offered(const Options& options, const std::vector<std::string>& roots) {
  resolve::Problem request;
  request.no_deps = true;
  for (const std::string& root : roots) {
    resolve::UserRequirement wanted;
    wanted.requirement = *pep::parse_requirement(root);
    request.roots.push_back(std::move(wanted));
  }
  offer_installed(
      options, {installed_dist("a", "1"), installed_dist("b", "1"), installed_dist("odd", "x y")},
      false, request);
  std::vector<std::string> names;
  for (const auto& [name, present] : request.present) names.push_back(name);
  return base::join(names, " ");
}

TEST_CASE("request: what is installed may stay, unless it is asked for anew") {
  Options options;
  CHECK_EQ(offered(options, {"a"}), "a b");
  options.resolution.upgrade = true;
  CHECK_EQ(offered(options, {"a"}), "b");
  options.resolution.eager = true;
  CHECK_EQ(offered(options, {"a"}), "");
  options = {};
  options.resolution.upgrades = {*pep::parse_requirement("b<3")};
  CHECK_EQ(offered(options, {"a"}), "a");
  options = {};
  options.resolution.refreshed = {"a"};
  CHECK_EQ(offered(options, {"a"}), "b");
  options = {};
  options.install.reinstall = true;
  CHECK_EQ(offered(options, {"a"}), "");
  options = {};
  options.install.ignore_installed = true;
  CHECK_EQ(offered(options, {"a"}), "");
}

TEST_CASE("request: a Python that some project does not take is named") {
  Inputs inputs;
  inputs.requires_python.push_back({*pep::SpecifierSet::parse(">=3.9"), ">=3.9", "p.toml"});
  pep::Target target;
  target.python = *pep::Version::parse("3.12.1");
  CHECK(check_requires_python(inputs, target));
  inputs.requires_python.push_back({*pep::SpecifierSet::parse("<3.12"), "<3.12", "q.toml"});
  CHECK_EQ(check_requires_python(inputs, target).error().message,
           "q.toml: requires Python <3.12, but this is Python 3.12.1");
}

TEST_CASE(
    "request: a package that is upgraded with bounds is constrained, and it is said by what") {
  World world;
  world.add("a", "1");
  world.options.resolution.upgrades = {*pep::parse_requirement("a<3"),
                                       *pep::parse_requirement("b")};
  const auto operation = world.resolve({"a"});
  REQUIRE(operation);
  const auto& constraints = operation->request().constraints;
  REQUIRE_EQ(constraints.size(), 1);
  CHECK_EQ(constraints[0].requirement.name, "a");
  CHECK_EQ(constraints[0].origin, "--upgrade-package");
}

TEST_CASE("request: a Python is named, too, of which only a build can tell") {
  World world;
  const std::string file = world.write(
      "demo/pyproject.toml",
      "[project]\nname = 'demo'\nversion = '1'\ndynamic = ['dependencies']\n[build-system]\n"
      "requires = []\nbuild-backend = 'backend'\nbackend-path = ['in']\n");
  const auto answer = [&](const std::string& bound) {
    world.write("demo/in/backend.py",
                cat("import os\n"
                    "def prepare_metadata_for_build_wheel(directory, settings=None):\n"
                    "    info = os.path.join(directory, 'demo-1.dist-info')\n"
                    "    os.mkdir(info)\n"
                    "    with open(os.path.join(info, 'METADATA'), 'w') as out:\n"
                    "        out.write('Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\n"
                    "Requires-Dist: a\\nRequires-Python: ",
                    bound, "\\n')\n    return 'demo-1.dist-info'\n"));
    InputOptions what;
    what.files = {file};
    return world.answer(world.read(what));
  };
  world.add("a", "1");
  CHECK_EQ(answer(">=3.9"), "a==1");
  CHECK_EQ(answer(">=3.13"), cat(file, ": requires Python >=3.13, but this is Python 3.12.0"));
}

/// The oldest Python of a universal resolution of projects with these bounds.
std::string lowest_python(const std::string& named, const std::vector<std::string>& bounds) {
  World world;
  world.options.target.directory.reset();
  world.options.target.foreign.python_version = named;
  world.options.resolution.universal = true;
  Inputs inputs;
  for (const std::string& bound : bounds)
    inputs.requires_python.push_back({*pep::SpecifierSet::parse(bound), bound, "p.toml"});
  const auto operation = world.resolve(std::move(inputs));
  if (!operation) return world.failure;
  CHECK_FALSE(operation->request().policy.target);
  return operation->request().policy.lowest_python.str();
}

TEST_CASE("request: universal: from which Python up") {
  CHECK_EQ(lowest_python("3.10", {}), "3.10");
  CHECK_EQ(lowest_python("3.10.4", {}), "3.10.4");
  CHECK_EQ(lowest_python("3.10", {">=3.11"}), "3.11");
  CHECK_EQ(lowest_python("3.10", {">=3.8", ">=3.9"}), "3.10");
  CHECK_EQ(lowest_python("3.10", {"<3.9"}), "3.10");
  CHECK_EQ(lowest_python("3.10", {">3.11"}), "3.11");
  CHECK_EQ(lowest_python("3.10", {"~=3.11"}), "3.11");
  CHECK_EQ(lowest_python("3.10", {"==3.11.*"}), "3.11");
  CHECK_EQ(lowest_python("3.10", {"!=3.11.*"}), "3.10");
}

}  // namespace
}  // namespace pipit::operation
