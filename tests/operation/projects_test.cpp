#include "operation/projects.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::operation {
namespace {

std::string shown_lines(const Result<ProjectLines>& lines) {
  if (!lines) return lines.error().message;
  std::vector<std::string> texts;
  for (const SourcedLine& one : lines->lines)
    texts.push_back(cat(one.line.requirement->str(), " <", one.via, ">"));
  return base::join(texts, " ");
}

constexpr std::string_view kProject = R"([project]
name = "De_mo"
version = "1"
dependencies = ["a", "demo[x]"]
[project.optional-dependencies]
x = ["b"]
y = ["c"]
[dependency-groups]
dev = ["d", {include-group = "test"}]
test = ["e"]
)";

TEST_CASE("projects: the name of a file tells what it is") {
  const std::pair<const char*, InputKind> table[] = {
      {"requirements.txt", InputKind::requirements},
      {"x/pyproject.toml", InputKind::project},
      {"https://h/pyproject.toml?x=1", InputKind::project},
      {"pylock.toml", InputKind::lock},
      {"x/pylock.dev.toml", InputKind::lock},
      {"pylock..toml", InputKind::requirements},
      {"mypylock.toml", InputKind::requirements},
      {"setup.py", InputKind::legacy_project},
      {"x/setup.cfg", InputKind::legacy_project},
      {"script.py", InputKind::script},
      {"-", InputKind::requirements},
  };
  for (const auto& [name, kind] : table) {
    INFO(name);
    CHECK(input_kind(name) == kind);
  }
}

TEST_CASE("projects: extras stand behind projects and locks alone") {
  const auto split = [](const std::string& word) {
    const auto [place, extras] = split_extras(word);
    return cat(place, " ", base::join(std::vector<std::string>(extras.begin(), extras.end()), ","));
  };
  CHECK_EQ(split("pyproject.toml[B_c, a]"), "pyproject.toml a,b-c");
  CHECK_EQ(split("x/pylock.toml[]"), "x/pylock.toml ");
  CHECK_EQ(split("r.txt[a]"), "r.txt[a] ");
  CHECK_EQ(split("pyproject.toml"), "pyproject.toml ");
}

TEST_CASE("projects: dependencies, then those of extras; where they are from is said as uv does") {
  CHECK_EQ(shown_lines(project_lines(kProject, "p.toml", {}, false)),
           "a <de-mo (p.toml)> demo[x] <de-mo (p.toml)>");
  CHECK_EQ(shown_lines(project_lines(kProject, "p.toml", {"y"}, false)),
           "a <de-mo (p.toml)> demo[x] <de-mo (p.toml)> c <de-mo (p.toml)>");
  const auto unknown = project_lines(kProject, "p.toml", {"z"}, true);
  REQUIRE(unknown);
  CHECK_EQ(unknown->unknown_extras, std::set<std::string>{"z"});
  CHECK_EQ(unknown->lines.size(), 4);
}

TEST_CASE("projects: one group, or all") {
  CHECK_EQ(shown_lines(group_lines(kProject, "p.toml", "dev")),
           "d <de-mo (p.toml:dev)> e <de-mo (p.toml:dev)>");
  CHECK_EQ(shown_lines(group_lines(kProject, "p.toml", "")),
           "d <de-mo (p.toml:dev)> e <de-mo (p.toml:dev)> e <de-mo (p.toml:test)>");
  CHECK(shown_lines(group_lines(kProject, "p.toml", "absent")).starts_with("p.toml: "));
}

TEST_CASE("projects: what is wrong names the line of the file") {
  CHECK(shown_lines(project_lines("[project]\nname = 'a'\nversion = '1'\ndependencies = ['==']\n",
                            "dir/p.toml", {}, false))
            .starts_with("dir/p.toml:4: "));
  CHECK(shown_lines(project_lines("[project\n", "p.toml", {}, false)).starts_with("p.toml:1: "));
}

TEST_CASE("projects: a script's block keeps the lines of the script") {
  CHECK_EQ(shown_lines(script_lines("#!x\n# /// script\n# dependencies = ['a']\n# ///\n", "s.py")),
           "a <s.py>");
  CHECK(shown_lines(script_lines("#!x\n# /// script\n# dependencies = ['==']\n# ///\n", "s.py"))
            .starts_with("s.py:3: "));
  CHECK_EQ(shown_lines(script_lines("print()\n", "s.py")),
           "s.py: no `# /// script` block (PEP 723) is in it");
}

}  // namespace
}  // namespace pipit::operation
