// A package is needed where a path of requirements leads to it from the user's own. Every path
// counts: the sets of environments are carried along the requirements, starting with the fork's
// own, until nothing grows any more (which also ends cycles).
#include "resolve/reachability.h"

namespace pipit::resolve {

Reachability::Reachability(Provider& provider, const ForkAnswer& answer)
    : provider_(provider), scope_(answer.scope) {
  for (const solve::Decision& decision : answer.solved.decisions)
    nodes_[decision.package].version = decision.version;
}

void Reachability::set_metadata(const std::string& name, const pep::MetadataPtr& metadata) {
  for (auto& [package, node] : nodes_)
    if (package.name == name) node.metadata = metadata;
}

void Reachability::run() {
  for (const Need& need : provider_.roots(scope_))
    pass(*need.requirement, scope_.environments() & need.where);
  while (!waiting_.empty()) {
    const solve::Package package = *waiting_.begin();
    waiting_.erase(waiting_.begin());
    const Node& node = nodes_.at(package);
    if (!node.metadata) continue;
    for (const Need& need : provider_.needs_of(*node.metadata, package.extra, scope_))
      if (pass(*need.requirement, node.where & need.where) &&
          need.requirement->name != package.name)
        via_[need.requirement->name].insert(package.name);
  }
}

/// False when there is no such environment.
bool Reachability::pass(const pep::Requirement& requirement, const pep::MarkerSet& where) {
  if (where.is_none()) return false;
  reach({requirement.name, ""}, where);
  for (const std::string& extra : requirement.extras) reach({requirement.name, extra}, where);
  return true;
}

void Reachability::reach(const solve::Package& package, const pep::MarkerSet& where) {
  const auto it = nodes_.find(package);
  if (it == nodes_.end()) return;
  pep::MarkerSet grown = it->second.where | where;
  if (grown == it->second.where) return;
  it->second.where = std::move(grown);
  waiting_.insert(package);
}

}  // namespace pipit::resolve
