// METADATA and PKG-INFO: the header block of an e-mail, parsed as Python's e-mail parser does.
//
// A line "Name: value" begins a field, an indented line continues it, an empty line ends the block;
// so does a line that is neither (licences pasted without indentation), for every other parser
// takes what follows as the body. Dependencies are parsed strictly, then with the tolerance that
// old files need; one that fails both makes the whole file unusable, as its dependencies are
// unknown.
#include "pep/metadata.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "pep/name.h"
#include "pep/white_space.h"

namespace pipit::pep {
namespace {

// Lines with any of the three line ends.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}
  std::optional<std::string_view> next() {
    if (at_ >= text_.size()) return std::nullopt;
    const std::size_t begin = at_;
    const std::size_t end = std::min(text_.find_first_of("\r\n", begin), text_.size());
    at_ = end + (text_.substr(end).starts_with("\r\n") ? 2 : 1);
    return text_.substr(begin, end - begin);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_field_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

std::vector<MetadataField> metadata_fields(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<MetadataField> fields;
  LineReader lines(text);
  while (const std::optional<std::string_view> line = lines.next()) {
    if (line->empty()) break;
    if (line->front() == ' ' || line->front() == '\t') {
      if (!fields.empty()) fields.back().value.append("\n").append(*line);
      continue;
    }
    const auto field = base::split_once(*line, ':');
    if (!field || !is_field_name(field->first)) break;
    const std::size_t begin =
        std::min(field->second.find_first_not_of(" \t"), field->second.size());
    fields.push_back({field->first, std::string(field->second.substr(begin))});
  }
  return fields;
}

namespace {

// A folded value on one line.
std::string unfolded(std::string_view value) {
  return base::replace_all(trim_white_space(value), "\n", " ");
}

// Old tools wrote UNKNOWN for an empty value.
std::string stated(std::string_view value) {
  value = trim_white_space(value);
  return value == "UNKNOWN" ? "" : std::string(value);
}

bool is_field(const MetadataField& field, std::string_view name) {
  return base::equals_ignoring_case(field.name, name);
}

std::unexpected<Error> bad_metadata(const Metadata& metadata, std::string_view what) {
  const std::string who = metadata.written_name.empty()
                              ? "metadata"
                              : cat("metadata of ", base::printable(metadata.written_name));
  return fail(Code::bad_metadata, cat(who, ": ", what));
}

void set_first(std::string& target, std::string value) {
  if (target.empty()) target = std::move(value);
}

// "Homepage, https://example.org" among the project's links.
std::string home_page_link(std::string_view value) {
  const auto parts = base::split_once(value, ',');
  if (!parts) return "";
  const std::string label = base::replace_all(base::to_lower(base::trim(parts->first)), "-", "");
  return base::replace_all(label, " ", "") == "homepage" ? std::string(base::trim(parts->second))
                                                         : "";
}

void take_descriptive(const MetadataField& field, Metadata& metadata) {
  if (is_field(field, "Summary")) set_first(metadata.summary, stated(field.value));
  if (is_field(field, "License-Expression")) metadata.license = stated(field.value);
  if (is_field(field, "License")) set_first(metadata.license, stated(field.value));
  if (is_field(field, "Author")) metadata.author = stated(field.value);
  if (is_field(field, "Author-email")) set_first(metadata.author, stated(field.value));
  if (is_field(field, "Home-page")) metadata.home_page = stated(field.value);
  if (is_field(field, "Project-URL")) set_first(metadata.home_page, home_page_link(field.value));
}

Result<void> take_identity(const std::vector<MetadataField>& fields, Metadata& metadata) {
  std::string version;
  for (const MetadataField& field : fields) {
    if (is_field(field, "Metadata-Version"))
      set_first(metadata.metadata_version, stated(field.value));
    if (is_field(field, "Name")) set_first(metadata.written_name, stated(field.value));
    if (is_field(field, "Version")) set_first(version, std::string(trim_white_space(field.value)));
  }
  if (metadata.written_name.empty()) return bad_metadata(metadata, "no name");
  if (!is_valid_name(metadata.written_name)) return bad_metadata(metadata, "invalid name");
  metadata.name = normalize_name(metadata.written_name);
  std::optional<Version> parsed = Version::parse(version);
  if (!parsed)
    return bad_metadata(metadata, cat("invalid version '", base::printable(version), "'"));
  metadata.version = std::move(*parsed);
  return {};
}

// A newer minor version only adds fields; a newer major one may mean anything.
Result<void> check_metadata_version(const Metadata& metadata) {
  if (metadata.metadata_version.empty()) return {};
  const std::optional<Version> version = Version::parse(metadata.metadata_version);
  if (!version || version->release()[0] > 2) {
    return bad_metadata(metadata, cat("unsupported metadata version '",
                                      base::printable(metadata.metadata_version), "'"));
  }
  return {};
}

Result<void> take_requires_python(std::string_view value, Metadata& metadata) {
  value = trim_white_space(value);
  if (value.empty() || value == "UNKNOWN") return {};
  Result<SpecifierSet> set = SpecifierSet::parse_lenient(value);
  if (!set)
    return bad_metadata(metadata, cat("invalid Requires-Python '", base::printable(value), "'"));
  metadata.requires_python = std::move(*set);
  metadata.requires_python_text = std::string(value);
  return {};
}

Result<void> take_requirement(const std::string& value, Metadata& metadata) {
  Result<Requirement> requirement = parse_requirement_lenient(value);
  if (!requirement)
    return bad_metadata(metadata, cat("invalid Requires-Dist: ", requirement.error().message));
  metadata.requires_dist.push_back(std::move(*requirement));
  return {};
}

void take_extra(std::string_view value, Metadata& metadata) {
  std::string extra = normalize_name(trim_white_space(value));
  std::vector<std::string>& known = metadata.provides_extra;
  if (!extra.empty() && std::ranges::find(known, extra) == known.end())
    known.push_back(std::move(extra));
}

Result<void> take_field(const MetadataField& field, Metadata& metadata) {
  if (is_field(field, "Requires-Python"))
    return take_requires_python(unfolded(field.value), metadata);
  if (is_field(field, "Requires-Dist")) return take_requirement(unfolded(field.value), metadata);
  if (is_field(field, "Provides-Extra"))
    take_extra(field.value, metadata);
  else if (is_field(field, "Dynamic"))
    metadata.dynamic.push_back(base::to_lower(trim_white_space(field.value)));
  else
    take_descriptive(field, metadata);
  return {};
}

}  // namespace

Result<Metadata> parse_metadata(std::string_view text) {
  if (text.size() > kMaxMetadata) return bad_metadata(Metadata{}, "too big");
  return metadata_of(metadata_fields(text));
}

Result<Metadata> metadata_of(const std::vector<MetadataField>& fields) {
  Metadata metadata;
  PIPIT_TRY(take_identity(fields, metadata));
  PIPIT_TRY(check_metadata_version(metadata));
  for (const MetadataField& field : fields) PIPIT_TRY(take_field(field, metadata));
  return metadata;
}

std::vector<std::string> metadata_field(std::string_view text, std::string_view field) {
  std::vector<std::string> values;
  for (MetadataField& found : metadata_fields(text)) {
    if (is_field(found, field)) values.push_back(std::move(found.value));
  }
  return values;
}

}  // namespace pipit::pep
