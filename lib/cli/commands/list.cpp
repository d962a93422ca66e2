// pipit list and pipit freeze, in pip's formats.
#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/freeze.h"
#include "cli/output.h"
#include "env/site_scan.h"
#include "operation/install_target.h"
#include "pep/name.h"

namespace pipit::cli {
namespace {

struct Row {
  std::string name, version, editable;
};

Result<std::vector<env::Installed>> installed_here(Context& context) {
  const auto paths = context.layers().values(opt("path"));
  if (!paths.empty()) {
    env::Layout layout;
    for (const std::string& path : paths) layout.site_paths.push_back(base::absolute_path(path));
    return env::list_installed(layout, context.reporter);
  }
  cache::Store store(optional_cache(context.layers()), context.reporter);
  PIPIT_TRY(const operation::InstallTarget target,
            operation::find_target(target_options(context.layers(), context.settings.invoked_as),
                                   operation::Use::look, store, context.reporter, context.stop));
  PIPIT_TRY(auto all, env::list_installed(target.layout, context.reporter));
  if (context.layers().has(opt("user")))
    std::erase_if(all, [](const env::Installed& dist) { return !dist.local; });
  return all;
}

/// One a name: of several the one Python would import.
void keep_first_of_each(std::vector<env::Installed>& all) {
  all.erase(std::unique(all.begin(), all.end(),
                        [](const auto& a, const auto& b) { return a.name == b.name; }),
            all.end());
}

void leave_out(const Context& context, std::vector<env::Installed>& all) {
  std::set<std::string> names;
  for (const std::string& name : context.layers().values(opt("exclude")))
    names.insert(pep::normalize_name(name));
  std::erase_if(all, [&](const env::Installed& dist) { return names.contains(dist.name); });
}

Result<std::vector<env::Installed>> listed(Context& context) {
  PIPIT_TRY(auto all, installed_here(context));
  keep_first_of_each(all);
  leave_out(context, all);
  return all;
}

std::string columns_text(const std::vector<Row>& rows) {
  if (rows.empty()) return "";
  const bool with_location =
      std::any_of(rows.begin(), rows.end(), [](const Row& row) { return !row.editable.empty(); });
  std::size_t name_width = 7, version_width = 7, location_width = 25;
  for (const Row& row : rows) {
    name_width = std::max(name_width, row.name.size());
    version_width = std::max(version_width, row.version.size());
    location_width = std::max(location_width, row.editable.size());
  }
  const auto pad = [](std::string_view text, std::size_t width) {
    return cat(text, std::string(width - std::min(width, text.size()), ' '));
  };
  const auto line = [&](std::string_view name, std::string_view version,
                        std::string_view location) {
    std::string out =
        with_location ? cat(pad(name, name_width), " ", pad(version, version_width), " ", location)
                      : cat(pad(name, name_width), " ", version);
    while (out.ends_with(' ')) out.pop_back();
    return out + "\n";
  };
  std::string out = line("Package", "Version", "Editable project location");
  out += line(std::string(name_width, '-'), std::string(version_width, '-'),
              std::string(location_width, '-'));
  for (const Row& row : rows) out += line(row.name, row.version, row.editable);
  return out;
}

std::string json_text(const std::vector<Row>& rows) {
  std::string out = "[";
  for (const Row& row : rows) {
    out += out.size() > 1 ? ", {\"name\": " : "{\"name\": ";
    base::append_json_string(out, row.name);
    out += ", \"version\": ";
    base::append_json_string(out, row.version);
    if (!row.editable.empty()) {
      out += ", \"editable_project_location\": ";
      base::append_json_string(out, row.editable);
    }
    out += "}";
  }
  return out + "]\n";
}

/// Of freeze_line() the requirement: its last line, comments stand before it.
std::string requirement_in(std::string_view line) {
  line = base::trim(line);
  const std::size_t end = line.rfind('\n');
  return std::string(end == line.npos ? line : line.substr(end + 1));
}

}  // namespace

Result<int> run_list(Context& context) {
  const std::string format =
      context.settings.json ? "json" : context.layers().value(opt("format")).value_or("columns");
  PIPIT_TRY(const auto all, listed(context));
  std::vector<Row> rows;
  for (const env::Installed& dist : all)
    rows.push_back(
        {env::written_name(dist), dist.version_text, env::editable_location(dist).value_or("")});
  std::string text;
  if (format == "columns")
    text = columns_text(rows);
  else if (format == "json")
    text = json_text(rows);
  else
    for (const Row& row : rows) text += cat(row.name, "==", row.version, "\n");
  PIPIT_TRY(write_stdout(text));
  return 0;
}

Result<int> run_freeze(Context& context) {
  PIPIT_TRY(auto all, listed(context));
  if (context.settings.invoked_as.pip && !context.layers().has(opt("all")))
    std::erase_if(all, [](const env::Installed& dist) {
      return dist.name == "pip" || dist.name == "setuptools" || dist.name == "wheel";
    });
  // pip's order: by the name as published, so "_" and "-" differ.
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return base::to_lower(env::written_name(a)) < base::to_lower(env::written_name(b));
  });
  std::string text;
  base::Json::Array rows;
  for (const env::Installed& dist : all) {
    const std::string line = freeze_line(dist, context.reporter, context.stop);
    text += line;
    rows.emplace_back(base::Json::Object{{"name", env::written_name(dist)},
                                         {"version", dist.version_text},
                                         {"requirement", requirement_in(line)}});
  }
  PIPIT_TRY(write_stdout(context.settings.json ? base::to_json(rows, 2) + "\n" : text));
  return 0;
}

}  // namespace pipit::cli
