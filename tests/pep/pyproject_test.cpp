#include "pep/pyproject.h"

#include <doctest/doctest.h>

#include "base/text.h"

using pipit::cat;
using namespace pipit::pep;

namespace {

template <class Requirements>
std::string shown_requirements(const Requirements& found) {
  if (!found) return found.error().message;
  std::string out;
  for (const ProjectRequirement& one : *found)
    out += cat(out.empty() ? "" : " | ", one.line, " ", one.requirement.str());
  return out;
}

std::string project(std::string_view text, const std::set<std::string>& extras = {}) {
  const auto read = parse_pyproject(text);
  return read ? shown_requirements(project_requirements(*read, extras)) : read.error().message;
}

std::string group(std::string_view text, std::string_view name) {
  const auto read = parse_pyproject(text);
  return read ? shown_requirements(group_requirements(*read, name)) : read.error().message;
}

constexpr std::string_view kProject = R"([project]
name = "Pro.Ject"
dependencies = ["a>=1",
  "b ; python_version < '3'"]
[project.optional-dependencies]
X_1 = ["c"]
all = ["pro-ject[x-1] ; sys_platform == 'linux'", "pro_ject[all]"]
)";

}  // namespace

TEST_CASE("pyproject: a project's requirements and its extras'") {
  CHECK_EQ(project(kProject), "3 a>=1 | 4 b ; python_version < \"3\"");
  CHECK_EQ(project(kProject, {"x-1"}), "3 a>=1 | 4 b ; python_version < \"3\" | 6 c");
  CHECK_EQ(project(kProject, {"all"}),
           "3 a>=1 | 4 b ; python_version < \"3\" | 6 c ; sys_platform == \"linux\"");
  CHECK_EQ(project(kProject, {"y"}), "no extra named y");
}

TEST_CASE("pyproject: what only a build can tell is not guessed") {
  CHECK_EQ(project("[tool.x]"),
           "no [project] table: a build would be needed to know the dependencies");
  const std::string_view dynamic = "[project]\nname = 'p'\ndynamic = ['dependencies']";
  CHECK(project(dynamic).starts_with("`dependencies` is dynamic: a build would be needed"));
  const std::string_view extras = "[project]\nname = 'p'\ndynamic = ['optional-dependencies']";
  CHECK_EQ(project(extras), "");
  CHECK(project(extras, {"x"}).starts_with("`optional-dependencies` is dynamic"));
}

TEST_CASE("pyproject: what breaks the specification is refused, with its line") {
  CHECK_EQ(project("[project]"), "line 1: project: name is missing");
  CHECK_EQ(project("project = 1"), "line 1: project must be a table");
  CHECK_EQ(project("[project]\nname = '-'"), "line 1: project: not a project's name: -");
  CHECK_EQ(project("[project]\nname = 'p'\ndependencies = 'a'"),
           "line 3: project: dependencies must be an array of strings, not a string");
  CHECK_EQ(project("[project]\nname = 'p'\ndependencies = [\n1]"),
           "line 4: project: dependencies must hold strings, not an integer");
  CHECK(project("[project]\nname = 'p'\ndependencies = [\n'a b']").starts_with("line 4: expected"));
  CHECK_EQ(project("[project]\nname = 'p'\noptional-dependencies = []"),
           "line 3: project: optional-dependencies must be a table, not an array");
  CHECK(project("[project]\nname = 'p'\nrequires-python = 'x'")
            .starts_with("line 3: project: requires-python: "));
}

