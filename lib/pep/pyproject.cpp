// The static part of a project's metadata. Only the project's build knows a field listed in
// project.dynamic; asking for it is an error here, never an empty result.
#include "pep/pyproject.h"

#include <algorithm>

#include "base/text.h"
#include "pep/name.h"
#include "pep/toml_fields.h"

namespace pipit::pep {
namespace {

constexpr std::size_t kMaxPyproject = 16u << 20;
constexpr std::size_t kMaxGroupDepth = 200;
/// Stops extras of a project that require each other under ever new markers.
constexpr std::size_t kMaxExtraSteps = 2000;

Result<ProjectRequirement> project_requirement(const std::string& text, std::uint32_t line) {
  auto requirement = parse_requirement(base::trim(text));
  if (!requirement) return fail(std::move(requirement.error()).at_line(line));
  return ProjectRequirement{std::move(*requirement), line};
}

/// The strings of `list` as requirements; errors go to `fields`.
std::vector<ProjectRequirement> read_requirements(const base::Toml& list, std::string_view key,
                                                  TomlFields& fields) {
  std::vector<ProjectRequirement> out;
  if (!list.array()) {
    fields.refuse(list.line(), cat(key, " must be an array of strings, not ", list.kind()));
    return out;
  }
  for (const base::Toml& item : *list.array()) {
    if (!item.string()) {
      fields.refuse(item.line(), cat(key, " must hold strings, not ", item.kind()));
      continue;
    }
    auto requirement = project_requirement(*item.string(), item.line());
    if (requirement)
      out.push_back(std::move(*requirement));
    else
      fields.refuse(std::move(requirement.error()));
  }
  return out;
}

void read_requires_python(Pyproject& out, TomlFields& fields) {
  out.requires_python_text = fields.text("requires-python");
  out.requires_python =
      fields.take("requires-python", SpecifierSet::parse(out.requires_python_text));
}

void read_extras(Pyproject& out, const base::Toml& table, TomlFields& fields) {
  for (const auto& [extra, list] : *table.table()) {
    if (!is_valid_name(extra))
      fields.refuse(list.line(), cat("not an extra's name: ", base::printable(extra)));
    auto& there = out.extras[normalize_name(extra)];
    for (ProjectRequirement& one : read_requirements(list, extra, fields))
      there.push_back(std::move(one));
  }
}

Result<void> read_project(Pyproject& out, const base::Toml& table) {
  TomlFields fields(table, "project");
  out.has_project = true;
  out.name = fields.required_text("name");
  if (!out.name.empty() && !is_valid_name(out.name))
    fields.refuse(cat("not a project's name: ", base::printable(out.name)));
  out.version = fields.text("version");
  for (std::string& field : fields.texts("dynamic")) out.dynamic.insert(std::move(field));
  read_requires_python(out, fields);
  if (const base::Toml* list = table.find("dependencies"))
    out.dependencies = read_requirements(*list, "dependencies", fields);
  if (const base::Toml* extras = fields.table("optional-dependencies"))
    read_extras(out, *extras, fields);
  return fields.done();
}

Result<Pyproject::GroupItem> group_item(const base::Toml& item) {
  if (const std::string* text = item.string())
    return Pyproject::GroupItem{*text, false, item.line()};
  const base::Toml* include = item.find("include-group");
  if (include && include->string() && item.table()->size() == 1)
    return Pyproject::GroupItem{*include->string(), true, item.line()};
  return fail_at_line(item.line(), Code::parse,
                      "dependency-groups: an item must be a requirement or "
                      "{include-group = \"NAME\"}");
}

Result<void> read_groups(Pyproject& out, const base::Toml& table) {
  if (!table.table())
    return fail_at_line(table.line(), Code::parse, "dependency-groups must be a table");
  for (const auto& [name, list] : *table.table()) {
    if (!list.array())
      return fail_at_line(list.line(), Code::parse,
                          cat("dependency-groups: ", base::printable(name), " must be an array"));
    Pyproject::Group group{name, {}};
    for (const base::Toml& item : *list.array()) {
      PIPIT_TRY(auto read, group_item(item));
      group.items.push_back(std::move(read));
    }
    const auto [other, fresh] = out.groups.emplace(normalize_name(name), std::move(group));
    if (!fresh)
      return fail_at_line(list.line(), Code::parse,
                          cat("dependency-groups: ", base::printable(name), " and ",
                              base::printable(other->second.written_name), " are the same name"));
  }
  return {};
}

Result<void> check_static(const Pyproject& project, bool extras) {
  if (!project.has_project)
    return fail(Code::unsupported,
                "no [project] table: a build would be needed to know the dependencies");
  for (const std::string_view field : {"dependencies", "optional-dependencies"})
    if ((extras || field == "dependencies") && project.dynamic.contains(std::string(field)))
      return fail(Code::unsupported,
                  cat("`", field, "` is dynamic: a build would be needed to know its value"));
  return {};
}

/// One of the two lists, from the first table that has it.
Result<std::vector<ProjectEnvironments::Entry>> read_environments(const base::Toml& document,
                                                                  std::string_view key) {
  std::vector<ProjectEnvironments::Entry> out;
  const base::Toml* tool = document.find("tool");
  for (const std::string_view table : {"pipit", "uv"}) {
    const base::Toml* owner = tool ? tool->find(table) : nullptr;
    const base::Toml* value = owner ? owner->find(key) : nullptr;
    if (!value) continue;
    const std::string shown = cat("tool.", table, ".", key);
    const auto take = [&](const base::Toml& item) -> Result<void> {
      if (!item.string())
        return fail_at_line(
            item.line(), Code::parse,
            cat(shown, " must be a marker or an array of markers, not ", item.kind()));
      auto marker = Marker::parse(*item.string());
      if (!marker)
        return fail_at_line(item.line(), Code::parse, cat(shown, ": ", marker.error().message));
      out.push_back({std::move(*marker), shown, item.line()});
      return {};
    };
    if (!value->array()) PIPIT_TRY(take(*value));
    if (value->array())
      for (const base::Toml& item : *value->array()) PIPIT_TRY(take(item));
    break;
  }
  return out;
}

/// Walks groups depth first; `path` is the chain of includes.
class GroupWalk {
 public:
  explicit GroupWalk(const Pyproject& project) : project_(project) {}

