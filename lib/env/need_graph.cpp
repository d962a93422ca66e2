// Extras make this a fixed point: which requirements of a distribution apply depends on the extras
// that requirements of others (or of itself) ask for. Extras only ever add requirements, so rounds
// are repeated until nothing is added.
#include "env/need_graph.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace pipit::env {
namespace {

struct Distribution {
  pep::MetadataPtr metadata;
  std::vector<std::string> extras;  // required of it, sorted
};

bool requirement_holds(const pep::Requirement& requirement, const Distribution& of,
                       const pep::MarkerEnvironment& environment) {
  return requirement.marker.evaluate(environment, of.extras);
}

/// Empty when it cannot be read.
pep::MetadataPtr metadata_of(const Installed& dist, const KnownMetadata& known,
                             base::Events& events) {
  if (const auto there = known.find(dist.name); there != known.end()) return there->second;
  auto metadata = installed_metadata(dist);
  if (!metadata) events.warn(metadata.error().message);
  return std::make_shared<const pep::Metadata>(metadata ? std::move(*metadata) : pep::Metadata());
}

/// Activates `extras`; returns whether one of them is new.
bool ask_extras(Distribution& of, const std::vector<std::string>& extras) {
  std::set<std::string> all(of.extras.begin(), of.extras.end());
  all.insert(extras.begin(), extras.end());
  if (all.size() == of.extras.size()) return false;
  of.extras.assign(all.begin(), all.end());
  return true;
}

void settle_extras(std::map<std::string, Distribution>& all,
                   const pep::MarkerEnvironment& environment) {
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto& [name, one] : all)
      for (const pep::Requirement& need : one.metadata->requires_dist) {
        const auto other = all.find(need.name);
        if (other == all.end() || need.extras.empty()) continue;
        if (requirement_holds(need, one, environment))
          changed = ask_extras(other->second, need.extras) || changed;
      }
  }
}

/// Several requirements for one name are one edge.
void add_edge(std::map<std::string, NeedEdge>& edges, const pep::Requirement& need) {
  NeedEdge& edge = edges[need.name];
  edge.name = need.name;
  const std::string text = need.specifier.str();
  if (!text.empty()) edge.specifier += cat(edge.specifier.empty() ? "" : ",", text);
  std::set<std::string> extras(edge.extras.begin(), edge.extras.end());
  extras.insert(need.extras.begin(), need.extras.end());
  edge.extras.assign(extras.begin(), extras.end());
}

void link_nodes(std::vector<NeedNode>& nodes, const std::vector<const Installed*>& found) {
  for (std::size_t i = 0; i < nodes.size(); ++i)
    for (NeedEdge& edge : nodes[i].needs) {
      const auto to = std::lower_bound(
          nodes.begin(), nodes.end(), edge.name,
          [](const NeedNode& node, const std::string& name) { return node.name < name; });
      if (to == nodes.end() || to->name != edge.name) continue;
      edge.to = static_cast<std::size_t>(to - nodes.begin());
      const auto specifier = pep::SpecifierSet::parse_lenient(edge.specifier);
      const auto& version = found[*edge.to]->version;
      edge.is_met = !specifier || !version || specifier->contains(*version);
      if (*edge.to != i) to->needed_by.push_back(i);
    }
}

}  // namespace

std::vector<NeedNode> need_graph(const std::vector<Installed>& installed,
                                 const pep::MarkerEnvironment& environment, base::Events& events,
                                 const AskedExtras& asked, const KnownMetadata& known) {
  std::vector<NeedNode> nodes;
  std::vector<const Installed*> found;
  std::map<std::string, Distribution> all;
  for (const Installed& dist : installed) {
    if (!nodes.empty() && nodes.back().name == dist.name) continue;  // the second is never imported
    const pep::MetadataPtr metadata = metadata_of(dist, known, events);
    nodes.push_back({dist.name,
                     metadata->written_name.empty() ? written_name(dist) : metadata->written_name,
                     dist.version_text,
                     is_requested(dist),
                     {},
                     {}});
    found.push_back(&dist);
    Distribution one{metadata, {}};
    if (const auto extras = asked.find(dist.name); extras != asked.end())
      one.extras.assign(extras->second.begin(), extras->second.end());
    all.emplace(dist.name, std::move(one));
  }
  settle_extras(all, environment);
  for (NeedNode& node : nodes) {
    const Distribution& one = all.at(node.name);
    std::map<std::string, NeedEdge> edges;
    for (const pep::Requirement& need : one.metadata->requires_dist)
      if (need.name != node.name && requirement_holds(need, one, environment))
        add_edge(edges, need);
    for (auto& [name, edge] : edges) node.needs.push_back(std::move(edge));
  }
  link_nodes(nodes, found);
  return nodes;
}

}  // namespace pipit::env
