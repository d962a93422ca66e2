// PEP 508 dependency specifiers.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pep/marker/marker.h"
#include "pep/specifier.h"

namespace pipit::pep {

struct Requirement {
  std::string name;                 // normal form
  std::string written_name;         // as written
  std::vector<std::string> extras;  // normal form, sorted, unique
  SpecifierSet specifier;           // empty when `url` is set
  std::optional<std::string> url;   // "name @ url", as written
  Marker marker;

  /// The PEP 508 text: "name[extras]specifier ; marker".
  std::string str() const;
};

/// Strict PEP 508. Code::parse with one line that shows the text and the place.
Result<Requirement> parse_requirement(std::string_view text);
/// As in old metadata: accepts "x (>=1.0<2.0)", "x>=1.0.*" and stray commas where pip and uv do.
Result<Requirement> parse_requirement_lenient(std::string_view text);

}  // namespace pipit::pep
