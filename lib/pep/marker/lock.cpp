// Markers of lock files (PEP 751) are few and short, so they are evaluated directly; the sets are
// known only during an installation.
#include "pep/marker/lock.h"

#include <algorithm>

#include "pep/marker/node.h"
#include "pep/name.h"

namespace pipit::pep {
namespace {

const std::set<std::string>* set_named(const MarkerOperand& operand, const LockNames& sets) {
  if (!operand.variable) return nullptr;
  if (operand.text == "extras") return &sets.extras;
  return operand.text == "dependency_groups" ? &sets.dependency_groups : nullptr;
}

bool holds_in_lock(const Marker::NodePtr& node, const MarkerEnvironment& env,
                   const LockNames& sets) {
  const auto child = [&](const Marker::NodePtr& one) { return holds_in_lock(one, env, sets); };
  if (node->kind == Marker::Node::Kind::all) return std::ranges::all_of(node->children, child);
  if (node->kind == Marker::Node::Kind::any) return std::ranges::any_of(node->children, child);
  if (set_named(node->left, sets)) return false;
  const std::set<std::string>* set = set_named(node->right, sets);
  if (!set) return Marker::of(node).evaluate(env);
  const bool inside = !node->left.variable && set->contains(normalize_name(node->left.text));
  if (node->op == MarkerOperator::in) return inside;
  return node->op == MarkerOperator::not_in && !node->left.variable && !inside;
}

}  // namespace

bool evaluate_in_lock(const Marker& marker, const MarkerEnvironment& env, const LockNames& sets) {
  return marker.is_true() || holds_in_lock(marker.node(), env, sets);
}

}  // namespace pipit::pep
