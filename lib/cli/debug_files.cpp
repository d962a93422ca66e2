// The questions of `debug pep440` that are answered from the text of a whole file.
#include "cli/debug_files.h"

#include <utility>

#include "base/hash_spec.h"
#include "base/text.h"
#include "pep/metadata.h"
#include "pep/requirements_txt.h"

namespace pipit::cli {
namespace {

using base::Json;
using FileAnswer = Json::Object;

Json marker_text(const pep::Marker& marker) {
  return marker.is_true() ? Json() : Json(marker.str());
}

FileAnswer requirement_object(const pep::Requirement& requirement) {
  FileAnswer answer{{"name", requirement.name}, {"extras", string_array(requirement.extras)}};
  answer["specifier"] = requirement.specifier.str();
  answer["url"] = requirement.url ? Json(*requirement.url) : Json();
  answer["marker"] = marker_text(requirement.marker);
  return answer;
}

FileAnswer item_object(const pep::RequirementLine& line) {
  FileAnswer answer;
  if (line.requirement) {
    answer = requirement_object(*line.requirement);
  } else {
    answer["place"] = line.path_or_url;
    answer["extras"] = string_array(line.extras);
    answer["marker"] = marker_text(line.marker);
  }
  Json::Array hashes, settings;
  for (const base::HashSpec& hash : line.hashes)
    hashes.emplace_back(cat(hash.algorithm, ":", hash.hex));
  for (const auto& [key, value] : line.config_settings) settings.emplace_back(cat(key, "=", value));
  answer["kind"] = line.editable ? "editable" : "requirement";
  answer["hashes"] = std::move(hashes);
  answer["settings"] = std::move(settings);
  answer["line"] = static_cast<std::int64_t>(line.where.line);
  return answer;
}

FileAnswer item_object(const pep::IncludeLine& include) {
  return FileAnswer{{"kind", include.constraint ? "constraint" : "include"},
                    {"target", include.target},
                    {"line", static_cast<std::int64_t>(include.where.line)}};
}

FileAnswer item_object(const pep::OptionLine& option) {
  return FileAnswer{{"kind", "option"},
                    {"name", option.name},
                    {"value", option.value},
                    {"line", static_cast<std::int64_t>(option.where.line)}};
}

}  // namespace

Result<FileAnswer> answer_lenient(const Json& question) {
  PIPIT_TRY(std::string text, text_field(question, "s"));
  PIPIT_TRY(pep::Requirement requirement, pep::parse_requirement_lenient(text));
  return requirement_object(requirement);
}

Result<FileAnswer> answer_metadata(const Json& question) {
  PIPIT_TRY(std::string text, text_field(question, "s"));
  PIPIT_TRY(pep::Metadata metadata, pep::parse_metadata(text));
  Json::Array requires_dist;
  for (const pep::Requirement& requirement : metadata.requires_dist)
    requires_dist.emplace_back(requirement_object(requirement));
  return FileAnswer{{"metadata_version", metadata.metadata_version},
                    {"name", metadata.name},
                    {"version", metadata.version.str()},
                    {"requires_python", metadata.requires_python.str()},
                    {"requires_dist", std::move(requires_dist)},
                    {"provides_extra", string_array(metadata.provides_extra)},
                    {"dynamic", string_array(metadata.dynamic)}};
}

Result<FileAnswer> answer_requirements(const Json& question) {
  PIPIT_TRY(std::string hex, text_field(question, "hex"));
  const auto bytes = base::unhex(hex);
  if (!bytes) return fail(Code::parse, "field 'hex' must be hexadecimal");
  const Json* variables = question.find("vars");
  const auto variable = [&](const std::string& name) -> std::optional<std::string> {
    const Json* value = variables ? variables->find(name) : nullptr;
    return value && value->string() ? std::optional(*value->string()) : std::nullopt;
  };
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  PIPIT_TRY(auto items, pep::parse_requirements_txt(text, "r.txt", variable));
  Json::Array found;
  for (const pep::RequirementsItem& item : items)
    std::visit([&](const auto& line) { found.emplace_back(item_object(line)); }, item);
  return FileAnswer{{"items", std::move(found)}};
}

}  // namespace pipit::cli
