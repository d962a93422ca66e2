// Which files an option allows of which project: a name of its own outweighs "all".
#include "resolve/policy.h"

namespace pipit::resolve {

bool BinaryPolicy::wheels_allowed(const std::string& project) const {
  if (no_binary.contains(project)) return false;
  return !all_no_binary || only_binary.contains(project);
}

bool BinaryPolicy::sdists_allowed(const std::string& project) const {
  if (only_binary.contains(project)) return false;
  return !all_only_binary || no_binary.contains(project);
}

std::optional<std::int64_t> Cutoffs::of(const std::string& project) const {
  const auto own = by_project.find(project);
  return own == by_project.end() ? all : own->second;
}

}  // namespace pipit::resolve
