// The scout has usually fetched pages and metadata already, so the solver mostly does not wait.
// What it does wait for goes before every guess.
#include "resolve/sources.h"

#include <algorithm>

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
  for (const pep::Requirement& requirement : request.overrides)
    overrides_[requirement.name] = &requirement;
  for (const Wanted& wanted : request.roots)
    if (wanted.direct) direct_[wanted.requirement.name] = wanted.direct;
}

void Sources::send_scout() {
  scout_.set_overrides(request_.overrides);
  for (const Wanted& wanted : request_.roots)
    if (holds(wanted.requirement) && !wanted.direct) scout_.look(wanted.requirement);
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
    const auto replaced = overrides_.find(requirement.name);
    if (replaced == overrides_.end())
      needs.push_back(&requirement);
    else if (holds(*replaced->second))
      needs.push_back(replaced->second);
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
    return fail(Code::bad_index, cat(project, ": quarantined by the index"));
  return candidates_.emplace(project, std::make_unique<Candidates>(page, request_.policy))
      .first->second.get();
}

Result<pep::MetadataPtr> Sources::metadata_of(const Judged& judged) {
  if (!budget_.spend(judged.metadata_file.get()))
    return fail(Code::offline, cat(judged.metadata_file->name, ": not asked for"));
  return dists_.metadata(judged.metadata_file, stop_);
}

}  // namespace pipit::resolve
