// The plan. A distribution is kept when the installed one is the wanted one: same version and, for
// direct URLs, same origin. Everything else of its name in the environment itself is removed by the
// change, duplicates too: Python would otherwise import the one it finds first.
#include "env/plan.h"

#include <map>

#include "env/uninstall.h"

namespace pipit::env {

namespace {

bool is_satisfied(const Installed& dist, const std::optional<DirectUrl>& origin,
                  const TargetDist& wanted, bool exact) {
  if (!dist.version || *dist.version != wanted.version) return false;
  if (wanted.origin) return origin && same_origin(*origin, *wanted.origin);
  // A direct URL of the same version meets an index pin, unless the environment must be exactly
  // what was pinned.
  return !exact || !origin;
}

std::map<std::string_view, std::vector<std::size_t>> local_by_name(
    const std::vector<Installed>& installed) {
  std::map<std::string_view, std::vector<std::size_t>> by_name;
  for (std::size_t i = 0; i < installed.size(); ++i) {
    if (installed[i].local) by_name[installed[i].name].push_back(i);
  }
  return by_name;
}

}  // namespace

Plan make_plan(const std::vector<Installed>& installed,
               const std::vector<std::optional<DirectUrl>>& origins,
               const std::vector<bool>& removable, const std::vector<TargetDist>& wanted,
               const PlanOptions& options) {
  Plan plan;
  auto by_name = local_by_name(installed);
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    std::vector<std::size_t> old;
    if (const auto at = by_name.find(wanted[w].name); at != by_name.end()) {
      old = std::move(at->second);
      by_name.erase(at);
    }
    const bool again = options.reinstall || wanted[w].reinstall;
    if (!again && old.size() == 1 &&
        is_satisfied(installed[old[0]], origins[old[0]], wanted[w], options.exact)) {
      plan.keep.push_back(old[0]);
      continue;
    }
    plan.add.push_back({w, std::move(old)});
  }
  if (!options.exact) return plan;
  for (const auto& [name, places] : by_name) {
    if (options.keep.contains(std::string(name))) continue;
    for (const std::size_t i : places) (removable[i] ? plan.remove : plan.unremovable).push_back(i);
  }
  return plan;
}

Plan make_plan(const std::vector<Installed>& installed, const std::vector<TargetDist>& wanted,
               const PlanOptions& options) {
  std::vector<std::optional<DirectUrl>> origins(installed.size());
  std::vector<bool> removable(installed.size());
  for (std::size_t i = 0; i < installed.size(); ++i) {
    if (!installed[i].local) continue;
    origins[i] = direct_url_of(installed[i]);
    removable[i] = is_removable(installed[i]);
  }
  return make_plan(installed, origins, removable, wanted, options);
}

}  // namespace pipit::env
