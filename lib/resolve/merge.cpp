// What the solver decided but no path of requirements reaches was required by a version that was
// given up, or in environments of another fork. It is left out.
#include "resolve/merge.h"

#include <algorithm>
#include <set>

#include "base/hash_spec.h"
#include "base/text.h"
#include "resolve/collect.h"
#include "resolve/reachability.h"

namespace pipit::resolve {
namespace {

/// One entry of the merged answer.
struct Entry {
  Chosen chosen;
  pep::MarkerSet where;
  std::map<std::string, pep::MarkerSet> extras;
};

/// A direct file is another one than the same version from an index.
struct EntryKey {
  std::string name;
  pep::Version version;
  std::string url;  // of a direct file
  auto operator<=>(const EntryKey&) const = default;
};
using Entries = std::map<EntryKey, Entry>;

EntryKey key_of(const Chosen& chosen) {
  return {chosen.name, chosen.version, chosen.direct ? std::string(chosen.file->url) : ""};
}

void note_wanted(Provider& provider, const ForkAnswer& answer, const pep::MarkerSet& where,
                 Chosen& chosen) {
  const auto note = [&](const UserRequirement& wanted, bool is_root) {
    if (wanted.requirement.name != chosen.name) return;
    const bool is_replaced = is_root && provider.is_overridden(chosen.name);
    const auto holds = provider.memo().where(wanted.requirement.marker, "", answer.scope);
    if (!is_replaced && where.is_disjoint_from(holds)) return;
    for (const base::HashSpec& hash : wanted.hashes)
      if (std::find(chosen.hashes.begin(), chosen.hashes.end(), hash) == chosen.hashes.end())
        chosen.hashes.push_back(hash);
    if (is_root) chosen.requested = true;
    if (!wanted.via.empty()) chosen.via.insert(wanted.via);
  };
  for (const UserRequirement& wanted : provider.problem().roots) note(wanted, true);
  for (const UserRequirement& wanted : provider.problem().overrides) note(wanted, false);
  for (const UserRequirement& wanted : provider.problem().constraints) note(wanted, false);
}

Result<void> add_answer(Provider& provider, const ForkAnswer& answer, Entries& entries) {
  Reachability reachability(provider, answer);
  std::map<std::string, Chosen> chosen;
  for (const solve::Decision& decision : answer.solved.decisions) {
    if (decision.package.is_virtual()) continue;
    PIPIT_TRY(Chosen one, chosen_for(provider, decision, answer.scope));
    reachability.set_metadata(one.name, one.metadata);
    chosen.emplace(one.name, std::move(one));
  }
  reachability.run();
  for (const auto& [package, node] : reachability.nodes()) {
    if (node.where.is_none()) continue;
    Chosen& one = chosen.at(package.name);
    Entry& entry = entries.try_emplace(key_of(one), Entry{one, {}, {}}).first->second;
    if (package.is_virtual()) {
      pep::MarkerSet& where = entry.extras[package.extra];
      where = where | node.where;
      continue;
    }
    entry.where = entry.where | node.where;
    const auto& via = reachability.via(package.name);
    entry.chosen.via.insert(via.begin(), via.end());
    note_wanted(provider, answer, node.where, entry.chosen);
  }
  return {};
}

}  // namespace

Result<std::vector<Chosen>> merge(Provider& provider, const std::vector<ForkAnswer>& answers) {
  Entries entries;
  for (const ForkAnswer& answer : answers) PIPIT_TRY(add_answer(provider, answer, entries));
  const pep::MarkerSet& given = provider.problem().policy.assumed;
  std::vector<Chosen> out;
  for (auto& [key, entry] : entries) {
    PIPIT_TRY(entry.chosen.marker, entry.where.simplified(given));
    for (const auto& [extra, where] : entry.extras) {
      entry.chosen.extras.insert(extra);
      PIPIT_TRY(entry.chosen.extra_markers[extra], where.simplified(given));
    }
    out.push_back(std::move(entry.chosen));
  }
  warn_about(provider, out);
  return out;
}

}  // namespace pipit::resolve
