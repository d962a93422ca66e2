// One clause of a specifier, and the mending of old ones.
//
// Metadata is immutable once published, so what setuptools let through fifteen years ago is still
// on the index: ">=1.0.*", ">=1.0<2.0", "(>=1.0,)", ">='2.7'", "=>3". The mender turns such text
// into what its author meant; it is only asked when the strict reading has failed.
#include "pep/specifier_scan.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include "base/text.h"

namespace pipit::pep {
namespace {

struct OperatorName {
  std::string_view text;
  Operator op;
};
// Longer ones first.
constexpr std::array<OperatorName, 8> kOperators = {{{"===", Operator::arbitrary},
                                                     {"==", Operator::equal},
                                                     {"!=", Operator::not_equal},
                                                     {"<=", Operator::less_equal},
                                                     {">=", Operator::greater_equal},
                                                     {"~=", Operator::compatible},
                                                     {"<", Operator::less},
                                                     {">", Operator::greater}}};

bool has_inner_space(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (white_space_at(text, i) != 0) return true;
  }
  return false;
}

// "===": everything but what would end a clause inside a requirement.
std::optional<Specifier> scan_arbitrary(std::string_view text) {
  if (has_inner_space(text) || text.find_first_of(";)") != std::string_view::npos)
    return std::nullopt;
  return Specifier{Operator::arbitrary, false, Version::parse(text), std::string(text)};
}

bool allows_version(Operator op, const Version& version, bool wildcard) {
  const bool equality = op == Operator::equal || op == Operator::not_equal;
  if (version.has_local() && (!equality || wildcard)) return false;
  if (op == Operator::compatible && version.release().size() < 2) return false;
  if (!wildcard) return true;
  return equality && !version.is_prerelease() && !version.post();
}

// Mending.

// Where the clause that begins at `at` ends: the next operator, comma or the end.
std::size_t clause_end(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != ',' && !leading_operator(text.substr(at))) ++at;
  return at;
}

std::optional<Operator> mended_operator(std::string_view text, std::size_t& length) {
  if (text.starts_with("=>") || text.starts_with("=<")) {
    length = 2;
    return text[1] == '>' ? Operator::greater_equal : Operator::less_equal;
  }
  const std::optional<Operator> op = leading_operator(text);
  if (op) length = operator_text(*op).size();
  if (op == Operator::not_equal && text.substr(length).starts_with('~')) ++length;
  return op;
}

// ">=1.0.*" meant ">=1.0", "==3.0*" meant "==3.0.*", "~=2" meant ">=2", ">dev" meant anything.
std::string mended_clause(Operator op, std::string version) {
  if (version == "dev") version = "0.dev0";
  const bool equality = op == Operator::equal || op == Operator::not_equal;
  const bool star = version.ends_with('*') && op != Operator::arbitrary;
  if (star) {
    version.pop_back();
    if (version.ends_with('.')) version.pop_back();
    if (equality) version += ".*";
  }
  if (op == Operator::compatible && version.find('.') == std::string::npos)
    op = Operator::greater_equal;
  return cat(operator_text(op), version);
}

bool is_noise(char c) { return c == '(' || c == ')' || c == '"' || c == '\'' || base::is_space(c); }

}  // namespace

std::optional<Operator> leading_operator(std::string_view text) {
  for (const OperatorName& known : kOperators) {
    if (text.starts_with(known.text)) return known.op;
  }
  return std::nullopt;
}

std::optional<Specifier> scan_specifier(std::string_view text) {
  text = trim_white_space(text);
  const std::optional<Operator> op = leading_operator(text);
  if (!op) return std::nullopt;
  text = trim_white_space(text.substr(operator_text(*op).size()));
  if (*op == Operator::arbitrary) return scan_arbitrary(text);
  const bool wildcard = text.ends_with(".*");
  const std::string_view bare = wildcard ? text.substr(0, text.size() - 2) : text;
  // White space is allowed round a version, but "1.0 .*" is two things.
  if (wildcard && trim_white_space(bare) != bare) return std::nullopt;
  std::optional<Version> version = Version::parse(bare);
  if (!version || !allows_version(*op, *version, wildcard)) return std::nullopt;
  return Specifier{*op, wildcard, std::move(version), std::string(text)};
}

std::string mend_specifiers(std::string_view text) {
  std::string clean;
  std::ranges::copy_if(text, std::back_inserter(clean), [](char c) { return !is_noise(c); });
  const std::string_view rest = clean;
  std::string out;
  std::size_t at = 0;
  while (at < rest.size()) {
    if (rest[at] == ',') {
      ++at;
      continue;
    }
    std::size_t length = 0;
    const std::optional<Operator> op = mended_operator(rest.substr(at), length);
    const std::size_t begin = at + (op ? length : 0);
    at = std::max(clause_end(rest, begin), at + 1);
    if (!out.empty()) out += ',';
    const std::string version(rest.substr(std::min(begin, at), at - std::min(begin, at)));
    out += op ? mended_clause(*op, version) : version;
  }
  return out;
}

}  // namespace pipit::pep
