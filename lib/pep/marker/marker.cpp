// The meaning of markers. PEP 508 is read as the reference implementation reads it, for habit fills
// its gaps: a comparison is one of versions only if its variable holds a version and operator and
// right side form a specifier; all others are of strings, where "<" and ">" are never true. The
// right side is taken as text even if it names a variable, unless the left side is a literal.
#include "pep/marker/marker.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "pep/marker/node.h"
#include "pep/marker/scan.h"
#include "pep/name.h"
#include "pep/specifier_scan.h"

namespace pipit::pep {
namespace {

using Kind = Marker::Node::Kind;
using Member = std::string MarkerEnvironment::*;

constexpr std::array<std::pair<std::string_view, Member>, 11> kMembers = {
    {{"os_name", &MarkerEnvironment::os_name},
     {"sys_platform", &MarkerEnvironment::sys_platform},
     {"platform_system", &MarkerEnvironment::platform_system},
     {"platform_machine", &MarkerEnvironment::platform_machine},
     {"platform_python_implementation", &MarkerEnvironment::platform_python_implementation},
     {"platform_release", &MarkerEnvironment::platform_release},
     {"platform_version", &MarkerEnvironment::platform_version},
     {"implementation_name", &MarkerEnvironment::implementation_name},
     {"implementation_version", &MarkerEnvironment::implementation_version},
     {"python_version", &MarkerEnvironment::python_version},
     {"python_full_version", &MarkerEnvironment::python_full_version}}};

Member member_of(std::string_view name) {
  for (const auto& [known, member] : kMembers) {
    if (known == name) return member;
  }
  return nullptr;
}

// One evaluation. A comparison without meaning is nullopt.
class MarkerJudge {
 public:
  MarkerJudge(const MarkerEnvironment& env, std::span<const std::string> extras) : env_(env) {
    for (const std::string& extra : extras) {
      if (!extra.empty()) extras_.push_back(normalize_name(extra));
    }
    if (extras_.empty()) extras_.emplace_back();  // "extra" is the empty string then
  }

  std::optional<bool> comparison(const Marker::Node& node) const {
    const std::string& name = node.left.variable ? node.left.text : node.right.text;
    if (name == "extra") return extra_comparison(node);
    const std::optional<std::string> value = variable(name);
    if (!value) return std::nullopt;
    const std::string& left = node.left.variable ? *value : node.left.text;
    const std::string& right = node.left.variable ? node.right.text : *value;
    if (node.specifier) return matches(*node.specifier, left);
    if (!node.left.variable && is_version_variable(name)) {
      const std::optional<Specifier> made =
          scan_specifier(cat(marker_operator_text(node.op), right));
      if (made) return matches(*made, left);
    }
    return compare_strings(left, node.op, right);
  }

 private:
  // "==" holds when it does for one of the active extras, "!=" only when it does for each.
  std::optional<bool> extra_comparison(const Marker::Node& node) const {
    const bool each = node.op == MarkerOperator::not_equal || node.op == MarkerOperator::not_in;
    bool held = each;
    for (const std::string& extra : extras_) {
      const std::string& left = node.left.variable ? extra : node.left.text;
      const std::string& right = node.left.variable ? node.right.text : extra;
      const std::optional<bool> holds = compare_strings(left, node.op, right);
      if (!holds) return std::nullopt;
      held = each ? held && *holds : held || *holds;
    }
    return held;
  }

  std::optional<std::string> variable(std::string_view name) const {
    const std::string* value = marker_variable(env_, name);
    if (!value) return std::nullopt;
    // A Python built from a checkout calls itself "3.13.0+", which is not a version.
    if (name == "python_full_version" && value->ends_with('+')) return cat(*value, "local");
    return *value;
  }

  static bool matches(const Specifier& specifier, const std::string& left) {
    if (specifier.op == Operator::arbitrary)
      return base::equals_ignoring_case(left, specifier.text);
    const std::optional<Version> version = Version::parse(left);
    return version && specifier.contains(*version);
  }

