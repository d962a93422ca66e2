// The variables of markers as questions: their names, and what the value of one implies for
// another.
#include "pep/marker/diagram.h"

#include <algorithm>
#include <array>

namespace pipit::pep {
namespace {

// What values of one variable imply for another. `same`: the reverse holds, too.
struct MarkerBond {
  MarkerSubject subject;
  std::string_view value;
  MarkerSubject other;
  std::string_view other_value;
  bool same;
};
constexpr std::array<MarkerBond, 8> kMarkerBonds = {
    {{MarkerSubject::sys_platform, "win32", MarkerSubject::os_name, "nt", true},
     {MarkerSubject::sys_platform, "win32", MarkerSubject::platform_system, "Windows", true},
     {MarkerSubject::sys_platform, "darwin", MarkerSubject::os_name, "posix", false},
     {MarkerSubject::sys_platform, "darwin", MarkerSubject::platform_system, "Darwin", true},
     {MarkerSubject::sys_platform, "linux", MarkerSubject::os_name, "posix", false},
     {MarkerSubject::sys_platform, "linux", MarkerSubject::platform_system, "Linux", true},
     {MarkerSubject::python_implementation, "CPython", MarkerSubject::implementation_name,
      "cpython", true},
     {MarkerSubject::python_implementation, "PyPy", MarkerSubject::implementation_name, "pypy",
      true}}};

constexpr std::array<std::string_view, 11> kMarkerSubjectNames = {"python_full_version",
                                                                  "implementation_version",
                                                                  "platform_release",
                                                                  "sys_platform",
                                                                  "os_name",
                                                                  "platform_system",
                                                                  "platform_machine",
                                                                  "platform_python_implementation",
                                                                  "implementation_name",
                                                                  "platform_version",
                                                                  "extra"};

}  // namespace

std::string_view marker_subject_name(MarkerSubject subject) {
  return kMarkerSubjectNames[static_cast<std::size_t>(subject)];
}

std::strong_ordering compare_branches(const MarkerBranch& a, const MarkerBranch& b) {
  if (auto order = a.question <=> b.question; order != 0) return order;
  if (auto order = a.cuts <=> b.cuts; order != 0) return order;
  if (auto order = a.values <=> b.values; order != 0) return order;
  return a.children <=> b.children;
}

const std::string* MarkerKnowledge::value_of(MarkerSubject other, std::string& buffer) const {
  if (other == subject) return &value;
  for (const MarkerBond& bond : kMarkerBonds) {
    if (bond.subject != subject || bond.value != value || bond.other != other) continue;
    buffer = bond.other_value;
    return &buffer;
  }
  return nullptr;
}

MarkerSubject MarkerKnowledge::last() const {
  MarkerSubject found = subject;
  for (const MarkerBond& bond : kMarkerBonds) {
    if (bond.subject == subject && bond.value == value) found = std::max(found, bond.other);
  }
  return found;
}

std::optional<std::pair<MarkerSubject, std::string_view>> marker_leading_value(
    MarkerSubject subject, std::string_view value) {
  for (const MarkerBond& bond : kMarkerBonds) {
    if (bond.same && bond.other == subject && bond.other_value == value)
      return std::pair{bond.subject, bond.value};
  }
  return std::nullopt;
}

}  // namespace pipit::pep
