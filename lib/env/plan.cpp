// The plan. A distribution is kept when the installed one is the wanted one: same version and, for
// direct URLs, same origin. Everything else of its name in the environment itself is removed by the
// change, duplicates too: Python would otherwise import the one it finds first. What lies elsewhere
// on sys.path (the system's packages below a virtual environment, the user's site, a distribution's
// own folder) satisfies as well, as in pip, and is not touched.
#include "env/plan.h"

#include <algorithm>
#include <map>

#include "env/uninstall.h"

namespace pipit::env {

namespace {

bool has_version(const Installed& dist, const pep::Version& version) {
  return dist.version && *dist.version == version;
}

bool is_satisfied(const Installed& dist, const std::optional<DirectUrl>& origin,
                  const TargetDist& wanted, bool exact) {
  if (!has_version(dist, wanted.version)) return false;
  if (wanted.origin) return origin && same_origin(*origin, *wanted.origin);
  // A direct URL of the same version meets an index pin, unless the environment must be exactly
  // what was pinned.
  return !exact || !origin;
}

/// The installed ones of a name, in the order of sys.path.
struct Copies {
  std::vector<std::size_t> local, outside;
};

std::map<std::string_view, Copies> copies_by_name(const std::vector<Installed>& installed) {
  std::map<std::string_view, Copies> by_name;
  for (std::size_t i = 0; i < installed.size(); ++i) {
    Copies& copies = by_name[installed[i].name];
    (installed[i].local ? copies.local : copies.outside).push_back(i);
  }
  return by_name;
}

/// Which of the copies stays as what is wanted.
std::optional<std::size_t> kept_of(const Copies& copies, const TargetDist& wanted,
                                   const std::vector<Installed>& installed,
                                   const std::vector<std::optional<DirectUrl>>& origins,
                                   const PlanOptions& options) {
  if (options.reinstall || wanted.reinstall) return std::nullopt;
  if (wanted.present) {
    for (const auto* places : {&copies.local, &copies.outside})
      for (const std::size_t at : *places)
        if (has_version(installed[at], wanted.version)) return at;
  }
  const bool has_local = !copies.local.empty();
  const std::vector<std::size_t>& places = has_local ? copies.local : copies.outside;
  if (places.empty() || copies.local.size() > 1) return std::nullopt;
  const std::size_t first = places.front();
  const bool is_met = is_satisfied(installed[first], origins[first], wanted, options.exact);
  return is_met ? std::optional(first) : std::nullopt;
}

}  // namespace

bool may_stay(std::span<const Installed> of_one_name, bool exact) {
  if (of_one_name.empty() || !of_one_name.front().version) return false;
  if (!exact) return true;
  const auto local = std::ranges::count_if(of_one_name, &Installed::local);
  return local <= 1 && !direct_url_of(of_one_name.front());
}

Plan make_plan(const std::vector<Installed>& installed,
               const std::vector<std::optional<DirectUrl>>& origins,
               const std::vector<bool>& removable, const std::vector<TargetDist>& wanted,
               const PlanOptions& options) {
  Plan plan;
  auto by_name = copies_by_name(installed);
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    Copies copies;
    if (const auto at = by_name.find(wanted[w].name); at != by_name.end()) {
      copies = std::move(at->second);
      by_name.erase(at);
    }
    if (const auto kept = kept_of(copies, wanted[w], installed, origins, options))
      plan.keep.push_back(*kept);
    else
      plan.add.push_back({w, std::move(copies.local)});
  }
  if (!options.exact) return plan;
  for (const auto& [name, copies] : by_name) {
    if (options.keep.contains(std::string(name))) continue;
    for (const std::size_t i : copies.local)
      (removable[i] ? plan.remove : plan.unremovable).push_back(i);
  }
  return plan;
}

Plan make_plan(const std::vector<Installed>& installed, const std::vector<TargetDist>& wanted,
               const PlanOptions& options) {
  std::vector<std::optional<DirectUrl>> origins(installed.size());
  std::vector<bool> removable(installed.size());
  std::set<std::string_view> names;
  for (const TargetDist& want : wanted) names.insert(want.name);
  for (std::size_t i = 0; i < installed.size(); ++i) {
    if (names.contains(installed[i].name)) origins[i] = direct_url_of(installed[i]);
    removable[i] = options.exact && installed[i].local && has_file_list(installed[i]);
  }
  return make_plan(installed, origins, removable, wanted, options);
}

}  // namespace pipit::env
