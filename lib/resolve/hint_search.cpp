// The cause of a conflict points at the changes that are worth a try: releases passed over for a
// reason that an option governs; bounds of the user's on something that the cause mentions; a
// yanked release that could be named; other Pythons; at last leaving out one of the requirements.
// The first that helps is named, and only after a resolution with exactly that change has
// succeeded. That may fetch pages and metadata that were not needed before, so it is bounded.
#include "resolve/hint_search.h"

#include <algorithm>

#include "base/text.h"
#include "resolve/reasons.h"
#include "solve/explain.h"

namespace pipit::resolve {
namespace {

constexpr std::size_t kMaxChanges = 16;

using Fact = solve::Incompatibility;

std::string input_text(const UserRequirement& wanted) {
  return requirement_text(wanted.requirement);
}

/// "b<2 (requirements.in:3)".
std::string shown(const UserRequirement& wanted) {
  return wanted.origin.empty() ? input_text(wanted)
                               : cat(input_text(wanted), " (", wanted.origin, ")");
}

/// Looks for a change.
class HintSearch {
 public:
  HintSearch(const Problem& problem, const solve::Core& core, WhatIf& what_if,
             std::string_view outcome)
      : problem_(problem), core_(core), what_if_(what_if), outcome_(outcome) {}

  /// Where what the user bounds needs another Python, that is named beside the bound that does
  /// without it.
  std::vector<std::string> hints() {
    std::vector<std::string> found;
    if (auto first = hint()) found.push_back(std::move(*first));
    if (needs_other_python(rebound_))
      if (auto python = python_hint()) found.push_back(cat("or ", *python));
    if (may_be_built_)
      found.push_back(
          "dropping --only-binary and --no-binary may help: what they leave out would be built");
    return found;
  }

 private:
  std::optional<std::string> hint() {
    if (auto option = option_hint()) return option;
    const std::vector<UserRequirement> all = blamed();
    for (const UserRequirement& wanted : all)
      if (auto other = bound_hint(wanted)) {
        rebound_ = wanted.requirement.name;
        return other;
      }
    for (const UserRequirement& wanted : all)
      if (auto other = yanked_hint(wanted)) return other;
    if (auto named = named_yanked_hint()) return named;
    for (const UserRequirement& wanted : all)
      if (auto fewer = extras_hint(wanted)) return fewer;
    if (auto override_ = override_hint()) return override_;
    if (auto python = python_hint()) return python;
    for (const UserRequirement& wanted : all)
      if (auto without = without_hint(wanted)) return without;
    return std::nullopt;
  }

  /// The solution of a problem with one change; nullopt: none, or not known.
  std::optional<solve::Solved> solved(const Problem& changed) {
    if (++changes_ > kMaxChanges) return std::nullopt;
    auto outcome = what_if_.attempt(changed);
    is_unknown_ = !outcome.has_value();
    if (!outcome) return std::nullopt;
    auto* solved = std::get_if<solve::Solved>(&*outcome);
    return solved ? std::optional(std::move(*solved)) : std::nullopt;
  }

  bool has_reason(Unusable reason) const {
    return std::ranges::any_of(core_.why.incompatibilities,
                               [&](const Fact& fact) { return is_unusable_for(fact, reason); });
  }

  std::optional<std::string> option_hint() {
    Problem changed = problem_;
    if (has_reason(Unusable::prerelease)) {
      changed.policy.prerelease = Prerelease::allow;
      if (solved(changed)) return cat("--prerelease=allow ", outcome_);
    }
    changed.policy = problem_.policy;
    if (has_reason(Unusable::too_new) || has_reason(Unusable::only_others_timely)) {
      changed.policy.exclude_newer = {};
      if (solved(changed)) return cat("dropping --exclude-newer ", outcome_);
    }
    changed.policy = problem_.policy;
    if (has_reason(Unusable::upload_time_unknown)) {
      changed.policy.exclude_newer.unknown_counts = true;
      if (solved(changed)) return cat("--exclude-newer-missing=allow ", outcome_);
    }
    if (has_reason(Unusable::no_wheel_where_required))
      if (auto other = required_environment_hint()) return other;
    changed.policy = problem_.policy;
    if (has_reason(Unusable::binary_policy)) {
      changed.policy.binary = BinaryPolicy();
      if (solved(changed)) return cat("dropping --only-binary and --no-binary ", outcome_);
      may_be_built_ = is_unknown_;
      // Of another file of the same release.
      changed.policy = problem_.policy;
      changed.policy.exclude_newer = {};
      if (problem_.policy.exclude_newer.limits_any() && solved(changed))
        return cat("dropping --exclude-newer ", outcome_);
    }
    return std::nullopt;
  }

