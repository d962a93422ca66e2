// PEP 751, "Installing": the steps in the specification's order.
#include "pep/pylock_select.h"

#include <algorithm>

#include "base/text.h"
#include "pep/dist_name.h"
#include "pep/marker/lock.h"
#include "pep/name.h"

namespace pipit::pep {
namespace {

Result<void> check_lock_names(const std::vector<std::string>& known,
                              const std::set<std::string>& wanted, std::string_view kind) {
  for (const std::string& name : wanted) {
    const bool there = std::ranges::any_of(
        known, [&](const std::string& one) { return normalize_name(one) == name; });
    if (!there)
      return fail(Code::not_found, cat("the lock has no ", kind, " named ", base::printable(name)));
  }
  return {};
}

std::string shown_locked(const LockedPackage& package) {
  return package.version ? cat(package.name, " ", package.version->str()) : package.name;
}

Result<void> check_lock_python(const SpecifierSet& wanted, const std::string& text,
                               const Target& target, std::string_view what) {
  if (wanted.contains(target.python)) return {};
  return fail(Code::no_solution, cat(what, " requires Python ", base::printable(text),
                                     ", but this is Python ", target.python.str()));
}

}  // namespace

Result<std::vector<const LockedPackage*>> select_locked(const Pylock& lock, const Target& target,
                                                        const std::set<std::string>& extras,
                                                        const std::set<std::string>& groups) {
  std::vector<std::string> known_groups = lock.dependency_groups;
  known_groups.insert(known_groups.end(), lock.default_groups.begin(), lock.default_groups.end());
  PIPIT_TRY(check_lock_names(lock.extras, extras, "extra"));
  PIPIT_TRY(check_lock_names(known_groups, groups, "dependency group"));
  PIPIT_TRY(check_lock_python(lock.requires_python, lock.requires_python_text, target, "the lock"));
  const LockNames sets{extras, groups};
  const auto holds = [&](const Marker& marker) {
    return evaluate_in_lock(marker, target.markers, sets);
  };
  if (!lock.environments.empty() && std::ranges::none_of(lock.environments, holds))
    return fail(Code::no_solution, "the lock is not for this environment (see its `environments`)");
  std::vector<const LockedPackage*> selected;
  std::map<std::string_view, const LockedPackage*> by_name;
  for (const LockedPackage& package : lock.packages) {
    if (!holds(package.marker)) continue;
    PIPIT_TRY(check_lock_python(package.requires_python, package.requires_python_text, target,
                                shown_locked(package)));
    const auto [other, fresh] = by_name.emplace(package.name, &package);
    if (!fresh)
      return fail(Code::no_solution,
                  cat(package.name, ": the entries of lines ", other->second->line, " and ",
                      package.line, " both apply here"));
    selected.push_back(&package);
  }
  return selected;
}

const LockedFile* best_locked_wheel(const LockedPackage& package, const Tags& tags) {
  const LockedFile* best = nullptr;
  WheelName best_name;
  std::uint32_t best_rank = 0;
  for (const LockedFile& wheel : package.wheels) {
    auto name = parse_wheel_name(wheel.name);
    const auto rank = name ? tags.rank(*name) : std::nullopt;
    if (!rank) continue;
    if (best && (*rank > best_rank || (*rank == best_rank && !name->is_later_build(best_name))))
      continue;
    best = &wheel;
    best_rank = *rank;
    best_name = std::move(*name);
  }
  return best;
}

}  // namespace pipit::pep
