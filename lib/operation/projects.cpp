// Lines of projects keep file and line, so that what is wrong with them is found.
#include "operation/projects.h"

#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/url.h"
#include "pep/name.h"
#include "pep/pylock.h"
#include "pep/pyproject.h"

namespace pipit::operation {
namespace {

SourcedLine sourced(pep::ProjectRequirement one, const std::string& file, std::string via) {
  SourcedLine out;
  out.line.requirement = std::move(one.requirement);
  out.line.where = pep::Location{file, one.line};
  out.via = std::move(via);
  return out;
}

/// "name (pyproject.toml:group)": uv's way of saying where a pin comes from.
std::string project_via(const std::string& name, const std::string& file,
                        const std::string& group) {
  const std::string place = group.empty() ? file : cat(file, ":", group);
  return name.empty() ? place : cat(pep::normalize_name(name), " (", place, ")");
}

void note_bound(const pep::Pyproject& project, const std::string& file, ProjectLines& out) {
  if (!project.requires_python_text.empty())
    out.bounds.push_back({project.requires_python, project.requires_python_text, file});
}

}  // namespace

std::unexpected<Error> in_file(const std::string& file, Error error) {
  return fail(std::move(error).in(base::redact_text(base::printable(file))));
}

std::string padded_block(const pep::ScriptBlock& block) {
  return std::string(block.line - 1, '\n') + block.toml;
}

InputKind input_kind(std::string_view place) {
  std::string name(base::base_name(place));
  if (const auto url = base::parse_url(place); url && url->scheme.size() > 1)
    name = base::file_name(*url);
  if (name == "pyproject.toml") return InputKind::project;
  if (pep::is_pylock_name(name)) return InputKind::lock;
  if (name == "setup.py" || name == "setup.cfg") return InputKind::legacy_project;
  return name.ends_with(".py") ? InputKind::script : InputKind::requirements;
}

std::pair<std::string, std::set<std::string>> split_extras(const std::string& word) {
  const std::size_t open = word.rfind('[');
  if (!word.ends_with(']') || open == std::string::npos) return {word, {}};
  const std::string place = word.substr(0, open);
  const InputKind kind = input_kind(place);
  if (kind != InputKind::project && kind != InputKind::lock) return {word, {}};
  std::set<std::string> extras;
  for (const std::string_view one :
       base::split(std::string_view(word).substr(open + 1, word.size() - open - 2), ','))
    if (const std::string_view name = base::trim(one); !name.empty())
      extras.insert(pep::normalize_name(name));
  return {place, extras};
}

Result<ProjectLines> project_lines(std::string_view text, const std::string& file,
                                   const std::set<std::string>& extras, bool all_extras) {
  auto project = pep::parse_pyproject(text);
  if (!project) return in_file(file, std::move(project.error()));
  ProjectLines out;
  std::set<std::string> wanted;
  for (const auto& [extra, requirements] : project->extras)
    if (all_extras || extras.contains(extra)) wanted.insert(extra);
  for (const std::string& extra : extras)
    if (!wanted.contains(extra)) out.unknown_extras.insert(extra);
  // A dynamic table may hold what was asked for: then a build must say.
  if (project->dynamic.contains("optional-dependencies"))
    wanted.insert(out.unknown_extras.begin(), out.unknown_extras.end());
  auto found = pep::project_requirements(*project, wanted);
  if (!found) return in_file(file, std::move(found.error()));
  for (pep::ProjectRequirement& one : *found) {
    out.lines.push_back(sourced(std::move(one), file, project_via(project->name, file, "")));
  }
  note_bound(*project, file, out);
  return out;
}

Result<ProjectLines> group_lines(std::string_view text, const std::string& file,
                                 const std::string& group) {
  auto project = pep::parse_pyproject(text);
  if (!project) return in_file(file, std::move(project.error()));
  ProjectLines out;
  std::vector<std::string> groups{group};
  if (group.empty()) {
    groups.clear();
    for (const auto& [name, listed] : project->groups) groups.push_back(name);
  }
  for (const std::string& name : groups) {
    auto found = pep::group_requirements(*project, name);
    if (!found) return in_file(file, std::move(found.error()));
    for (pep::ProjectRequirement& one : *found)
      out.lines.push_back(sourced(std::move(one), file,
                                  project_via(project->name, file, pep::normalize_name(name))));
  }
  return out;
}

Result<ProjectLines> script_lines(std::string_view text, const std::string& file) {
  auto block = pep::find_script_block(text);
  if (!block) return in_file(file, std::move(block.error()));
  if (!*block)
    return in_file(file, Error{Code::parse, "no `# /// script` block (PEP 723) is in it"}.with_hint(
                             "requirements files have no name ending in .py"));
  auto script = pep::parse_script_metadata(padded_block(**block));
  if (!script) return in_file(file, std::move(script.error()));
  ProjectLines out;
  for (pep::ProjectRequirement& one : script->dependencies)
    out.lines.push_back(sourced(std::move(one), file, file));
  note_bound(*script, file, out);
  return out;
}

}  // namespace pipit::operation
