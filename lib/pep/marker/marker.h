// PEP 508 environment markers as an opaque value.
#pragma once
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pipit::pep {

/// The eleven variables of PEP 508.
struct MarkerEnvironment {
  std::string os_name, sys_platform, platform_system, platform_machine,
      platform_python_implementation;
  std::string platform_release, platform_version, implementation_name, implementation_version;
  std::string python_version, python_full_version;
  bool operator==(const MarkerEnvironment&) const = default;
};
/// The variable of that name; nullptr for another name.
const std::string* marker_variable(const MarkerEnvironment& env, std::string_view name);
std::string* marker_variable(MarkerEnvironment& env, std::string_view name);

class Marker {
 public:
  Marker() = default;  // always true
  /// Nesting is limited to 64. Code::parse otherwise.
  static Result<Marker> parse(std::string_view text);
  bool is_true() const { return node_ == nullptr; }

  /// Extras compare in normal form. `extras`: the active ones ("" is never active). A comparison
  /// whose operator has no meaning is false.
  bool evaluate(const MarkerEnvironment& env, std::span<const std::string> extras = {}) const;
  /// The same, but Code::parse names an operator without meaning (`~=` or `===` on strings)
  /// anywhere in the expression.
  Result<bool> evaluate_strictly(const MarkerEnvironment& env,
                                 std::span<const std::string> extras = {}) const;
  /// Whether "extra" occurs.
  bool mentions_extra() const;
  /// The extras' normal names in comparisons `extra == "x"`, sorted, unique.
  std::vector<std::string> extras() const;

  Marker operator&(const Marker& other) const;
  Marker operator|(const Marker& other) const;
  /// Canonical text: double quotes, parentheses only where needed; "" when always true.
  std::string str() const;

  /// The expression behind it, opaque outside marker*.cpp; null when always true.
  struct Node;
  using NodePtr = std::shared_ptr<const Node>;
  static Marker of(NodePtr node) { return Marker(std::move(node)); }
  const NodePtr& node() const { return node_; }

 private:
  explicit Marker(NodePtr node) : node_(std::move(node)) {}
  NodePtr node_;
};

}  // namespace pipit::pep