  /// Without one of the environments that must have wheels.
  std::optional<std::string> required_environment_hint() {
    const std::vector<RequiredEnvironment>& all = problem_.policy.required_environments;
    for (std::size_t at = 0; at < all.size(); ++at) {
      Problem changed = problem_;
      auto& kept = changed.policy.required_environments;
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(at));
      if (all[at].limits) changed.policy.environments = changed.policy.environments - all[at].where;
      if (!changed.policy.environments.is_none() && solved(changed))
        return cat("dropping ", all[at].text, " (", all[at].origin, ") ", outcome_);
    }
    return std::nullopt;
  }

  /// Whether an override or constraint on this project replaces or binds a need in the cause.
  bool binds_a_package(const UserRequirement& wanted) const {
    return std::ranges::any_of(core_.why.incompatibilities, [&](const Fact& fact) {
      return fact.kind == Fact::Kind::dependency && !fact.origin.empty() &&
             core_.why.packages[fact.object].name == wanted.requirement.name;
    });
  }

  /// Whether it replaces one of the roots in the cause.
  bool is_wished(const UserRequirement& wanted) const {
    return std::ranges::any_of(core_.why.incompatibilities, [&](const Fact& fact) {
      return fact.kind == Fact::Kind::root && fact.origin == wanted.origin &&
             core_.why.packages[fact.object].name == wanted.requirement.name;
    });
  }

  /// The user's inputs in the cause: constraints, then roots on the contended project, then the
  /// others.
  std::vector<UserRequirement> blamed() const {
    const std::string name = solve::contended_package(core_.why).name;
    const Problem cause = reduced(problem_, core_.inputs);
    std::vector<UserRequirement> all = cause.constraints;
    for (const UserRequirement& wanted : problem_.constraints)
      if (!wanted.requirement.marker.is_true() && binds_a_package(wanted)) all.push_back(wanted);
    const std::size_t constraints = all.size();
    all.insert(all.end(), cause.roots.begin(), cause.roots.end());
    const auto rank = [&](std::size_t at) {
      if (at < constraints) return 0;
      return all[at].requirement.name == name ? 1 : 2;
    };
    // The order of the files must not matter.
    struct Place {
      int rank;
      std::string name, text, origin;
      std::size_t at;
      auto operator<=>(const Place&) const = default;
    };
    std::vector<Place> order;
    for (std::size_t at = 0; at < all.size(); ++at)
      order.push_back(
          {rank(at), all[at].requirement.name, input_text(all[at]), all[at].origin, at});
    std::sort(order.begin(), order.end());
    std::vector<UserRequirement> sorted;
    for (const Place& place : order) sorted.push_back(all[place.at]);
    return sorted;
  }

  /// The problem with `wanted` replaced, or (nullptr) left out.
  Problem with(const UserRequirement& wanted, const pep::Requirement* other) const {
    Problem changed = problem_;
    for (std::vector<UserRequirement>* list : {&changed.roots, &changed.constraints}) {
      const auto is_it = [&](const UserRequirement& one) {
        return one.origin == wanted.origin && one.requirement.name == wanted.requirement.name &&
               input_text(one) == input_text(wanted);
      };
      if (!other) std::erase_if(*list, is_it);
      for (UserRequirement& one : *list)
        if (other && is_it(one)) one.requirement = *other;
    }
    if (other) {
      UserRequirement replaced;
      replaced.requirement = *other;
      apply_to_policy(replaced, changed.policy);
    }
    return changed;
  }

  std::string instead(const pep::Requirement& other, const UserRequirement& wanted) const {
    return cat(requirement_text(other), " instead of ", shown(wanted), " ", outcome_);
  }

  bool needs_other_python(const std::string& project) const {
    return std::ranges::any_of(core_.why.incompatibilities, [&](const Fact& fact) {
      return is_unusable_for(fact, Unusable::requires_python) &&
             core_.why.packages[fact.subject].name == project;
    });
  }

