// Requirements that stand in pyproject.toml, in dependency groups and in scripts.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "pep/requirements_txt.h"
#include "pep/script_block.h"
#include "pep/specifier.h"

namespace pipit::operation {

enum class InputKind { requirements, project, lock, script, legacy_project };
/// By the last part of a path or URL: pyproject.toml, pylock.toml and pylock.NAME.toml, setup.py
/// and setup.cfg, other names ending in .py; everything else is a requirements file.
InputKind input_kind(std::string_view place);
/// "pylock.toml[a,b]": place and extras (normal form). Only projects and locks have such; others
/// come back as they are.
std::pair<std::string, std::set<std::string>> split_extras(const std::string& word);

/// A requirement line and how "# via" names its origin.
struct SourcedLine {
  pep::RequirementLine line;
  std::string via;
};
/// What a source says of the Python it is for.
struct RequiresPython {
  pep::SpecifierSet specifier;
  std::string text, where;
};
struct ProjectLines {
  std::vector<SourcedLine> lines;
  std::vector<RequiresPython> bounds;    // none or one
  std::set<std::string> unknown_extras;  // asked for, but not this project's
};

/// A project's own requirements and those of its extras. `file`: as the user named it; errors begin
/// with it.
Result<ProjectLines> project_lines(std::string_view text, const std::string& file,
                                   const std::set<std::string>& extras, bool all_extras);
/// One of its dependency groups, or ("") all of them.
Result<ProjectLines> group_lines(std::string_view text, const std::string& file,
                                 const std::string& group);
/// The TOML of a script's block with line numbers as in the script.
std::string padded_block(const pep::ScriptBlock& block);
/// "line 3: …" of a file becomes "pyproject.toml:3: …".
std::unexpected<Error> in_file(const std::string& file, Error error);

/// A script's. Code::parse: it has no block, or several.
Result<ProjectLines> script_lines(std::string_view text, const std::string& file);

}  // namespace pipit::operation
