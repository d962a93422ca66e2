// PEP 440 version specifiers.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pep/version.h"

namespace pipit::pep {

enum class Operator : std::uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  compatible,
  arbitrary
};
std::string_view operator_text(Operator op);

/// One clause: "==1.2.*", ">=1".
struct Specifier {
  Operator op = Operator::equal;
  bool wildcard = false;           // ==V.* and !=V.*
  std::optional<Version> version;  // nullopt for "===" with a text that is not a version
  std::string text;                // version text as written ("1.2.*")

  bool contains(const Version& candidate) const;  // pre-releases are not judged here
  bool is_pin() const;                            // "==V" or "===V" without wildcard
  std::string str() const;                        // operator and text, no white space
};

/// Clauses joined by "and"; the empty set holds every version.
class SpecifierSet {
 public:
  SpecifierSet() = default;
  /// "" gives the empty set. Code::parse with one line otherwise.
  static Result<SpecifierSet> parse(std::string_view text);
  /// Like parse, but accepts what old metadata contains: parentheses, a trailing comma, "2.*" after
  /// ">=", missing commas.
  static Result<SpecifierSet> parse_lenient(std::string_view text);
  static SpecifierSet of(std::vector<Specifier> clauses);

  const std::vector<Specifier>& clauses() const { return clauses_; }
  bool empty() const { return clauses_.empty(); }
  /// Whether every clause holds; pre-releases pass only with `allow_prereleases`.
  bool contains(const Version& candidate, bool allow_prereleases = true) const;
  /// "===text" clauses compare text, so the candidate's own text is needed for them.
  bool contains_text(std::string_view candidate, bool allow_prereleases = true) const;
  /// Whether a clause names a pre-release ("==1.0rc1", ">=2.0a1").
  bool mentions_prerelease() const;
  /// Whether it is "==V" or "===V" without wildcard.
  bool is_pinned() const;
  /// Clauses as written, sorted by code point, joined with ",".
  std::string str() const;
  SpecifierSet operator&(const SpecifierSet& other) const;
  bool operator==(const SpecifierSet& other) const { return str() == other.str(); }

 private:
  std::vector<Specifier> clauses_;
};

}  // namespace pipit::pep