  /// Another bound for what the user bounds.
  std::optional<std::string> bound_hint(const UserRequirement& wanted) {
    if (wanted.source || wanted.requirement.specifier.empty()) return std::nullopt;
    pep::Requirement other = wanted.requirement;
    other.specifier = pep::SpecifierSet();
    // Not what happens to be installed is proposed, but what there is.
    Problem anew = with(wanted, &other);
    anew.present.clear();
    auto free = solved(anew);
    if (!free && !problem_.present.empty()) free = solved(with(wanted, &other));
    if (!free) return std::nullopt;
    const auto version = version_of(*free, other.name);
    if (!version) return instead(other, wanted);
    for (pep::SpecifierSet& bound : bounds_for(wanted.requirement, *version)) {
      other.specifier = std::move(bound);
      if (solved(with(wanted, &other))) return instead(other, wanted);
    }
    return std::nullopt;
  }

  static std::optional<pep::Version> version_of(const solve::Solved& solved,
                                                const std::string& name) {
    for (const solve::Decision& decision : solved.decisions)
      if (decision.package == solve::Package{name, ""}) return decision.version;
    return std::nullopt;
  }

  /// Specifiers that contain `version`, in the order in which they are worth a try: the user's own
  /// without the clauses that are in the way, those of the packages, or this version and newer.
  std::vector<pep::SpecifierSet> bounds_for(const pep::Requirement& requirement,
                                            const pep::Version& version) const {
    std::vector<pep::SpecifierSet> bounds;
    const auto add = [&](std::string_view text) {
      if (auto set = pep::SpecifierSet::parse(text)) bounds.push_back(std::move(*set));
    };
    std::vector<pep::Specifier> kept;
    for (const pep::Specifier& clause : requirement.specifier.clauses())
      if (clause.contains(version)) kept.push_back(clause);
    if (!kept.empty()) bounds.push_back(pep::SpecifierSet::of(std::move(kept)));
    if (requirement.specifier.is_pinned()) {
      add(cat("==", version.str()));
      return bounds;
    }
    for (const Fact& fact : core_.why.incompatibilities) {
      if (fact.kind != Fact::Kind::dependency ||
          core_.why.packages[fact.object].name != requirement.name)
        continue;
      const auto asked = pep::parse_requirement(fact.text);
      if (asked && !asked->specifier.empty() && asked->specifier.contains(version))
        bounds.push_back(asked->specifier);
    }
    add(cat(">=", version.str()));
    return bounds;
  }

  /// A pin of a yanked release: pinned ones are taken.
  std::optional<std::string> yanked_hint(const UserRequirement& wanted) {
    for (const Fact& fact : core_.why.incompatibilities) {
      if (!is_unusable_for(fact, Unusable::yanked) ||
          core_.why.packages[fact.subject].name != wanted.requirement.name)
        continue;
      const auto& known = core_.why.versions[fact.subject];
      if (!known) continue;
      std::vector<pep::Version> yanked = fact.subject_range.select(*known);
      if (yanked.empty()) continue;
      pep::Requirement other = wanted.requirement;
      const auto pin = pep::SpecifierSet::parse(cat("==", yanked.back().str()));
      if (!pin) continue;
      other.specifier = *pin;
      if (solved(with(wanted, &other))) return instead(other, wanted);
    }
    return std::nullopt;
  }

  /// A yanked release that a package pins: it is taken when the user names it himself.
  std::optional<std::string> named_yanked_hint() {
    for (const Fact& fact : core_.why.incompatibilities) {
      if (!is_unusable_for(fact, Unusable::yanked)) continue;
      const auto& known = core_.why.versions[fact.subject];
      const auto yanked = known ? fact.subject_range.select(*known) : std::vector<pep::Version>();
      if (yanked.empty()) continue;
      auto pin = pep::parse_requirement(
          cat(core_.why.packages[fact.subject].name, "==", yanked.back().str()));
      if (!pin) continue;
      UserRequirement wanted;
      wanted.requirement = std::move(*pin);
      Problem changed = problem_;
      apply_to_policy(wanted, changed.policy);
      changed.roots.push_back(wanted);
      if (solved(changed))
        return cat("asking for ", input_text(wanted), " yourself ", outcome_,
                   " (a yanked release is taken when you name it)");
    }
    return std::nullopt;
  }

