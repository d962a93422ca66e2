// The answer for one target. What requires a project (`via`) is known only now: while the solver
// searches, requirements come and go.
#include "resolve/collect.h"

#include "base/text.h"

namespace pipit::resolve {
namespace {

using ChosenByName = std::map<std::string, Chosen>;

void note_roots(Provider& provider, const Scope& scope, ChosenByName& chosen) {
  const auto note = [&](const UserRequirement& wanted, bool is_root) {
    const auto it = chosen.find(wanted.requirement.name);
    const bool is_replaced = is_root && provider.is_overridden(wanted.requirement.name);
    if (it == chosen.end() || !(is_replaced || provider.holds(wanted.requirement, scope))) return;
    if (is_root) it->second.requested = true;
    if (!wanted.via.empty()) it->second.via.insert(wanted.via);
  };
  for (auto& [name, hashes] : provider.user_hashes(scope))
    if (const auto it = chosen.find(name); it != chosen.end()) it->second.hashes = hashes;
  for (const UserRequirement& wanted : provider.problem().roots) note(wanted, true);
  for (const UserRequirement& wanted : provider.problem().overrides) note(wanted, false);
  for (const UserRequirement& wanted : provider.problem().constraints) note(wanted, false);
}

/// Adds the package to `via` of everything it needs.
void note_via(Provider& provider, const Scope& scope, const solve::Decision& decision,
              ChosenByName& chosen) {
  const pep::MetadataPtr metadata = chosen.at(decision.package.name).metadata;
  if (!metadata) return;
  for (const Need& need : provider.needs_of(*metadata, decision.package.extra, scope)) {
    const auto it = chosen.find(need.requirement->name);
    if (it != chosen.end() && it->first != decision.package.name)
      it->second.via.insert(decision.package.name);
  }
}

/// Warns of what an index says of a project as a whole (PEP 792), and of a project on several
/// indexes.
void warn_about_page(const index::Page& page, Provider& provider) {
  if (page.status == "archived" || page.status == "deprecated")
    provider.warn(cat(page.project, ": ", page.status, page.status_reason.empty() ? "" : ": ",
                      base::printable(page.status_reason)));
  if (!page.also_at.empty())
    provider.warn(cat(page.project, ": found on ", page.also_at.size() + 1, " indexes (",
                      page.index_url, ", ", base::join(page.also_at, ", "),
                      "), whose files are taken together; --index-strategy=first-index takes the "
                      "first one's"));
}

/// With first-index a newer version may be elsewhere.
void note_indexes(const Chosen& one, Provider& provider) {
  const std::vector<std::string> left = provider.searched().not_asked(one.name);
  if (!left.empty())
    provider.events().note(cat(one.name, " ", one.version.str(), ": from ",
                               provider.searched().found_on(one.name),
                               ", so it was not asked for on ", base::join(left, ", ")));
}

}  // namespace

Result<Chosen> chosen_for(Provider& provider, const solve::Decision& decision, const Scope& scope) {
  Chosen chosen;
  chosen.name = decision.package.name;
  chosen.version = decision.version;
  if (const Present* present = provider.present_as(chosen.name, chosen.version, scope)) {
    chosen.metadata = present->metadata();
    return chosen;
  }
  PIPIT_TRY(const ReleaseRef release, provider.release_of(chosen.name, decision.version, scope));
  if (!release.at)
    return fail(Code::internal, cat(chosen.name, ": the chosen version is not on its page"));
  const Judged& judged = release.candidates->judge(*release.at);
  chosen.version = release.candidates->page().releases.version(*release.at);
  chosen.file = judged.file;
  chosen.page = release.candidates->shared_page();
  if (const UrlVersion* reference = provider.url_versions().as(chosen.name, decision.version)) {
    chosen.source = reference->source;
  } else if (const UserRequirement* wish = provider.direct_requirement(chosen.name, scope)) {
    PIPIT_TRY(const auto direct, provider.look_up_direct(*wish));
    chosen.source = direct.source;
    chosen.written = wish->written;
    chosen.in_place = wish->in_place;
  }
  chosen.direct = chosen.source.has_value();
  if (provider.problem().no_deps) return chosen;
  PIPIT_TRY(chosen.metadata, provider.metadata_of(judged));
  return chosen;
}

Result<std::vector<Chosen>> collect(Provider& provider, const solve::Solved& solved,
                                    const Scope& scope) {
  ChosenByName chosen;
  for (const solve::Decision& decision : solved.decisions) {
    if (decision.package.is_virtual()) continue;
    PIPIT_TRY(Chosen one, chosen_for(provider, decision, scope));
    chosen.emplace(decision.package.name, std::move(one));
  }
  for (const solve::Decision& decision : solved.decisions)
    if (decision.package.is_virtual())
      chosen.at(decision.package.name).extras.insert(decision.package.extra);
  for (const solve::Decision& decision : solved.decisions)
    note_via(provider, scope, decision, chosen);
  note_roots(provider, scope, chosen);
  std::vector<Chosen> out;
  for (auto& [name, one] : chosen) out.push_back(std::move(one));
  warn_about(provider, out);
  return out;
}

void warn_about(Provider& provider, const std::vector<Chosen>& chosen) {
  for (const Chosen& one : chosen) {
    if (one.page) warn_about_page(*one.page, provider);
    if (one.page && !one.direct) note_indexes(one, provider);
    if (one.file && one.file->yanked)
      provider.warn(cat(one.file->name, ": yanked: ", base::printable(one.file->yanked_reason)));
  }
}

}  // namespace pipit::resolve
