// As much of pyproject.toml as can be read without a build: the [project] table (PEP 621) and
// [dependency-groups] (PEP 735); and the tables of a script's block (PEP 723).
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "pep/requirement.h"
#include "pep/specifier.h"

namespace pipit::pep {

struct ProjectRequirement {
  Requirement requirement;
  std::uint32_t line = 0;
};

struct Pyproject {
  bool has_project = false;
  std::string name;     // as written, "" without [project]
  std::string version;  // as written, "" when it is dynamic
  std::string requires_python_text;
  SpecifierSet requires_python;
  /// Fields whose value only a build can determine ("version", "dependencies", …).
  std::set<std::string> dynamic;
  std::vector<ProjectRequirement> dependencies;
  std::map<std::string, std::vector<ProjectRequirement>> extras;  // by normal name

  /// An item of a group as written: a requirement, or the group it includes.
  struct GroupItem {
    std::string text;
    bool include = false;
    std::uint32_t line = 0;
  };
  struct Group {
    std::string written_name;
    std::vector<GroupItem> items;
  };
  std::map<std::string, Group> groups;  // by normal name
};

/// Code::parse says what is wrong and where ("line 3: project: …"). A group's requirements are
/// parsed when the group is requested.
Result<Pyproject> parse_pyproject(std::string_view text);

/// The project's own requirements and those of `extras` (normal form); a requirement
/// "project[extra]" of its own adds that extra's. Code::unsupported when only a build can tell
/// them; Code::not_found: no such extra.
Result<std::vector<ProjectRequirement>> project_requirements(const Pyproject& project,
                                                             const std::set<std::string>& extras);
/// The requirements of a group and of those it includes, in order. Code::not_found: no such group;
/// Code::parse: a cycle, or an item that is neither requirement nor include.
Result<std::vector<ProjectRequirement>> group_requirements(const Pyproject& project,
                                                           std::string_view group);

/// The TOML of a script's block: dependencies and requires-python.
Result<Pyproject> parse_script_metadata(std::string_view toml);

/// The limits of a project or script for resolutions for many environments, from its `environments`
/// and `required-environments`: a marker or a list of them, in [tool.pipit], else in [tool.uv].
struct ProjectEnvironments {
  struct Entry {
    Marker marker;
    std::string key;  // "tool.uv.environments"
    std::uint32_t line = 0;
  };
  std::vector<Entry> counted, required;
};
/// `toml`: pyproject.toml's text, or a script's block. Code::parse says what is wrong and where.
Result<ProjectEnvironments> parse_project_environments(std::string_view toml);

}  // namespace pipit::pep
