// Metadata in the cache: one letter and one value per line, so that a later run opens no zip and
// parses no e-mail headers. The first line holds the version of this format; change it with the
// format.
#include "pep/metadata_codec.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "pep/name.h"

namespace pipit::pep {
namespace {

constexpr std::string_view kCodecHeader = "pipit metadata 1";

using TextMember = std::string Metadata::*;
constexpr std::array<std::pair<char, TextMember>, 7> kTextLines = {
    {{'m', &Metadata::metadata_version},
     {'n', &Metadata::written_name},
     {'p', &Metadata::requires_python_text},
     {'s', &Metadata::summary},
     {'l', &Metadata::license},
     {'a', &Metadata::author},
     {'h', &Metadata::home_page}}};

void append_line(std::string& out, char kind, std::string_view value) {
  out += kind;
  for (char c : value) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  out += '\n';
}

std::string unescape_line(std::string_view text) {
  if (!text.contains('\\')) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size())
      out += text[i];
    else
      out += text[++i] == 'n' ? '\n' : text[i];
  }
  return out;
}

Result<void> decode_line(char kind, std::string value, Metadata& metadata) {
  for (const auto& [letter, member] : kTextLines) {
    if (letter == kind) metadata.*member = value;
  }
  if (kind == 'v') {
    std::optional<Version> version = Version::parse(value);
    if (!version) return fail(Code::parse, "cached metadata: invalid version");
    metadata.version = std::move(*version);
  }
  if (kind == 'd') {
    PIPIT_TRY(Requirement requirement, parse_requirement(value));
    metadata.requires_dist.push_back(std::move(requirement));
  }
  if (kind == 'e')
    metadata.provides_extra.push_back(std::move(value));
  else if (kind == 'y')
    metadata.dynamic.push_back(std::move(value));
  return {};
}

}  // namespace

std::string encode_metadata(const Metadata& metadata) {
  std::string out = cat(kCodecHeader, "\n");
  append_line(out, 'v', metadata.version.str());
  for (const auto& [kind, member] : kTextLines) {
    if (!(metadata.*member).empty()) append_line(out, kind, metadata.*member);
  }
  for (const Requirement& requirement : metadata.requires_dist)
    append_line(out, 'd', requirement.str());
  for (const std::string& extra : metadata.provides_extra) append_line(out, 'e', extra);
  for (const std::string& field : metadata.dynamic) append_line(out, 'y', field);
  return out + ".\n";
}

Result<Metadata> decode_metadata(std::string_view text) {
  const std::vector<std::string_view> lines = base::split(text, '\n');
  // The last line is a dot, so that a truncated file is noticed.
  if (lines.size() < 3 || lines[0] != kCodecHeader || lines[lines.size() - 2] != "." ||
      !lines.back().empty()) {
    return fail(Code::parse, "cached metadata: not of this version");
  }
  Metadata metadata;
  for (std::size_t i = 1; i + 2 < lines.size(); ++i) {
    if (lines[i].empty()) return fail(Code::parse, "cached metadata: an empty line");
    PIPIT_TRY(decode_line(lines[i].front(), unescape_line(lines[i].substr(1)), metadata));
  }
  if (!is_valid_name(metadata.written_name)) return fail(Code::parse, "cached metadata: no name");
  metadata.name = normalize_name(metadata.written_name);
  PIPIT_TRY(metadata.requires_python, SpecifierSet::parse_lenient(metadata.requires_python_text));
  return metadata;
}

}  // namespace pipit::pep
