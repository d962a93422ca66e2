// One clause of a specifier, and the repair of old ones.
//
// Metadata is immutable once published, so what setuptools accepted fifteen years ago is still on
// the index: ">=1.0.*", ">=1.0<2.0", "(>=1.0,)", ">='2.7'". The repair turns such text into what
// its author meant; it is only tried when strict parsing has failed. It repairs what other
// installers repair and no more: a release that they skip must not be chosen here.
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

// "===": everything up to what would end a clause inside a requirement, but not nothing.
std::optional<Specifier> scan_arbitrary(std::string_view text) {
  if (text.empty() || has_inner_space(text) || text.find_first_of(";)") != std::string_view::npos)
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

// Repair.

bool begins_operator(char c) { return c == '<' || c == '>' || c == '=' || c == '~' || c == '!'; }

/// ">=1.0<2.0" lacks a comma; ">=1.0 <2.0" is left alone, as its meaning is unclear.
std::string with_commas(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!out.empty() && base::is_digit(out.back()) && begins_operator(c)) out += ',';
    out += c;
  }
  return out;
}

bool is_release(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// "9.0.0a1.0" meant "9.0.0a1".
std::string_view without_zero(std::string_view version) {
  if (!version.ends_with(".0")) return version;
  const std::string_view rest = version.substr(0, version.size() - 2);
  const std::size_t letters = rest.find_last_not_of("0123456789");
  const bool numbered = letters != std::string_view::npos && letters + 1 < rest.size();
  return numbered && base::is_alpha(rest[letters]) ? rest : version;
}

/// ">=1.0.*" meant ">=1.0", "!=3.0*" and "!=~3.0" meant "!=3.0.*", ">dev" meant anything.
std::string repaired_clause(std::string_view clause) {
  const std::optional<Operator> op = leading_operator(clause);
  if (!op) return std::string(clause);
  const std::string_view sign = operator_text(*op);
  std::string_view version = trim_white_space(clause.substr(sign.size()));
  const std::size_t length = version.size();
  switch (*op) {
    case Operator::not_equal:
      if (version.starts_with('~') && is_release(version.substr(1)))
        return cat(sign, version.substr(1), ".*");
      [[fallthrough]];
    case Operator::equal:
      if (length > 3 && version.back() == '*' && base::is_digit(version[length - 2]) &&
          version[length - 3] == '.' && base::is_digit(version[length - 4]))
        return cat(sign, version.substr(0, length - 1), ".*");
      break;
    case Operator::greater:
      if (version == "dev") return ">0.dev0";
      [[fallthrough]];
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater_equal:
      if (version.ends_with(".*") && is_release(version.substr(0, length - 2)))
        return cat(sign, version.substr(0, length - 2));
      break;
    case Operator::compatible:
    case Operator::arbitrary:
      break;
  }
  return cat(sign, without_zero(version));
}

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
  // White space is allowed around a version, but "1.0 .*" is two words.
  if (wildcard && trim_white_space(bare) != bare) return std::nullopt;
  std::optional<Version> version = Version::parse(bare);
  if (!version || !allows_version(*op, *version, wildcard)) return std::nullopt;
  return Specifier{*op, wildcard, std::move(version), std::string(text)};
}

std::string without_quotes(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != '"' && c != '\''; });
  return out;
}

std::string repair_specifiers(std::string_view text) {
  const std::string clean = without_quotes(text);
  std::string_view rest = trim_white_space(clean);
  if (rest.starts_with('(') && rest.ends_with(')')) rest = rest.substr(1, rest.size() - 2);
  rest = trim_white_space(rest);
  if (rest.ends_with(',')) rest.remove_suffix(1);
  const std::string separated = with_commas(rest);
  std::vector<std::string> clauses;
  for (const std::string_view clause : base::split(separated, ','))
    clauses.push_back(repaired_clause(trim_white_space(clause)));
  return base::join(clauses, ",");
}

}  // namespace pipit::pep
