#include "operation/named_environments.h"

#include <doctest/doctest.h>

#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::Heard;

NamedEnvironment named(const std::string& marker, const std::string& origin = "here") {
  return {*pep::Marker::parse(marker), origin};
}

resolve::Policy universal_policy() {
  resolve::Policy policy;
  policy.lowest_python = *pep::Version::parse("3.9");
  policy.environments = policy.assumed = pep::MarkerSet::python_at_least(policy.lowest_python);
  return policy;
}

TEST_CASE("environments: projects and scripts name some, each place once") {
  NamedEnvironments out;
  const char* text =
      "[tool.pipit]\nenvironments = [\"sys_platform == 'linux'\"]\n"
      "required-environments = [\"sys_platform == 'win32'\"]\n";
  add_environments(text, "p.toml", false, out);
  add_environments(text, "p.toml", false, out);
  REQUIRE_EQ(out.counted.size(), 1);
  CHECK_EQ(out.counted[0].origin, "p.toml:2");
  REQUIRE_EQ(out.required.size(), 1);
  CHECK_EQ(out.required[0].origin, "p.toml:3");
  add_environments("#\n# /// script\n# [tool.uv]\n# environments = [\"os_name == 'nt'\"]\n# ///\n",
                   "s.py", true, out);
  REQUIRE_EQ(out.counted.size(), 2);
  CHECK_EQ(out.counted[1].origin, "s.py:4");
  add_environments("print()\n", "s.py", true, out);
  CHECK_EQ(out.counted.size(), 2);
}

TEST_CASE("environments: what is wrong with them matters when they are asked for") {
  NamedEnvironments out;
  add_environments("[tool.pipit]\nenvironments = ['nonsense']\n", "p.toml", false, out);
  REQUIRE(out.wrong);
  const auto asked = named_environments({}, out);
  REQUIRE_FALSE(asked);
  CHECK(asked.error().message.starts_with("p.toml:2: "));
}

TEST_CASE("environments: those of options replace those of the inputs, each kind for itself") {
  NamedEnvironments inputs;
  inputs.counted = {named("os_name == 'nt'")};
  inputs.required = {named("os_name == 'posix'")};
  ResolutionOptions options;
  options.environments = {named("sys_platform == 'linux'", "--environment")};
  const auto out = named_environments(options, inputs);
  REQUIRE(out);
  CHECK_EQ(out->counted.front().origin, "--environment");
  CHECK_EQ(out->required.front().origin, "here");
  options.environments.assign(1001, named("os_name == 'nt'"));
  CHECK_EQ(named_environments(options, inputs).error().message,
           "more than 1000 environments are named");
}

TEST_CASE("environments: a policy is narrowed to them, and to the Pythons they have") {
  Heard heard;
  NamedEnvironments named_ones;
  named_ones.counted = {named("sys_platform == 'linux' and python_version >= '3.11'"),
                        named("python_version < '3.8'", "old")};
  named_ones.required = {named("sys_platform == 'linux'"), named("sys_platform == 'win32'", "w")};
  resolve::Policy policy = universal_policy();
  REQUIRE(limit_environments(named_ones, heard, policy));
  CHECK_EQ(policy.lowest_python.str(), "3.11");
  CHECK_EQ(named_ones.counted.size(), 1);
  CHECK_EQ(named_ones.required.size(), 1);
  REQUIRE_EQ(policy.required_environments.size(), 2);
  CHECK(policy.required_environments[0].limits);
  CHECK_FALSE(policy.required_environments[1].limits);
  const std::string warnings = heard.warnings();
  CHECK(warnings.find("(old): none of the environments") != std::string::npos);
  CHECK(warnings.find("(w): none of the environments") != std::string::npos);
}

TEST_CASE("environments: there must be one") {
  Heard heard;
  NamedEnvironments named_ones;
  named_ones.counted = {named("python_version < '3.8'")};
  resolve::Policy policy = universal_policy();
  const auto done = limit_environments(named_ones, heard, policy);
  REQUIRE_FALSE(done);
  CHECK_EQ(done.error().code, Code::no_solution);
}

}  // namespace
}  // namespace pipit::operation
