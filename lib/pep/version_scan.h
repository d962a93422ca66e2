// The parts of a version, as the scanner hands them to the value that keeps them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pep/version.h"

namespace pipit::pep {

/// Set in a number that needs more than 63 bits; its other bits are an index into
/// VersionParts::wide.
inline constexpr std::uint64_t kWideNumber = std::uint64_t{1} << 63;

struct VersionParts {
  std::uint64_t epoch = 0;
  std::vector<std::uint64_t> release;  // not empty
  Version::Pre pre = Version::Pre::none;
  std::uint64_t pre_number = 0;
  std::optional<std::uint64_t> post, dev;
  std::string local;              // normal form, "" if none
  std::vector<std::string> wide;  // digits without leading zeros
};

/// The grammar of PEP 440, appendix B: every spelling, with white space around it. nullopt for
/// anything else.
std::optional<VersionParts> scan_version(std::string_view text);

}  // namespace pipit::pep