  static std::optional<bool> compare_strings(const std::string& left, MarkerOperator op,
                                             const std::string& right) {
    switch (op) {
      case MarkerOperator::in:
        return right.find(left) != std::string::npos;
      case MarkerOperator::not_in:
        return right.find(left) == std::string::npos;
      case MarkerOperator::equal:
      case MarkerOperator::less_equal:
      case MarkerOperator::greater_equal:
        return left == right;
      case MarkerOperator::not_equal:
        return left != right;
      case MarkerOperator::less:
      case MarkerOperator::greater:
        return false;
      case MarkerOperator::compatible:
      case MarkerOperator::arbitrary:
        break;
    }
    return std::nullopt;
  }

  const MarkerEnvironment& env_;
  std::vector<std::string> extras_;
};

bool holds(const Marker::Node& node, const MarkerJudge& judge) {
  const auto child_holds = [&](const Marker::NodePtr& child) { return holds(*child, judge); };
  if (node.kind == Kind::all) return std::ranges::all_of(node.children, child_holds);
  if (node.kind == Kind::any) return std::ranges::any_of(node.children, child_holds);
  return judge.comparison(node).value_or(false);
}

// Calls `visit` for every comparison, left to right.
template <class Visit>
void each_comparison(const Marker::Node& node, const Visit& visit) {
  if (node.kind == Kind::comparison) visit(node);
  for (const Marker::NodePtr& child : node.children) each_comparison(*child, visit);
}

}  // namespace

const std::string* marker_variable(const MarkerEnvironment& env, std::string_view name) {
  const Member member = member_of(name);
  return member ? &(env.*member) : nullptr;
}

std::string* marker_variable(MarkerEnvironment& env, std::string_view name) {
  const Member member = member_of(name);
  return member ? &(env.*member) : nullptr;
}

Result<Marker> Marker::parse(std::string_view text) {
  std::size_t at = 0;
  PIPIT_TRY(Marker marker, scan_marker(text, at));
  if (at != text.size()) {
    return fail(Code::parse, cat("expected 'and', 'or' or the end at column ", at + 1, " of '",
                                 base::printable(text), "'"));
  }
  return marker;
}

bool Marker::evaluate(const MarkerEnvironment& env, std::span<const std::string> extras) const {
  return !node_ || holds(*node_, MarkerJudge(env, extras));
}

Result<bool> Marker::evaluate_strictly(const MarkerEnvironment& env,
                                       std::span<const std::string> extras) const {
  if (!node_) return true;
  const MarkerJudge judge(env, extras);
  const Node* meaningless = nullptr;
  each_comparison(*node_, [&](const Node& node) {
    if (!meaningless && !judge.comparison(node)) meaningless = &node;
  });
  if (meaningless)
    return fail(Code::parse,
                cat("comparison without meaning: ", base::printable(marker_text(*meaningless))));
  return holds(*node_, judge);
}

bool Marker::mentions_extra() const {
  bool found = false;
  if (!node_) return found;
  each_comparison(*node_, [&](const Node& node) {
    found = found || (node.left.variable && node.left.text == "extra") ||
            (node.right.variable && node.right.text == "extra");
  });
  return found;
}

std::vector<std::string> Marker::extras() const {
  std::set<std::string> names;
  const auto note = [&](const MarkerOperand& variable, const MarkerOperand& literal) {
    if (variable.variable && variable.text == "extra" && !literal.variable)
      names.insert(literal.text);
  };
  if (node_) {
    each_comparison(*node_, [&](const Node& node) {
      if (node.op != MarkerOperator::equal) return;
      note(node.left, node.right);
      note(node.right, node.left);
    });
  }
  return {names.begin(), names.end()};
}

Marker Marker::operator&(const Marker& other) const {
  if (!node_) return other;
  if (!other.node_) return *this;
  return Marker(join_markers(Kind::all, {node_, other.node_}));
}

Marker Marker::operator|(const Marker& other) const {
  if (!node_ || !other.node_) return {};
  return Marker(join_markers(Kind::any, {node_, other.node_}));
}

std::string Marker::str() const { return node_ ? marker_text(*node_) : ""; }

}  // namespace pipit::pep
