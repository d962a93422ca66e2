// The expression behind a Marker.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pep/marker/marker.h"
#include "pep/specifier.h"

namespace pipit::pep {

/// How deep parentheses may nest.
inline constexpr int kMaxMarkerDepth = 64;

/// One side of a comparison: a variable's name (underscores, not dots) or a literal.
struct MarkerOperand {
  bool variable = false;
  std::string text;
};

enum class MarkerOperator : std::uint8_t {
  in,
  not_in,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  compatible,
  arbitrary
};
std::string_view marker_operator_text(MarkerOperator op);
/// The operators written as symbols, longer ones first.
inline constexpr std::array<std::pair<std::string_view, MarkerOperator>, 8> kMarkerOperators = {
    {{"===", MarkerOperator::arbitrary},
     {"==", MarkerOperator::equal},
     {"~=", MarkerOperator::compatible},
     {"!=", MarkerOperator::not_equal},
     {"<=", MarkerOperator::less_equal},
     {">=", MarkerOperator::greater_equal},
     {"<", MarkerOperator::less},
     {">", MarkerOperator::greater}}};

/// `all` and `any` have two or more children, none of them of its own kind; a comparison has
/// operands instead.
struct Marker::Node {
  enum class Kind : std::uint8_t { comparison, all, any };
  Kind kind = Kind::comparison;
  std::vector<NodePtr> children;
  MarkerOperand left, right;
  MarkerOperator op = MarkerOperator::equal;
  /// Operator and right text as a specifier, if the left side is a variable that holds a version
  /// and they form one.
  std::optional<Specifier> specifier;
};

/// The expression as text: double quotes, parentheses only where needed.
std::string marker_text(const Marker::Node& node);

/// Joins nodes: nested ones of the same kind are flattened, repeated ones left out. `nodes` must
/// not be empty.
Marker::NodePtr join_markers(Marker::Node::Kind kind, const std::vector<Marker::NodePtr>& nodes);

/// Whether a variable of that name holds a version.
bool is_version_variable(std::string_view name);

}  // namespace pipit::pep
