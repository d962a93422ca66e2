// The shape is that of PEP 566: field names in lower case, lists for fields that may repeat.
#include "distribution/metadata/json.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace pipit::distribution {
namespace {

/// Fields of the core metadata specification that may occur more than once.
constexpr std::array<std::string_view, 17> kMultiple{
    "classifier",         "dynamic",       "import-name",       "import-namespace",
    "license-file",       "obsoletes",     "obsoletes-dist",    "platform",
    "project-url",        "provides",      "provides-dist",     "provides-extra",
    "requires",           "requires-dist", "requires-external", "supported-platform",
    "supported-platforms"};

bool is_multiple(std::string_view field) {
  return std::find(kMultiple.begin(), kMultiple.end(), field) != kMultiple.end();
}

/// Keywords are separated by commas, in old metadata by spaces.
base::Json keywords_json(std::string_view value) {
  base::Json::Array words;
  if (value.contains(',')) {
    for (std::string_view word : base::split(value, ','))
      if (!base::trim(word).empty()) words.emplace_back(base::trim(word));
  } else {
    for (std::string_view word : base::split_space(value)) words.emplace_back(word);
  }
  return words;
}

}  // namespace

base::Json metadata_json(std::string_view text) {
  base::Json::Object out;
  for (pep::MetadataField& field : pep::metadata_fields(text)) {
    const std::string name = base::to_lower(field.name);
    if (name == "description") continue;
    // JSON is UTF-8, old metadata is not always.
    if (!base::is_utf8(field.value)) field.value = base::printable(field.value, true);
    const auto [place, fresh] = out.try_emplace(name);
    base::Json& value = place->second;
    if (is_multiple(name) && fresh) value = base::Json::Array{};
    if (name == "keywords" && fresh) {
      value = keywords_json(field.value);
    } else if (value.array()) {
      value.array()->emplace_back(std::move(field.value));
    } else if (fresh) {
      value = std::move(field.value);
    } else {  // a single-use field occurs twice: its reader decides which counts
      value = base::Json::Array{*value.string(), std::move(field.value)};
    }
  }
  return out;
}

Result<pep::Metadata> metadata_of_json(const base::Json& json) {
  if (!json.object()) return fail(Code::bad_metadata, "metadata in JSON: not an object");
  std::vector<pep::MetadataField> fields;
  for (const auto& [name, value] : *json.object()) {
    if (const std::string* text = value.string()) {
      fields.push_back({name, *text});
    } else if (value.array()) {
      for (const base::Json& item : *value.array())
        if (item.string()) fields.push_back({name, *item.string()});
    }
  }
  return pep::metadata_of(fields);
}

}  // namespace pipit::distribution
