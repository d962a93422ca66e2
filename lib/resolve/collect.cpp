#include "resolve/collect.h"

#include "base/text.h"

namespace pipit::resolve {
namespace {

using ChosenByName = std::map<std::string, Chosen>;

void note_roots(Sources& sources, const Scope& scope, ChosenByName& chosen) {
  const auto note = [&](const UserRequirement& wanted, bool is_root) {
    const auto it = chosen.find(wanted.requirement.name);
    if (it == chosen.end() || !sources.holds(wanted.requirement, scope)) return;
    it->second.hashes.insert(it->second.hashes.end(), wanted.hashes.begin(), wanted.hashes.end());
    if (is_root) it->second.requested = true;
    if (!wanted.via.empty()) it->second.via.insert(wanted.via);
  };
  for (const UserRequirement& wanted : sources.problem().roots) note(wanted, true);
  for (const UserRequirement& wanted : sources.problem().overrides) note(wanted, false);
  for (const UserRequirement& wanted : sources.problem().constraints) note(wanted, false);
}

/// Everything this package needs came (also) because of it.
void note_via(Sources& sources, const Scope& scope, const solve::Decision& decision,
              ChosenByName& chosen) {
  const pep::MetadataPtr metadata = chosen.at(decision.package.name).metadata;
  if (!metadata) return;
  for (const Need& need : sources.needs_of(*metadata, decision.package.extra, scope)) {
    const auto it = chosen.find(need.requirement->name);
    if (it != chosen.end() && it->first != decision.package.name)
      it->second.via.insert(decision.package.name);
  }
}

/// What an index says of a project as a whole (PEP 792), and that several have it.
void warn_about_page(const index::Page& page, Sources& sources) {
  if (page.status == "archived" || page.status == "deprecated")
    sources.warn(cat(page.project, ": ", page.status, page.status_reason.empty() ? "" : ": ",
                     base::printable(page.status_reason)));
  if (!page.also_at.empty())
    sources.warn(cat(page.project, ": found on ", page.also_at.size() + 1, " indexes (",
                     page.index_url, ", ", base::join(page.also_at, ", "),
                     "), whose files are taken together; --index-strategy=first-index takes the "
                     "first one's"));
}

}  // namespace

Result<Chosen> chosen_for(Sources& sources, const solve::Decision& decision, const Scope& scope) {
  Chosen chosen;
  chosen.name = decision.package.name;
  chosen.version = decision.version;
  if (const Present* present = sources.present_as(chosen.name, chosen.version, scope)) {
    chosen.metadata = present->metadata;
    return chosen;
  }
  PIPIT_TRY(const Spot spot, sources.spot_of(chosen.name, decision.version, scope));
  if (!spot.at)
    return fail(Code::internal, cat(chosen.name, ": the chosen version is not on its page"));
  const Judged& judged = spot.candidates->judge(*spot.at);
  chosen.version = spot.candidates->page().releases[*spot.at].version;
  chosen.file = judged.file;
  chosen.page = spot.candidates->shared_page();
  if (const UrlVersion* reference = sources.url_versions().as(chosen.name, decision.version)) {
    chosen.source = reference->source;
  } else if (const UserRequirement* wish = sources.direct_wish(chosen.name, scope)) {
    PIPIT_TRY(const auto direct, sources.learned(*wish));
    chosen.source = direct.source;
    chosen.written = wish->written;
    chosen.in_place = wish->in_place;
  }
  chosen.direct = chosen.source.has_value();
  if (sources.problem().no_deps) return chosen;
  PIPIT_TRY(chosen.metadata, sources.metadata_of(judged));
  return chosen;
}

Result<std::vector<Chosen>> collect(Sources& sources, const solve::Solved& solved,
                                    const Scope& scope) {
  ChosenByName chosen;
  for (const solve::Decision& decision : solved.decisions) {
    if (decision.package.is_virtual()) continue;
    PIPIT_TRY(Chosen one, chosen_for(sources, decision, scope));
    chosen.emplace(decision.package.name, std::move(one));
  }
  for (const solve::Decision& decision : solved.decisions)
    if (decision.package.is_virtual())
      chosen.at(decision.package.name).extras.insert(decision.package.extra);
  for (const solve::Decision& decision : solved.decisions)
    note_via(sources, scope, decision, chosen);
  note_roots(sources, scope, chosen);
  std::vector<Chosen> out;
  for (auto& [name, one] : chosen) out.push_back(std::move(one));
  warn_about(sources, out);
  return out;
}

void warn_about(Sources& sources, const std::vector<Chosen>& chosen) {
  for (const Chosen& one : chosen) {
    if (one.page) warn_about_page(*one.page, sources);
    if (one.file && one.file->yanked)
      sources.warn(cat(one.file->name, ": yanked: ", base::printable(one.file->yanked_reason)));
  }
}

}  // namespace pipit::resolve