TEST_CASE("dependency groups: includes, names in normal form, circles") {
  const std::string_view text =
      "[dependency-groups]\nTest = ['a', {include-group = 'l_i'}]\nl-I = ['b', 'c']\n"
      "both = [{include-group = 'test'}, {include-group = 'l-i'}]\n"
      "x = [{include-group = 'y'}]\ny = [{include-group = 'X'}]\nz = [{include-group = 'q'}]\n"
      "bad = ['a b']\n";
  CHECK_EQ(group(text, "TEST"), "2 a | 3 b | 3 c");
  CHECK_EQ(group(text, "both"), "2 a | 3 b | 3 c");
  CHECK_EQ(group(text, "x"), "dependency groups include each other: x -> y -> x");
  CHECK_EQ(group(text, "z"), "line 7: no dependency group named q");
  CHECK_EQ(group(text, "q"), "no dependency group named q");
  CHECK(group(text, "bad").starts_with("line 8: expected"));
  CHECK_EQ(group("[dependency-groups]\na_b = []\nA-B = []", "a-b"),
           "line 2: dependency-groups: a_b and A-B are the same name");
  for (const std::string_view item : {"1", "{}", "{include-group = 1}", "{include-group='a', x=1}"})
    CHECK_EQ(group(cat("[dependency-groups]\na = [", item, "]"), "a"),
             "line 2: dependency-groups: an item must be a requirement or "
             "{include-group = \"NAME\"}");
  CHECK_EQ(group("dependency-groups = 1", "a"), "line 1: dependency-groups must be a table");
  CHECK_EQ(group("[dependency-groups]\na = 'b'", "a"),
           "line 2: dependency-groups: a must be an array");
}

TEST_CASE("dependency groups: depth and width are bounded") {
  std::string deep = "[dependency-groups]\n", wide = deep;
  for (int i = 0; i < 300; ++i) {
    deep += cat("g", i, " = [{include-group = 'g", i + 1, "'}]\n");
    wide +=
        cat("w", i, " = [{include-group = 'w", i + 1, "'}, {include-group = 'w", i + 1, "'}]\n");
  }
  CHECK_EQ(group(deep, "g0"), "dependency groups nested deeper than 200");
  // Walked once each, or this would not end.
  CHECK_EQ(group(wide + "w300 = ['a']\n", "w150"), "302 a");
}

std::string environments(std::string_view toml) {
  const auto found = parse_project_environments(toml);
  if (!found) return found.error().message;
  std::string out;
  for (const auto* list : {&found->counted, &found->required}) {
    for (const ProjectEnvironments::Entry& entry : *list)
      out += cat(entry.line, " ", entry.key, " ", entry.marker.str(), "; ");
    out += "| ";
  }
  return out;
}

TEST_CASE("pyproject: environments, our own table first, key by key") {
  CHECK_EQ(environments("[project]\nname = 'p'"), "| | ");
  CHECK_EQ(environments("tool = 1"), "| | ");
  CHECK_EQ(environments("[tool.uv]\nenvironments = \"os_name == 'nt'\"\n"
                        "required-environments = [\n\"os_name == 'posix'\",\n"
                        "\"sys_platform == 'linux'\"]\n"),
           "2 tool.uv.environments os_name == \"nt\"; | "
           "4 tool.uv.required-environments os_name == \"posix\"; "
           "5 tool.uv.required-environments sys_platform == \"linux\"; | ");
  CHECK_EQ(environments("[tool.pipit]\nenvironments = []\n[tool.uv]\n"
                        "environments = [\"os_name == 'nt'\"]\n"
                        "required-environments = \"os_name == 'nt'\""),
           "| 5 tool.uv.required-environments os_name == \"nt\"; | ");
  CHECK_EQ(environments("[tool.uv]\nenvironments = 5"),
           "line 2: tool.uv.environments must be a marker or an array of markers, not an integer");
  CHECK_EQ(environments("[tool.uv]\nenvironments = [\n'x']").substr(0, 30),
           "line 3: tool.uv.environments: ");
}

TEST_CASE("pyproject: extras that ask for each other end") {
  CHECK_EQ(project("[project]\nname = 'p'\n[project.optional-dependencies]\n"
                   "a = ['p[b]', 'x']\nb = ['p[a]', 'y']",
                   {"a"}),
           "4 x | 5 y");
}
