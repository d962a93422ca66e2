// Core metadata (METADATA, PKG-INFO), as far as an installer needs it. Target-neutral: markers stay
// unevaluated.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pep/requirement.h"
#include "pep/version.h"

namespace pipit::pep {

inline constexpr std::uint64_t kMaxMetadata = 16u << 20;

struct Metadata {
  std::string metadata_version;  // "2.4"
  std::string name;              // normal form
  std::string written_name;      // as published
  Version version;
  SpecifierSet requires_python;      // empty: any
  std::string requires_python_text;  // as written, "" if none
  std::vector<Requirement> requires_dist;
  std::vector<std::string> provides_extra;          // normal form, in order
  std::vector<std::string> dynamic;                 // lower case field names
  std::string summary, license, author, home_page;  // for show; "" if none
};
using MetadataPtr = std::shared_ptr<const Metadata>;

/// Parses the header block (RFC 822 style, UTF-8, folded lines, "\r\n" too) and ignores the body. A
/// dependency or Requires-Python that even the lenient parser refuses is Code::bad_metadata naming
/// it; unknown fields and newer 2.x versions pass, 3.x is refused.
Result<Metadata> parse_metadata(std::string_view text);
/// One field of the header block. `name` points into the parsed text.
struct MetadataField {
  std::string_view name;
  std::string value;  // a folded value keeps its line ends ("\n") and indentation
};
/// The header block, in order: for callers that keep all of it in another form.
std::vector<MetadataField> metadata_fields(std::string_view text);
/// parse_metadata() of fields that were kept.
Result<Metadata> metadata_of(const std::vector<MetadataField>& fields);
/// All values of a header field (case-insensitive), in order; a folded value keeps its line ends
/// ("\n") and indentation.
std::vector<std::string> metadata_field(std::string_view text, std::string_view field);

}  // namespace pipit::pep