  /// Without one of its extras.
  std::optional<std::string> extras_hint(const UserRequirement& wanted) {
    for (const std::string& extra : wanted.requirement.extras) {
      pep::Requirement other = wanted.requirement;
      std::erase(other.extras, extra);
      if (solved(with(wanted, &other))) return instead(other, wanted);
    }
    return std::nullopt;
  }

  /// Without one of the overrides that the cause mentions.
  std::optional<std::string> override_hint() {
    for (std::size_t at = 0; at < problem_.overrides.size(); ++at) {
      const UserRequirement& wanted = problem_.overrides[at];
      if (!binds_a_package(wanted) && !is_wished(wanted)) continue;
      Problem changed = problem_;
      changed.overrides.erase(changed.overrides.begin() + static_cast<std::ptrdiff_t>(at));
      if (solved(changed)) return cat("dropping the override ", shown(wanted), " ", outcome_);
    }
    return std::nullopt;
  }

  std::optional<std::string> python_hint() {
    const bool about_python = has_reason(Unusable::requires_python) ||
                              has_reason(Unusable::no_wheel_for_python) ||
                              has_reason(Unusable::no_compatible_wheel);
    if (!about_python || !problem_.other_python || !problem_.policy.target) return std::nullopt;
    const auto release = problem_.policy.target->python.release();
    if (release.size() < 2 || release[0] != 3) return std::nullopt;
    const std::uint64_t here = release[1];
    std::vector<std::uint64_t> minors;
    for (std::uint64_t minor = 8; minor <= kNewestPython; ++minor)
      if (minor != here) minors.push_back(minor);
    const auto distance = [&](std::uint64_t minor) {
      return minor > here ? minor - here : here - minor;
    };
    std::stable_sort(minors.begin(), minors.end(),
                     [&](std::uint64_t a, std::uint64_t b) { return distance(a) < distance(b); });
    for (const std::uint64_t minor : minors) {
      const std::string version = cat("3.", minor);
      Problem changed = problem_;
      changed.policy.target = problem_.other_python(version);
      if (changed.policy.target && solved(changed))
        return problem_.python_stays
                   ? cat("Python ", version, " ", outcome_,
                         ": make an environment with it, `pipit venv --python ", version, " DIR`")
                   : cat("Python ", version, " (--python-version ", version, ") ", outcome_);
    }
    return std::nullopt;
  }

  std::optional<std::string> without_hint(const UserRequirement& wanted) {
    const Problem changed = with(wanted, nullptr);
    if (changed.roots.empty() || !solved(changed)) return std::nullopt;
    return cat("leaving out ", shown(wanted), " ", outcome_);
  }

  static constexpr std::uint64_t kNewestPython = 14;
  const Problem& problem_;
  const solve::Core& core_;
  WhatIf& what_if_;
  const std::string_view outcome_;
  std::size_t changes_ = 0;
  bool is_unknown_ = false;    // whether the change that was tried last helps
  bool may_be_built_ = false;  // whether only a build could tell what other files bring
  std::string rebound_;  // the project for which bound_hint() found another bound
};

}  // namespace

namespace {

bool same_input(const UserRequirement& wanted, const solve::Dependency& input) {
  return wanted.requirement.name == input.package.name && wanted.origin == input.origin &&
         input_text(wanted) == input.text;
}

}  // namespace

Problem reduced(const Problem& problem, const solve::Inputs& inputs) {
  Problem fewer = problem;
  const auto leave_out = [](std::vector<UserRequirement>& all,
                            const std::vector<solve::Dependency>& kept) {
    std::erase_if(all, [&](const UserRequirement& wanted) {
      return std::none_of(kept.begin(), kept.end(), [&](const solve::Dependency& input) {
        return same_input(wanted, input);
      });
    });
  };
  leave_out(fewer.roots, inputs.roots);
  leave_out(fewer.constraints, inputs.constraints);
  return fewer;
}

std::vector<std::string> find_hints(const Problem& problem, const solve::Core& core,
                                    WhatIf& what_if, std::string_view outcome) {
  return HintSearch(problem, core, what_if, outcome).hints();
}

}  // namespace pipit::resolve
