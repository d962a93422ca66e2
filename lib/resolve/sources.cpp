// The scout has usually fetched pages and metadata already, so the solver mostly does not wait.
// What it does wait for goes before every guess.
#include "resolve/sources.h"

#include <algorithm>
#include <set>

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
      scout_(request.policy, catalog, dists, events, stop_) {
  for (const Wanted& wanted : request.overrides)
    overrides_[wanted.requirement.name].push_back(&wanted);
  // Whoever has the last word on a project says which file is meant.
  for (const auto* wishes : {&request.overrides, &request.roots, &request.constraints})
    for (const Wanted& wanted : *wishes)
      if (wanted.direct && holds(wanted.requirement))
        direct_.emplace(wanted.requirement.name, wanted.direct);
}

void Sources::send_scout() {
  std::vector<pep::Requirement> overrides;
  for (const Wanted& wanted : request_.overrides)
    if (holds(wanted.requirement)) overrides.push_back(wanted.requirement);
  scout_.set_overrides(std::move(overrides));
  for (const Wanted* root : roots())
    if (!is_direct(root->requirement.name)) scout_.look(root->requirement);
}

std::vector<const Wanted*> Sources::roots() const {
  std::vector<const Wanted*> out;
  std::set<std::string> replaced;
  for (const Wanted& root : request_.roots) {
    const std::string& name = root.requirement.name;
    if (request_.policy.excluded.contains(name) || !holds(root.requirement)) continue;
    const auto instead = overrides_.find(name);
    if (instead == overrides_.end())
      out.push_back(&root);
    else if (replaced.insert(name).second)
      for (const Wanted* wanted : instead->second)
        if (holds(wanted->requirement)) out.push_back(wanted);
  }
  return out;
}

bool Sources::holds(const pep::Requirement& requirement) const {
  return requirement.marker.evaluate(request_.policy.target->markers);
}

std::vector<const pep::Requirement*> Sources::needs_of(const pep::Metadata& data,
                                                       const std::string& extra) const {
  std::vector<const pep::Requirement*> needs;
  std::vector<std::string> extras;
  if (!extra.empty()) extras.push_back(extra);
  for (const pep::Requirement& requirement : data.requires_dist) {
    if (!requirement.marker.evaluate(request_.policy.target->markers, extras)) continue;
    if (request_.policy.excluded.contains(requirement.name)) continue;
    const auto replaced = overrides_.find(requirement.name);
    if (replaced == overrides_.end()) {
      needs.push_back(&requirement);
      continue;
    }
    for (const Wanted* wanted : replaced->second)
      if (holds(wanted->requirement)) needs.push_back(&wanted->requirement);
  }
  return needs;
}

std::vector<pep::Version> Sources::preferred(const std::string& project) const {
  std::vector<pep::Version> versions;
  const auto known = request_.preferred.find(project);
  if (known == request_.preferred.end()) return versions;
  for (const Preferred& one : known->second)
    if (one.marker.evaluate(request_.policy.target->markers)) versions.push_back(one.version);
  std::sort(versions.begin(), versions.end(), std::greater<>());
  return versions;
}

const Present* Sources::present_as(const std::string& project, const pep::Version& version) const {
  const auto it = request_.present.find(project);
  return it != request_.present.end() && !is_direct(project) && it->second.version == version
             ? &it->second
             : nullptr;
}

Result<index::PagePtr> Sources::page_of(const std::string& project) {
  const auto direct = direct_.find(project);
  if (direct != direct_.end()) return direct->second;
  if (!budget_.spend(project)) return fail(Code::offline, cat(project, ": not asked for"));
  return catalog_.page(project, stop_);
}

Result<Candidates*> Sources::candidates_of(const std::string& project) {
  const auto known = candidates_.find(project);
  if (known != candidates_.end()) return known->second.get();
  PIPIT_TRY(index::PagePtr page, page_of(project));
  if (page->status == "quarantined")
    return fail(Code::bad_index,
                cat(project, ": quarantined by the index", page->status_reason.empty() ? "" : ": ",
                    base::printable(page->status_reason)));
  return candidates_.emplace(project, std::make_unique<Candidates>(page, request_.policy))
      .first->second.get();
}

Result<pep::MetadataPtr> Sources::metadata_of(const Judged& judged) {
  if (!budget_.spend(judged.metadata_file.get()))
    return fail(Code::offline, cat(judged.metadata_file->name, ": not asked for"));
  return dists_.metadata(judged.metadata_file, stop_);
}

}  // namespace pipit::resolve
