// Parses PEP 508 markers.
//
//   marker     = atom { ("and" | "or") atom }        "and" binds tighter
//   atom       = "(" marker ")" | comparison
//   comparison = operand operator operand
//   operand    = variable | quoted string
//
// Only spaces and tabs separate words. Recursion happens only at parentheses and is counted, for a
// wheel's metadata is untrusted text.
#include "pep/marker/scan.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "pep/marker/literal.h"
#include "pep/marker/node.h"
#include "pep/name.h"
#include "pep/specifier_scan.h"

namespace pipit::pep {
namespace {

struct MarkerSpelling {
  std::string_view written, name;
};
// The names of PEP 508, those of its forerunner PEP 345 (with dots), and PEP 751's two sets.
constexpr std::array<MarkerSpelling, 20> kMarkerVariables = {
    {{"python_version", "python_version"},
     {"python_full_version", "python_full_version"},
     {"os_name", "os_name"},
     {"os.name", "os_name"},
     {"sys_platform", "sys_platform"},
     {"sys.platform", "sys_platform"},
     {"platform_release", "platform_release"},
     {"platform_system", "platform_system"},
     {"platform_version", "platform_version"},
     {"platform.version", "platform_version"},
     {"platform_machine", "platform_machine"},
     {"platform.machine", "platform_machine"},
     {"platform_python_implementation", "platform_python_implementation"},
     {"platform.python_implementation", "platform_python_implementation"},
     {"python_implementation", "platform_python_implementation"},
     {"implementation_name", "implementation_name"},
     {"implementation_version", "implementation_version"},
     {"extra", "extra"},
     {"extras", "extras"},
     {"dependency_groups", "dependency_groups"}}};

bool is_word(char c) { return base::is_alnum(c) || c == '_'; }

class MarkerScanner {
 public:
  MarkerScanner(std::string_view text, std::size_t at) : text_(text), at_(at) {}
  std::size_t at() const { return at_; }

  Result<Marker::NodePtr> marker() {
    std::vector<Marker::NodePtr> alternatives, together;
    while (true) {
      PIPIT_TRY(Marker::NodePtr node, atom());
      together.push_back(std::move(node));
      const std::string_view word = word_here();
      if (word != "and" && word != "or") break;
      at_ += word.size();
      if (word == "and") continue;
      alternatives.push_back(join_markers(Marker::Node::Kind::all, together));
      together.clear();
    }
    alternatives.push_back(join_markers(Marker::Node::Kind::all, together));
    return join_markers(Marker::Node::Kind::any, alternatives);
  }

 private:
  Result<Marker::NodePtr> atom() {
    skip_blanks();
    if (peek() != '(') return comparison();
    if (++depth_ > kMaxMarkerDepth) return wrong("fewer nested parentheses");
    ++at_;
    PIPIT_TRY(Marker::NodePtr inside, marker());
    if (peek() != ')') return wrong("')'");
    ++at_;
    --depth_;
    skip_blanks();
    return inside;
  }

  Result<Marker::NodePtr> comparison() {
    Marker::Node node;
    PIPIT_TRY(node.left, operand());
    PIPIT_TRY(node.op, comparison_operator());
    PIPIT_TRY(node.right, operand());
    normalize_extra(node.left, node.right);
    normalize_extra(node.right, node.left);
    if (node.left.variable && is_version_variable(node.left.text)) {
      node.specifier = scan_specifier(cat(marker_operator_text(node.op), node.right.text));
    }
    return std::make_shared<const Marker::Node>(std::move(node));
  }

  // PEP 685: names of extras compare in normal form.
  static void normalize_extra(const MarkerOperand& variable, MarkerOperand& literal) {
    if (variable.variable && variable.text == "extra" && !literal.variable)
      literal.text = normalize_name(literal.text);
  }

  Result<MarkerOperand> operand() {
    skip_blanks();
    const char c = peek();
    Result<MarkerOperand> found = c == '\'' || c == '"' ? literal(c) : variable();
    skip_blanks();
    return found;
  }

  Result<MarkerOperand> literal(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return wrong("the end of a quoted string");
    std::optional<std::string> value = decode_marker_literal(text_.substr(at_ + 1, end - at_ - 1));
    if (!value) return wrong("a valid quoted string");
    at_ = end + 1;
    return MarkerOperand{false, std::move(*value)};
  }

  Result<MarkerOperand> variable() {
    std::size_t end = at_;
    while (end < text_.size() && (is_word(text_[end]) || text_[end] == '.')) ++end;
    const std::string_view written = text_.substr(at_, end - at_);
    for (const MarkerSpelling& known : kMarkerVariables) {
      if (written != known.written) continue;
      at_ = end;
      return MarkerOperand{true, std::string(known.name)};
    }
    return wrong("a marker variable or a quoted string");
  }

  Result<MarkerOperator> comparison_operator() {
    const std::string_view word = word_here();
    if (word == "in") {
      at_ += 2;
      return MarkerOperator::in;
    }
    if (word == "not") return not_in();
    for (const auto& [written, op] : kMarkerOperators) {
      if (!text_.substr(at_).starts_with(written)) continue;
      at_ += written.size();
      return op;
    }
    return wrong("an operator (<=, <, !=, ==, >=, >, ~=, ===, in, not in)");
  }

  Result<MarkerOperator> not_in() {
    at_ += 3;
    const std::size_t behind = at_;
    skip_blanks();
    if (at_ == behind || word_here() != "in") return wrong("'in' after 'not'");
    at_ += 2;
    return MarkerOperator::not_in;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  std::string_view word_here() const {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  std::unexpected<Error> wrong(std::string_view expected) const {
    return fail(Code::parse, cat("expected ", expected, " at column ", at_ + 1, " of '",
                                 base::printable(text_), "'"));
  }

  std::string_view text_;
  std::size_t at_;
  int depth_ = 0;
};

}  // namespace

Result<Marker> scan_marker(std::string_view text, std::size_t& at) {
  MarkerScanner scanner(text, at);
  PIPIT_TRY(Marker::NodePtr node, scanner.marker());
  at = scanner.at();
  return Marker::of(std::move(node));
}

}  // namespace pipit::pep
