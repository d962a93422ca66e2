// From a failed resolution to a message that says what to do.
//
// The cause is reduced twice: to the facts that contradict each other (solve/minimal), and to the
// requirements of the user that do so in the world as far as this run has seen it, by what-if
// resolutions that fetch nothing. Then a change is looked for that helps (hint_search.h): first for
// that part alone, which takes few requests, then for the whole. The whole may take more than there
// is time for, or have a second contradiction: then what removes this one is named.
#include "resolve/hints.h"

#include <algorithm>
#include <set>

#include "base/nearest.h"
#include "base/text.h"
#include "resolve/fork.h"
#include "resolve/hint_search.h"
#include "resolve/reasons.h"
#include "solve/explain.h"

namespace pipit::resolve {
namespace {

constexpr std::size_t kMaxNewRequests = 200, kMaxRequestsOfPart = 40;

solve::Inputs inputs_of(const Problem& problem) {
  solve::Inputs inputs;
  for (const UserRequirement& root : problem.roots)
    inputs.roots.push_back(
        {{root.requirement.name, ""}, {}, requirement_text(root.requirement), root.origin, false});
  for (const UserRequirement& constraint : problem.constraints)
    inputs.constraints.push_back({{constraint.requirement.name, ""},
                                  {},
                                  requirement_text(constraint.requirement),
                                  constraint.origin,
                                  false});
  return inputs;
}

/// One more line when the cause holds in some of the environments only.
std::string where_text(const Problem& problem, const Scope& scope) {
  if (!scope.is_universal()) return "";
  const auto marker = scope.environments().simplified(problem.policy.environments);
  return marker && !marker->is_true() ? cat("\n  where ", marker->str()) : "";
}

/// Projects of which no version can be used for a reason of their own.
std::set<std::string> barren_projects(const solve::Derivation& why) {
  using Kind = solve::Incompatibility::Kind;
  std::set<std::string> names;
  for (const solve::Incompatibility& fact : why.incompatibilities)
    if (fact.kind == Kind::no_version || fact.kind == Kind::unavailable)
      names.insert(why.packages[fact.subject].name);
  return names;
}

/// What fixes a project's version without being in the contradiction: a path or URL of the user.
const UserRequirement* place_of(const Problem& problem, const std::string& project) {
  for (const auto* all : {&problem.overrides, &problem.roots, &problem.constraints})
    for (const UserRequirement& wanted : *all)
      if (wanted.direct && wanted.requirement.name == project && applies(wanted, problem.policy))
        return &wanted;
  return nullptr;
}

/// Why there are these versions and no others.
void say_where_from(const Problem& problem, const solve::Core& core, const index::Catalog& catalog,
                    Error& error) {
  const index::SearchRecord& searched = catalog.searched();
  std::set<std::string> unasked;
  for (const std::string& name : barren_projects(core.why)) {
    if (const UserRequirement* wanted = place_of(problem, name)) {
      error.message += cat("\n  ", name, " ", wanted->direct->releases.front().version.str(),
                           " is ", distribution::shown_source(*wanted->source),
                           wanted->origin.empty() ? "" : cat(" (", wanted->origin, ")"),
                           ": no other version is looked at");
      continue;
    }
    const std::vector<std::string> left = searched.not_asked(name);
    if (left.empty()) continue;
    error.message += cat("\n  ", name, " was found on ", searched.found_on(name),
                         ", so it was not asked for on ", base::join(left, ", "));
    unasked.insert(name);
  }
  if (!unasked.empty())
    error.with_hint(
        "--index-strategy unsafe-best-match takes the best version of all indexes (anybody who may "
        "upload to one of them can then replace a package)");
}

/// A name that nobody has may be one that somebody has, misspelt.
void propose_names(const solve::Derivation& why, const index::Catalog& catalog, Error& error) {
  for (const solve::Incompatibility& fact : why.incompatibilities) {
    if (!is_unusable_for(fact, Unusable::not_found)) continue;
    const std::vector<std::string> known = catalog.known_projects();
    const std::vector<std::string_view> words(known.begin(), known.end());
    const std::string meant = base::nearest(why.packages[fact.subject].name, words);
    if (!meant.empty()) error.with_hint(cat("did you mean ", base::printable(meant), "?"));
  }
}

/// An index that has nothing at all may be the place above it: a guess, nothing is asked for it.
void propose_simple(const solve::Derivation& why, const index::Catalog& catalog, Error& error) {
  const auto is_about_pages = [](const solve::Incompatibility& fact) {
    return is_unusable_for(fact, Unusable::not_found) ||
           is_unusable_for(fact, Unusable::empty_page);
  };
  if (std::ranges::none_of(why.incompatibilities, is_about_pages)) return;
  for (const std::string& index : catalog.searched().barren()) {
    std::string_view bare = index;
    while (bare.ends_with('/')) bare.remove_suffix(1);
    if (base::is_http_url(index) && !bare.ends_with("simple") &&
        index.find('?') == std::string::npos)
      error.with_hint(cat("an index's URL usually ends in /simple: ", bare, "/simple"));
  }
}

/// What helps for the contradiction alone, where that is not all there is.
std::vector<std::string> hints_for_part(const Problem& problem, const solve::Core& core,
                                        WhatIf& what_if) {
  if (core.inputs.roots.size() + core.inputs.constraints.size() ==
      problem.roots.size() + problem.constraints.size())
    return {};
  what_if.limit(kMaxRequestsOfPart);
  return find_hints(reduced(problem, core.inputs), core, what_if, "removes this contradiction");
}

}  // namespace

solve::Core cause_of(const Problem& problem, const solve::Derivation& proof, WhatIf& what_if) {
  what_if.limit(0);
  return solve::minimal_core(
      inputs_of(problem), proof,
      [&](const solve::Inputs& inputs) -> std::optional<solve::Derivation> {
        auto outcome = what_if.attempt(reduced(problem, inputs));
        auto* conflict = outcome ? std::get_if<solve::Conflict>(&*outcome) : nullptr;
        return conflict ? std::optional(std::move(conflict->why)) : std::nullopt;
      });
}

Error explained_conflict(const Problem& problem, const Scope& scope, const solve::Derivation& proof,
                         const index::Catalog& catalog, WhatIf& what_if) {
  Problem here = problem;
  if (scope.is_universal()) here.policy.environments = scope.environments();
  const solve::Core core = cause_of(here, proof, what_if);
  std::string text;
  for (const std::string& line : solve::explain(core.why))
    text += cat(text.empty() ? "" : "\n", line);
  text += where_text(problem, scope);
  Error error{Code::no_solution, std::move(text), {}};
  propose_names(core.why, catalog, error);
  propose_simple(core.why, catalog, error);
  say_where_from(problem, core, catalog, error);
  const std::vector<std::string> of_part = hints_for_part(problem, core, what_if);
  what_if.limit(kMaxNewRequests);
  std::vector<std::string> hints = find_hints(problem, core, what_if, "gives a solution");
  if (hints.empty()) hints = of_part;
  for (std::string& hint : hints) error.with_hint(std::move(hint));
  return error;
}

}  // namespace pipit::resolve