  std::string groups_there_are() const {
    std::string names;
    for (const auto& [name, group] : project_.groups)
      names += cat(names.empty() ? "" : ", ", base::printable(group.written_name));
    return names.empty() ? "there are no groups" : cat("there are: ", names);
  }

  Result<void> walk(std::string_view written, std::uint32_t line) {
    const std::string name = normalize_name(written);
    const auto group = project_.groups.find(name);
    if (group == project_.groups.end())
      return fail(
          Error{Code::not_found, cat("no dependency group named ", base::printable(written))}
              .at_line(line)
              .with_hint(groups_there_are()));
    if (std::ranges::find(path_, name) != path_.end()) return circle(name);
    if (!done_.insert(name).second) return {};  // reached by a second path: already included
    if (path_.size() >= kMaxGroupDepth)
      return fail(Code::parse, cat("dependency groups nested deeper than ", kMaxGroupDepth));
    path_.push_back(name);
    for (const Pyproject::GroupItem& item : group->second.items) {
      if (item.include) {
        PIPIT_TRY(walk(item.text, item.line));
        continue;
      }
      PIPIT_TRY(ProjectRequirement one, project_requirement(item.text, item.line));
      out.push_back(std::move(one));
    }
    path_.pop_back();
    return {};
  }

  std::vector<ProjectRequirement> out;

 private:
  std::unexpected<Error> circle(const std::string& name) const {
    std::string chain;
    for (const std::string& one : path_) chain += cat(one, " -> ");
    return fail(Code::parse, cat("dependency groups include each other: ", chain, name));
  }
  const Pyproject& project_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
};

}  // namespace

Result<Pyproject> parse_pyproject(std::string_view text) {
  PIPIT_TRY(const base::Toml document, base::parse_toml(text, kMaxPyproject));
  Pyproject out;
  if (const base::Toml* project = document.find("project")) {
    if (!project->table())
      return fail_at_line(project->line(), Code::parse, "project must be a table");
    PIPIT_TRY(read_project(out, *project));
  }
  if (const base::Toml* groups = document.find("dependency-groups"))
    PIPIT_TRY(read_groups(out, *groups));
  return out;
}

Result<std::vector<ProjectRequirement>> project_requirements(const Pyproject& project,
                                                             const std::set<std::string>& extras) {
  PIPIT_TRY(check_static(project, !extras.empty()));
  std::vector<ProjectRequirement> out;
  std::set<std::pair<std::string, std::string>> done;  // extra, marker
  std::vector<std::pair<std::string, Marker>> todo;
  const std::string self = normalize_name(project.name);
  const auto take = [&](const ProjectRequirement& one, const Marker& marker) {
    ProjectRequirement taken = one;
    taken.requirement.marker = marker & one.requirement.marker;
    if (one.requirement.name != self || one.requirement.url) {
      out.push_back(std::move(taken));
      return;
    }
    for (const std::string& extra : one.requirement.extras)
      todo.emplace_back(extra, taken.requirement.marker);
  };
  for (const ProjectRequirement& one : project.dependencies) take(one, Marker());
  for (const std::string& extra : extras) todo.emplace_back(extra, Marker());
  for (std::size_t at = 0; at < todo.size(); ++at) {
    const auto [extra, marker] = todo[at];
    if (at >= kMaxExtraSteps)
      return fail(Code::parse, "the project's extras ask for each other without end");
    if (!done.emplace(extra, marker.str()).second) continue;
    const auto listed = project.extras.find(extra);
    if (listed == project.extras.end())
      return fail(Code::not_found, cat("no extra named ", base::printable(extra)));
    for (const ProjectRequirement& one : listed->second) take(one, marker);
  }
  return out;
}

Result<std::vector<ProjectRequirement>> group_requirements(const Pyproject& project,
                                                           std::string_view group) {
  GroupWalk walk(project);
  PIPIT_TRY(walk.walk(group, 0));
  return std::move(walk.out);
}

Result<Pyproject> parse_script_metadata(std::string_view toml) {
  PIPIT_TRY(const base::Toml document, base::parse_toml(toml, kMaxPyproject));
  TomlFields fields(document, "");
  Pyproject out;
  out.has_project = true;
  read_requires_python(out, fields);
  if (const base::Toml* list = document.find("dependencies"))
    out.dependencies = read_requirements(*list, "dependencies", fields);
  PIPIT_TRY(fields.done());
  return out;
}

Result<ProjectEnvironments> parse_project_environments(std::string_view toml) {
  PIPIT_TRY(const base::Toml document, base::parse_toml(toml, kMaxPyproject));
  ProjectEnvironments out;
  PIPIT_TRY(out.counted, read_environments(document, "environments"));
  PIPIT_TRY(out.required, read_environments(document, "required-environments"));
  return out;
}

}  // namespace pipit::pep
