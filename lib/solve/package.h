// What the solver decides about: projects, and the extras (or groups) of projects.
#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace pipit::solve {

/// Index of an interned package; the same in a copy of the solver as long as neither interned more.
using PackageId = std::uint32_t;

/// A project, or an extra or a group of it. Those two are virtual: they have no versions of their
/// own, being wanted or not is all there is to them; they want their project and add requirements
/// to the version chosen for it.
struct Package {
  std::string name;   // normal form
  std::string extra;  // normal form, or ""
  std::string group;  // normal form, or ""

  bool is_virtual() const { return !extra.empty() || !group.empty(); }
  Package base() const { return {name, {}, {}}; }
  /// "name", "name[extra]", "name:group".
  std::string str() const;
  auto operator<=>(const Package&) const = default;
};

}  // namespace pipit::solve
