// Marker expressions: how they are written, and how they are joined without repetition.
#include "pep/marker/node.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "pep/marker/literal.h"

namespace pipit::pep {
namespace {

std::string write_operand(const MarkerOperand& operand) {
  return operand.variable ? operand.text : quote_marker_literal(operand.text);
}

void write_marker(const Marker::Node& node, std::string& out) {
  if (node.kind == Marker::Node::Kind::comparison) {
    out += cat(write_operand(node.left), " ", marker_operator_text(node.op), " ",
               write_operand(node.right));
    return;
  }
  bool first = true;
  for (const Marker::NodePtr& child : node.children) {
    if (!first) out += node.kind == Marker::Node::Kind::all ? " and " : " or ";
    first = false;
    const bool enclosed =
        node.kind == Marker::Node::Kind::all && child->kind == Marker::Node::Kind::any;
    if (enclosed) out += '(';
    write_marker(*child, out);
    if (enclosed) out += ')';
  }
}

}  // namespace

std::string_view marker_operator_text(MarkerOperator op) {
  if (op == MarkerOperator::in) return "in";
  if (op == MarkerOperator::not_in) return "not in";
  for (const auto& [written, known] : kMarkerOperators) {
    if (known == op) return written;
  }
  return "";
}

std::string marker_text(const Marker::Node& node) {
  std::string out;
  write_marker(node, out);
  return out;
}

bool is_version_variable(std::string_view name) {
  return name == "python_version" || name == "python_full_version" ||
         name == "implementation_version" || name == "platform_release";
}

Marker::NodePtr join_markers(Marker::Node::Kind kind, const std::vector<Marker::NodePtr>& nodes) {
  if (nodes.size() == 1) return nodes.front();
  Marker::Node joined;
  joined.kind = kind;
  std::set<std::string> seen;
  const auto add = [&](const Marker::NodePtr& node) {
    if (seen.insert(marker_text(*node)).second) joined.children.push_back(node);
  };
  for (const Marker::NodePtr& node : nodes) {
    if (node->kind == kind)
      std::ranges::for_each(node->children, add);
    else
      add(node);
  }
  if (joined.children.size() == 1) return joined.children.front();
  return std::make_shared<const Marker::Node>(std::move(joined));
}

}  // namespace pipit::pep
