// The question goes to the solver: the problem once more, with the version as one more requirement.
// If that has no solution, its cause is the answer. If it has one, a rule of preference chose
// another version, and the difference between the two solutions shows what the version would have
// cost.
#include "resolve/why_not.h"

#include <algorithm>

#include "base/text.h"
#include "resolve/hints.h"
#include "resolve/reasons.h"
#include "solve/explain.h"

namespace pipit::resolve {
namespace {

constexpr std::string_view kQuestion = "--why-not";
constexpr std::chrono::milliseconds kQuestionTime{60'000};
constexpr std::size_t kMaxDifferences = 8;

/// Why the version cannot be used, whatever else is chosen.
std::optional<std::string> why_unusable(const Problem& problem, const index::PagePtr& page,
                                        const pep::Version& version,
                                        const index::SearchRecord& searched) {
  if (!page->found)
    return cat(page->project, " ",
               reason_text(Unusable::not_found, searched.where_in_vain(page->project)));
  Candidates candidates(page, problem.policy);
  const auto at = candidates.find(version);
  if (!at) {
    const std::string newest =
        page->releases.empty() ? "" : cat(" (the newest is ", page->releases.version(0).str(), ")");
    return cat("there is no ", page->project, " ", version.str(), newest);
  }
  const Judged& judged = candidates.judge(*at);
  if (judged.file) return std::nullopt;
  return cat(page->project, " ", version.str(), " ", reason_text(judged.reason, judged.detail));
}

bool is_the_question(const solve::Incompatibility& fact) {
  return fact.kind == solve::Incompatibility::Kind::root && fact.origin == kQuestion;
}

std::vector<std::string> contradiction_lines(const Problem& asked, const solve::Derivation& proof,
                                             const std::string& what, WhatIf& what_if) {
  std::vector<std::string> lines{cat(what, " was not chosen: it contradicts this")};
  solve::Derivation why = cause_of(asked, proof, what_if).why;
  std::erase_if(why.incompatibilities, is_the_question);
  const std::vector<std::string> cause = solve::explain(why);
  for (std::size_t i = 1; i < cause.size(); ++i) lines.push_back(cause[i]);  // without the headline
  if (lines.size() == 2)  // caused by the version itself, known only from its metadata
    return {cat(what, " was not chosen: ", base::trim(lines[1]))};
  return lines;
}

std::string preference_text(const Problem& problem, const Chosen& chosen,
                            const pep::Version& version) {
  const std::string taken = cat(chosen.name, " ", chosen.version.str());
  const auto known = problem.preferred.find(chosen.name);
  if (known != problem.preferred.end())
    for (const Preferred& one : known->second)
      if (one.version == chosen.version)
        return cat(taken, " is in the earlier output and still fits (-U takes newer ones)");
  if (version.is_prerelease() && !chosen.version.is_prerelease())
    return cat("it is a pre-release, and ", taken, " is a final one (--prerelease=allow)");
  if (problem.policy.preference != Preference::highest && version > chosen.version)
    return cat("--resolution asks for the lowest, and ", taken, " is lower");
  if (version < chosen.version) return cat(taken, " is newer and fits");
  return cat(taken, " goes with newer versions of other packages");
}

/// What else would be chosen differently, one package per line.
std::vector<std::string> difference_lines(const Resolution& found, const solve::Solved& other,
                                          const std::string& but) {
  std::map<std::string, std::pair<std::string, std::string>> both;
  for (const Chosen& chosen : found.chosen) both[chosen.name].first = chosen.version.str();
  for (const solve::Decision& decision : other.decisions)
    both[decision.package.name].second = decision.version.str();
  std::vector<std::string> lines;
  for (const auto& [name, versions] : both) {
    const auto& [now, then] = versions;
    if (name == but || now == then) continue;
    lines.push_back(then.empty()  ? cat("  ", name, " would not be needed")
                    : now.empty() ? cat("  ", name, " ", then, " would be needed too")
                                  : cat("  ", name, " would be ", then, " instead of ", now));
  }
  if (lines.size() > kMaxDifferences) {
    const std::size_t more = lines.size() - kMaxDifferences;
    lines.resize(kMaxDifferences);
    lines.push_back(cat("  and ", more, " more would change"));
  }
  return lines;
}

}  // namespace

Result<std::vector<std::string>> why_not(const Problem& problem, const Resolution& found,
                                         const std::string& name, const pep::Version& version,
                                         index::Catalog& catalog, distribution::Database& dists,
                                         std::stop_token stop) {
  const std::string what = cat(name, " ", version.str());
  const auto chosen = std::find_if(found.chosen.begin(), found.chosen.end(),
                                   [&](const Chosen& one) { return one.name == name; });
  if (chosen == found.chosen.end())
    return std::vector{cat(what, " was not chosen: nothing needs ", name)};
  if (chosen->version == version) return std::vector{cat(what, " was chosen")};
  PIPIT_TRY(const index::PagePtr page, catalog.page(name, stop));
  if (auto reason = why_unusable(problem, page, version, catalog.searched()))
    return std::vector{cat(what, " was not chosen: ", *reason)};

  Problem asked = problem;
  PIPIT_TRY(pep::Requirement wish, pep::parse_requirement(cat(name, "==", version.str())));
  UserRequirement question;
  question.requirement = std::move(wish);
  question.origin = kQuestion;
  asked.roots.push_back(std::move(question));
  Budget budget;
  WhatIf what_if(catalog, dists, budget, std::move(stop), kQuestionTime);
  auto outcome = what_if.attempt(asked);
  if (!outcome)
    return std::vector{cat(what, " was not chosen: why could not be found out in time")};
  if (const auto* conflict = std::get_if<solve::Conflict>(&*outcome))
    return contradiction_lines(asked, conflict->why, what, what_if);
  std::vector<std::string> lines{
      cat(what, " was not chosen: ", preference_text(problem, *chosen, version))};
  for (std::string& line : difference_lines(found, std::get<solve::Solved>(*outcome), name))
    lines.push_back(std::move(line));
  return lines;
}

}  // namespace pipit::resolve
