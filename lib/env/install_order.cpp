// The metadata is that of the unpacked wheels, so the order is the same whether versions were
// resolved, pinned or locked. Locks and pins do not always name the extras that they are for: needs
// of an extra that nobody asked for count as well, as far as they lead into no circle.
#include "env/install_order.h"

#include <algorithm>

#include "env/need_graph.h"
#include "pep/dist_name.h"

namespace pipit::env {
namespace {

/// The unpacked wheel, read as if it were installed where it lies.
Installed as_installed(const cache::Wheel& wheel) {
  Installed dist;
  const auto name = pep::parse_wheel_name(wheel.file_name);
  dist.name = name ? name->name : wheel.file_name;
  dist.site = wheel.directory;
  dist.info = wheel.dist_info;
  return dist;
}

using Edges = std::vector<std::vector<std::size_t>>;  // what each needs

bool reaches(const Edges& edges, std::size_t from, std::size_t to) {
  std::vector<bool> seen(edges.size(), false);
  std::vector<std::size_t> open{from};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    if (at == to) return true;
    if (seen[at]) continue;
    seen[at] = true;
    open.insert(open.end(), edges[at].begin(), edges[at].end());
  }
  return false;
}

void add_edges(Edges& edges, const std::vector<NeedNode>& nodes, bool is_optional) {
  for (std::size_t from = 0; from < nodes.size(); ++from)
    for (const NeedEdge& need : nodes[from].needs)
      if (need.to && (!is_optional || !reaches(edges, *need.to, from)))
        edges[from].push_back(*need.to);
}

std::vector<std::size_t> needed_first(const Edges& edges) {
  std::vector<std::size_t> order, open;
  std::vector<std::size_t> next(edges.size(), 0);  // of `edges`, for those that were entered
  std::vector<bool> entered(edges.size(), false);
  const auto enter = [&](std::size_t i) {
    if (entered[i]) return;
    entered[i] = true;
    open.push_back(i);
  };
  for (std::size_t first = 0; first < edges.size(); ++first) {
    enter(first);
    while (!open.empty()) {
      const std::size_t top = open.back();
      if (next[top] < edges[top].size()) {
        enter(edges[top][next[top]++]);
        continue;
      }
      order.push_back(top);
      open.pop_back();
    }
  }
  return order;
}

}  // namespace

std::vector<std::size_t> install_order(const std::vector<Addition>& add,
                                       const pep::MarkerEnvironment& environment) {
  std::vector<std::size_t> by_name(add.size());
  std::vector<Installed> dists;
  AskedExtras asked, every;
  for (const Addition& addition : add) {
    by_name[dists.size()] = dists.size();
    dists.push_back(as_installed(*addition.wheel));
    asked[dists.back().name] = addition.extras;
    const auto metadata = installed_metadata(dists.back());
    if (!metadata) continue;
    every[dists.back().name].insert(metadata->provides_extra.begin(),
                                    metadata->provides_extra.end());
  }
  std::ranges::stable_sort(by_name, {}, [&](std::size_t i) -> auto& { return dists[i].name; });
  std::ranges::stable_sort(dists, {}, &Installed::name);
  base::NoEvents silent;
  Edges edges(add.size());
  add_edges(edges, need_graph(dists, environment, silent, asked), false);
  add_edges(edges, need_graph(dists, environment, silent, every), true);
  std::vector<std::size_t> order = needed_first(edges);
  for (std::size_t& at : order) at = by_name[at];
  return order;
}

}  // namespace pipit::env
