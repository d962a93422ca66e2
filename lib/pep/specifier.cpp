// Which versions a specifier contains, without bounds.
//
// PEP 440 words its operators by exceptions ("> excludes post-releases of the given version"),
// which others turn into ranges between versions that do not exist (1.3.dev0, "after all locals of
// 1.0"). Judging one candidate needs none of them: every exception is "same release as V and ...",
// so each operator is a comparison and one look at the parts. Nothing is computed that could
// overflow.
#include "pep/specifier.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "pep/specifier_scan.h"

namespace pipit::pep {
namespace {

// "<V" excludes versions that are below V only as pre-releases of V itself.
bool is_below(const Version& candidate, const Version& v) {
  if (!(candidate < v)) return false;
  if (v.is_prerelease() || !candidate.same_release(v)) return true;
  // The same release: either V is final, and all below it are its pre-releases; or V is a
  // post-release.
  return v.post() && (!candidate.same_pre(v) || !candidate.same_post(v));
}

// ">V" excludes V's own post-releases and local versions.
bool is_above(const Version& candidate, const Version& v) {
  if (candidate.compare_public(v) <= 0) return false;
  if (v.dev() || v.post() || !candidate.same_release(v)) return true;
  return !candidate.same_pre(v);
}

bool equals_specified(const Version& candidate, const Version& v) {
  return v.has_local() ? candidate == v : candidate.compare_public(v) == 0;
}

bool matches_version(const Specifier& clause, const Version& candidate) {
  const Version& v = *clause.version;
  const std::size_t numbers = v.release().size();
  switch (clause.op) {
    case Operator::equal:
      return clause.wildcard ? candidate.has_prefix(v, numbers) : equals_specified(candidate, v);
    case Operator::not_equal:
      return clause.wildcard ? !candidate.has_prefix(v, numbers) : !equals_specified(candidate, v);
    case Operator::less:
      return is_below(candidate, v);
    case Operator::less_equal:
      return candidate.compare_public(v) <= 0;
    case Operator::greater:
      return is_above(candidate, v);
    case Operator::greater_equal:
      return candidate >= v;
    case Operator::compatible:
      return candidate >= v && candidate.has_prefix(v, numbers - 1);
    case Operator::arbitrary:
      break;
  }
  return false;
}

// Whether two clauses mean the same: the version counts, trailing zeros do not (except for "~=").
bool is_same_clause(const Specifier& a, const Specifier& b) {
  if (a.op != b.op || a.wildcard != b.wildcard) return false;
  if (a.op == Operator::arbitrary || a.wildcard) return a.text == b.text;
  if (a.op == Operator::compatible && a.version->release().size() != b.version->release().size())
    return false;
  return a.version == b.version;
}

bool all_match(const std::vector<Specifier>& clauses, const Version& candidate) {
  return std::ranges::all_of(clauses,
                             [&](const Specifier& clause) { return clause.contains(candidate); });
}

}  // namespace

std::string_view operator_text(Operator op) {
  switch (op) {
    case Operator::equal:
      return "==";
    case Operator::not_equal:
      return "!=";
    case Operator::less:
      return "<";
    case Operator::less_equal:
      return "<=";
    case Operator::greater:
      return ">";
    case Operator::greater_equal:
      return ">=";
    case Operator::compatible:
      return "~=";
    case Operator::arbitrary:
      return "===";
  }
  return "";
}

bool Specifier::contains(const Version& candidate) const {
  if (op == Operator::arbitrary) return base::equals_ignoring_case(candidate.str(), text);
  return version && matches_version(*this, candidate);
}

bool Specifier::is_pin() const {
  return op == Operator::arbitrary || (op == Operator::equal && !wildcard);
}

std::string Specifier::str() const { return cat(operator_text(op), text); }

Result<SpecifierSet> SpecifierSet::parse(std::string_view text) {
  SpecifierSet set;
  for (std::string_view piece : base::split(text, ',')) {
    if (trim_white_space(piece).empty()) continue;
    std::optional<Specifier> clause = scan_specifier(piece);
    if (!clause)
      return fail(Code::parse, cat("invalid version specifier: '",
                                   base::printable(trim_white_space(piece)), "'"));
    set.clauses_.push_back(std::move(*clause));
  }
  return set;
}

Result<SpecifierSet> SpecifierSet::parse_lenient(std::string_view text) {
  Result<SpecifierSet> strict = parse(text);
  if (strict) return strict;
  Result<SpecifierSet> repaired = parse(repair_specifiers(text));
  return repaired ? repaired : strict;  // the message shows the original text
}

SpecifierSet SpecifierSet::of(std::vector<Specifier> clauses) {
  SpecifierSet set;
  set.clauses_ = std::move(clauses);
  return set;
}

bool SpecifierSet::contains(const Version& candidate, bool allow_prereleases) const {
  if (!allow_prereleases && candidate.is_prerelease()) return false;
  return all_match(clauses_, candidate);
}

bool SpecifierSet::contains_text(std::string_view candidate, bool allow_prereleases) const {
  const std::optional<Version> version = Version::parse(candidate);
  if (version && !allow_prereleases && version->is_prerelease()) return false;
  return std::ranges::all_of(clauses_, [&](const Specifier& clause) {
    if (clause.op == Operator::arbitrary) return base::equals_ignoring_case(candidate, clause.text);
    return version && clause.contains(*version);
  });
}

bool SpecifierSet::mentions_prerelease() const {
  return std::ranges::any_of(clauses_, [](const Specifier& clause) {
    return clause.op != Operator::not_equal && !clause.wildcard && clause.version &&
           clause.version->is_prerelease();
  });
}

bool SpecifierSet::is_pinned() const { return std::ranges::any_of(clauses_, &Specifier::is_pin); }

std::string SpecifierSet::str() const {
  std::vector<std::pair<std::string, const Specifier*>> sorted;
  for (const Specifier& clause : clauses_) sorted.emplace_back(clause.str(), &clause);
  std::ranges::stable_sort(sorted, {},
                           [](const auto& entry) -> const std::string& { return entry.first; });
  std::vector<const Specifier*> written;
  std::string out;
  for (const auto& [text, clause] : sorted) {
    if (std::ranges::any_of(
            written, [&](const Specifier* other) { return is_same_clause(*clause, *other); }))
      continue;
    written.push_back(clause);
    if (!out.empty()) out += ',';
    out += text;
  }
  return out;
}

SpecifierSet SpecifierSet::operator&(const SpecifierSet& other) const {
  SpecifierSet both = *this;
  both.clauses_.insert(both.clauses_.end(), other.clauses_.begin(), other.clauses_.end());
  return both;
}

}  // namespace pipit::pep
