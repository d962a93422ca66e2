// What the solver decides about: projects, and the extras of projects.
#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace pipit::solve {

/// Index of an interned package; the same in a copy of the solver as long as neither interned more.
using PackageId = std::uint32_t;

/// A project, or an extra of one. An extra is virtual: it has no versions of its own and is just
/// wanted or not; it requires its project and adds requirements to the version chosen for that.
struct Package {
  std::string name;   // normal form
  std::string extra;  // normal form, or ""

  bool is_virtual() const { return !extra.empty(); }
  Package base() const { return {name, {}}; }
  /// "name", "name[extra]".
  std::string str() const;
  auto operator<=>(const Package&) const = default;
};

}  // namespace pipit::solve
