// The scout has usually fetched pages and metadata already, so the solver mostly does not wait.
// What it does wait for goes before every guess.
#include "resolve/sources.h"

#include "base/text.h"

namespace pipit::resolve {

Sources::Sources(const Request& request, index::Catalog& catalog, dist::Database& dists,
                 base::Events& events, Budget& budget, std::stop_token stop)
    : request_(request),
      catalog_(catalog),
      dists_(dists),
      events_(events),
      budget_(budget),
      stop_(std::move(stop)),
      scout_(request.policy, catalog, dists, events, stop_),
      preferences_(request) {
  for (const Wanted& wanted : request.overrides)
    overrides_[wanted.requirement.name].push_back(&wanted);
  for (const Wanted& wanted : request.constraints)
    constraints_[wanted.requirement.name].push_back(&wanted);
  // Whoever has the last word on a project says which file is meant.
  for (const auto* wishes : {&request.overrides, &request.roots, &request.constraints})
    for (const Wanted& wanted : *wishes)
      if (wanted.direct) direct_[wanted.requirement.name].push_back(&wanted);
}

void Sources::send_scout() {
  const Scope scope = request_.policy.scope();
  std::vector<pep::Requirement> overrides;
  for (const Wanted& wanted : request_.overrides)
    if (holds(wanted.requirement, scope)) overrides.push_back(wanted.requirement);
  scout_.set_overrides(std::move(overrides));
  for (const Need& root : roots(scope))
    if (!direct_page(root.requirement->name, scope)) scout_.look(*root.requirement);
}

void Sources::warn(const std::string& text) {
  if (warnings_.insert(text).second) events_.warn(text);
}

bool Sources::holds(const pep::Requirement& requirement, const Scope& scope) {
  return memo_.admits(requirement.marker, "", scope);
}

bool Sources::counts(const pep::MarkerSet& where, const Scope& scope) const {
  return scope.is_universal() ? !scope.environments().is_disjoint_from(where) : !where.is_none();
}

std::vector<Need> Sources::roots(const Scope& scope) {
  std::vector<Need> out;
  std::map<std::string, pep::MarkerSet> replaced;  // where the user asks for it
  for (const Wanted& root : request_.roots) {
    const std::string& name = root.requirement.name;
    if (request_.policy.excluded.contains(name) || !holds(root.requirement, scope)) continue;
    pep::MarkerSet where = memo_.where(root.requirement.marker, "", scope);
    if (!overrides_.contains(name))
      out.push_back({&root.requirement, std::move(where), &root, false});
    else
      replaced[name] = replaced[name] | where;
  }
  for (const auto& [name, asked] : replaced)
    for (const Wanted* instead : overrides_.at(name)) {
      pep::MarkerSet where = asked & memo_.where(instead->requirement.marker, "", scope);
      if (counts(where, scope))
        out.push_back({&instead->requirement, std::move(where), instead, false});
    }
  return out;
}

index::PagePtr Sources::direct_page(const std::string& project, const Scope& scope) {
  const auto known = direct_.find(project);
  if (known == direct_.end()) return nullptr;
  for (const Wanted* wanted : known->second)
    if (holds(wanted->requirement, scope)) return wanted->direct;
  return nullptr;
}

std::vector<Need> Sources::needs_of(const pep::Metadata& data, const std::string& extra,
                                    const Scope& scope) {
  std::vector<Need> needs;
  const auto add = [&](const pep::Requirement& requirement, pep::MarkerSet where,
                       const Wanted* wanted) {
    if (counts(where, scope)) needs.push_back({&requirement, std::move(where), wanted, false});
  };
  for (const pep::Requirement& requirement : data.requires_dist) {
    if (request_.policy.excluded.contains(requirement.name)) continue;
    pep::MarkerSet where = memo_.where(requirement.marker, extra, scope);
    if (scope.is_universal() && !extra.empty())
      where = where - memo_.where(requirement.marker, "", scope);
    const auto replaced = overrides_.find(requirement.name);
    if (replaced == overrides_.end()) {
      add(requirement, std::move(where), nullptr);
      continue;
    }
    for (const Wanted* wanted : replaced->second)
      add(wanted->requirement, where & memo_.where(wanted->requirement.marker, "", scope), wanted);
  }
  return needs;
}

std::vector<Need> Sources::conditional_constraints(const std::vector<Need>& needs,
                                                   const Scope& scope) {
  std::vector<Need> out;
  std::set<std::pair<const Wanted*, pep::MarkerSet>> seen;
  for (const Need& need : needs) {
    const auto known = constraints_.find(need.requirement->name);
    if (known == constraints_.end()) continue;
    for (const Wanted* wanted : known->second) {
      if (wanted->requirement.marker.is_true()) continue;  // the solver has it from the start
      const pep::MarkerSet where = need.where & memo_.where(wanted->requirement.marker, "", scope);
      if (!scope.environments().is_disjoint_from(where) && seen.insert({wanted, where}).second)
        out.push_back({&wanted->requirement, where, wanted, true});
    }
  }
  return out;
}

const Present* Sources::present_as(const std::string& project, const pep::Version& version,
                                   const Scope& scope) {
  const auto it = request_.present.find(project);
  return it != request_.present.end() && it->second.version == version &&
                 !direct_page(project, scope)
             ? &it->second
             : nullptr;
}

Result<index::PagePtr> Sources::page_of(const std::string& project, const Scope& scope) {
  if (index::PagePtr page = direct_page(project, scope)) return page;
  const auto known = pages_.find(project);
  if (known != pages_.end()) return known->second;
  if (!budget_.spend(project)) return fail(Code::offline, cat(project, ": not asked for"));
  PIPIT_TRY(index::PagePtr page, catalog_.page(project, stop_));
  return pages_.emplace(project, std::move(page)).first->second;
}

Result<Candidates*> Sources::candidates_of(const std::string& project, const Scope& scope) {
  PIPIT_TRY(index::PagePtr page, page_of(project, scope));
  const auto known = candidates_.find(page.get());
  if (known != candidates_.end()) return known->second.get();
  if (page->status == "quarantined")
    return fail(Code::bad_index,
                cat(project, ": quarantined by the index", page->status_reason.empty() ? "" : ": ",
                    base::printable(page->status_reason)));
  const index::Page* key = page.get();
  return candidates_.emplace(key, std::make_unique<Candidates>(std::move(page), request_.policy))
      .first->second.get();
}

Result<pep::MetadataPtr> Sources::metadata_of(const Judged& judged) {
  if (pep::MetadataPtr known = known_metadata_of(judged)) return known;
  if (!budget_.spend(judged.metadata_file.get()))
    return fail(Code::offline, cat(judged.metadata_file->name, ": not asked for"));
  PIPIT_TRY(pep::MetadataPtr metadata, dists_.metadata(judged.metadata_file, stop_));
  metadata_.emplace(judged.metadata_file.get(), metadata);
  return metadata;
}

pep::MetadataPtr Sources::known_metadata_of(const Judged& judged) const {
  const auto known = metadata_.find(judged.metadata_file.get());
  return known == metadata_.end() ? nullptr : known->second;
}

}  // namespace pipit::resolve
