// Decision diagrams behind MarkerSet.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pep/version.h"

namespace pipit::pep {

/// What a diagram asks about, in the order in which it asks. `python` is both variables of Python's
/// version. What follows from another subject's answer is asked after it (MarkerKnowledge).
enum class MarkerSubject : std::uint8_t {
  python,
  implementation_version,
  platform_release,
  sys_platform,
  os_name,
  platform_system,
  platform_machine,
  python_implementation,
  implementation_name,
  platform_version,
  extra
};
/// The variable's name in a marker; python is "python_full_version".
std::string_view marker_subject_name(MarkerSubject subject);
inline bool is_version_subject(MarkerSubject subject) {
  return subject <= MarkerSubject::platform_release;
}

/// One question: which version, which value (text is ""); or yes-no: is this extra active, does
/// this comparison, which is not analysed any further, hold (`opaque`).
struct MarkerQuestion {
  MarkerSubject subject = MarkerSubject::python;
  bool opaque = false;
  std::string text;
  auto operator<=>(const MarkerQuestion&) const = default;
  bool is_yes_no() const { return opaque || subject == MarkerSubject::extra; }
};

using MarkerRef = std::uint32_t;
inline constexpr MarkerRef kMarkerFalse = 0, kMarkerTrue = 1;

/// A question and where each answer leads:
///   versions   children[i] where i of `cuts` (ascending) are not above the value; a value that is
///              no version lies below all cuts
///   values     children[i + 1] for values[i] (ascending), children[0] for all others
///   yes-no     children[0] for no, children[1] for yes
struct MarkerBranch {
  MarkerQuestion question;
  std::vector<Version> cuts;
  std::vector<std::string> values;
  std::vector<MarkerRef> children;
};
std::strong_ordering compare_branches(const MarkerBranch& a, const MarkerBranch& b);

/// A set as one value: children come before their parents, the root last. References count from 2;
/// 0 and 1 are the two ends.
struct MarkerDiagram {
  std::vector<MarkerBranch> branches;
  MarkerRef root() const { return static_cast<MarkerRef>(branches.size()) + 1; }
};

/// The knowledge that a variable has one value, and what follows from it.
struct MarkerKnowledge {
  MarkerSubject subject;
  std::string value;
  /// The value that `other` then has; null when it may have several.
  const std::string* value_of(MarkerSubject other, std::string& buffer) const;
  /// The last subject, in order, whose value is known.
  MarkerSubject last() const;
};
/// The value of an earlier subject that is equivalent to this one: os_name "nt" is sys_platform
/// "win32".
std::optional<std::pair<MarkerSubject, std::string_view>> marker_leading_value(
    MarkerSubject subject, std::string_view value);

}  // namespace pipit::pep
