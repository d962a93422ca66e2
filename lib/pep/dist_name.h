// File names of distributions: wheels (PEP 427, 491) and source distributions (PEP 625, and the
// older spellings).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pep/tags.h"
#include "pep/version.h"

namespace pipit::pep {

struct WheelName {
  std::string name;  // normal form
  Version version;
  /// Build tag "01a" is "1" and "a"; without one both are empty. A number has any size: dates and
  /// digests are in use.
  std::string build_number, build_rest;
  std::vector<std::string> pythons, abis, platforms;  // compressed sets, lower case

  std::string build() const { return build_number + build_rest; }  // "1a" or ""
  /// Whether its build tag is the later one (PEP 427); none comes before all others.
  bool is_later_build(const WheelName& other) const;
  std::vector<Tag> tags() const;  // expanded, sorted, unique
};
/// Code::parse when it is not a wheel file name.
Result<WheelName> parse_wheel_name(std::string_view file_name);

struct SdistName {
  std::string name;  // normal form
  Version version;
  std::string extension;  // ".tar.gz" or ".zip"
};
/// PEP 625: name and version split at the last "-". Code::parse otherwise.
Result<SdistName> parse_sdist_name(std::string_view file_name);
/// On a page of `project` (normal form) the split is where the project's name ends
/// ("a-b-1.0-2.tar.gz"); nullopt: it is another project's.
std::optional<SdistName> parse_sdist_name_of(std::string_view file_name, std::string_view project);

}  // namespace pipit::pep
