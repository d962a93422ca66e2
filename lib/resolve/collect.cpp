#include "resolve/collect.h"

#include "base/text.h"

namespace pipit::resolve {
namespace {

using ChosenByName = std::map<std::string, Chosen>;

Result<Chosen> chosen_of(Sources& sources, const solve::Decision& decision) {
  Chosen chosen{
      decision.package.name, decision.version, {}, {}, nullptr, nullptr, nullptr, {}, false, false};
  if (const Present* present = sources.present_as(chosen.name, chosen.version)) {
    chosen.metadata = present->metadata;
    return chosen;
  }
  PIPIT_TRY(Candidates * candidates, sources.candidates_of(chosen.name));
  const auto at = candidates->find(decision.version);
  if (!at) return fail(Code::internal, cat(chosen.name, ": the chosen version is not on its page"));
  chosen.file = candidates->judge(*at).file;
  PIPIT_TRY(chosen.page, sources.page_of(chosen.name));
  if (sources.request().no_deps) return chosen;
  PIPIT_TRY(chosen.metadata, sources.metadata_of(candidates->judge(*at)));
  chosen.direct = sources.is_direct(chosen.name);
  return chosen;
}

void note_roots(const Sources& sources, ChosenByName& chosen) {
  const auto note = [&](const Wanted& wanted, bool is_root) {
    const auto it = chosen.find(wanted.requirement.name);
    if (it == chosen.end() || !sources.holds(wanted.requirement)) return;
    it->second.hashes.insert(it->second.hashes.end(), wanted.hashes.begin(), wanted.hashes.end());
    if (is_root) it->second.requested = true;
    if (!wanted.via.empty()) it->second.via.insert(wanted.via);
  };
  for (const Wanted& wanted : sources.request().roots) note(wanted, true);
  for (const Wanted& wanted : sources.request().overrides) note(wanted, false);
  for (const Wanted& wanted : sources.request().constraints) note(wanted, false);
}

/// Everything this package needs came (also) because of it.
void note_via(const Sources& sources, const solve::Decision& decision, ChosenByName& chosen) {
  const pep::MetadataPtr metadata = chosen.at(decision.package.name).metadata;
  if (!metadata) return;
  for (const pep::Requirement* need : sources.needs_of(*metadata, decision.package.extra)) {
    const auto it = chosen.find(need->name);
    if (it != chosen.end() && need->name != decision.package.name)
      it->second.via.insert(decision.package.name);
  }
}

/// What an index says of a project as a whole (PEP 792), and that several have it.
void warn_about_page(const index::Page& page, base::Events& events) {
  if (page.status == "archived" || page.status == "deprecated")
    events.warn(cat(page.project, ": ", page.status, page.status_reason.empty() ? "" : ": ",
                    base::printable(page.status_reason)));
  if (!page.also_at.empty())
    events.warn(cat(page.project, ": found on ", page.also_at.size() + 1, " indexes (",
                    page.index_url, ", ", base::join(page.also_at, ", "),
                    "), whose files are taken together; --index-strategy=first-index takes the "
                    "first one's"));
}

}  // namespace

Result<std::vector<Chosen>> collect(Sources& sources, const solve::Solved& solved) {
  ChosenByName chosen;
  for (const solve::Decision& decision : solved.decisions) {
    if (decision.package.is_virtual()) continue;
    PIPIT_TRY(Chosen one, chosen_of(sources, decision));
    chosen.emplace(decision.package.name, std::move(one));
  }
  for (const solve::Decision& decision : solved.decisions)
    if (decision.package.is_virtual())
      chosen.at(decision.package.name).extras.insert(decision.package.extra);
  for (const solve::Decision& decision : solved.decisions) note_via(sources, decision, chosen);
  note_roots(sources, chosen);
  std::vector<Chosen> out;
  for (auto& [name, one] : chosen) {
    if (one.page) warn_about_page(*one.page, sources.events());
    if (one.file && one.file->yanked)
      sources.events().warn(
          cat(one.file->name, ": yanked: ", base::printable(one.file->yanked_reason)));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace pipit::resolve
