// The scout has usually fetched pages and metadata already, so the solver rarely waits. What it
// does wait for takes precedence over every guess.
#include "resolve/provider.h"

#include <algorithm>

#include "base/text.h"
#include "index/page_builder.h"

namespace pipit::resolve {

Provider::Provider(const Problem& problem, index::Catalog& catalog, distribution::Database& dists,
                   base::Events& events, Budget& budget, std::stop_token stop)
    : problem_(problem),
      catalog_(catalog),
      dists_(dists),
      events_(events),
      budget_(budget),
      stop_(std::move(stop)),
      scout_(problem.policy, catalog, dists, stop_),
      preferences_(problem),
      url_versions_(problem.policy.binary, dists, budget) {
  for (const UserRequirement& wanted : problem.overrides)
    overrides_[wanted.requirement.name].push_back(&wanted);
  for (const UserRequirement& wanted : problem.constraints)
    constraints_[wanted.requirement.name].push_back(&wanted);
  // What has the last word on a project decides which file is meant: overrides, roots, constraints.
  for (const auto* wishes : {&problem.overrides, &problem.roots, &problem.constraints})
    for (const UserRequirement& wanted : *wishes)
      if (wanted.source &&
          (wishes != &problem.roots || !overrides_.contains(wanted.requirement.name)))
        direct_[wanted.requirement.name].push_back(&wanted);
  likely_ = std::make_shared<Likely>(
      problem.likely, problem.likely ? user_hashes(problem.policy.scope()) : UserHashes());
}

UserHashes Provider::user_hashes(const Scope& scope) {
  UserHashes hashes;
  for (const auto* wishes : {&problem_.roots, &problem_.overrides, &problem_.constraints})
    for (const UserRequirement& wanted : *wishes) {
      const std::string& name = wanted.requirement.name;
      const bool is_replaced = wishes == &problem_.roots && is_overridden(name);
      if (wanted.hashes.empty() || !(is_replaced || holds(wanted.requirement, scope))) continue;
      auto& of_project = hashes[name];
      of_project.insert(of_project.end(), wanted.hashes.begin(), wanted.hashes.end());
    }
  return hashes;
}

void Provider::tell_pinned() {
  if (!likely_->is_told()) return;
  const Scope scope = problem_.policy.scope();
  const std::map<std::string, Present> present = allowed_present(scope);
  for (const Need& root : roots(scope)) {
    const pep::Requirement& wanted = *root.requirement;
    if (root.wanted->source || !wanted.specifier.is_pinned()) continue;
    if (const auto at = present.find(wanted.name);
        at != present.end() && wanted.specifier.contains(at->second.version()))
      continue;
    scout_.find_file(wanted, likely_);
  }
}

void Provider::send_scout() {
  const Scope scope = problem_.policy.scope();
  std::map<std::string, std::vector<pep::Requirement>> overrides;
  for (const auto& [name, lines] : overrides_) {
    auto& holding = overrides[name];
    for (const UserRequirement* wanted : lines)
      if (holds(wanted->requirement, scope)) holding.push_back(wanted->requirement);
  }
  scout_.set_overrides(std::move(overrides));
  std::set<std::string> elsewhere;
  for (const auto& [name, wishes] : direct_) elsewhere.insert(name);
  scout_.leave_out(std::move(elsewhere));
  scout_.set_present(allowed_present(scope));
  scout_.expect(problem_.predicted);
  for (const Need& root : roots(scope)) {
    if (root.wanted->direct)
      scout_.look_at_file(*root.requirement, index::only_file(root.wanted->direct));
    else
      scout_.look(*root.requirement, root.requirement->specifier.is_pinned());
  }
}

/// What is installed, but for what a constraint forbids.
std::map<std::string, Present> Provider::allowed_present(const Scope& scope) {
  std::map<std::string, Present> allowed = problem_.present;
  for (const auto& [name, lines] : constraints_) {
    const auto at = allowed.find(name);
    if (at == allowed.end()) continue;
    const bool fits = std::ranges::all_of(lines, [&](const UserRequirement* wanted) {
      return !holds(wanted->requirement, scope) ||
             (!wanted->source && wanted->requirement.specifier.contains(at->second.version()));
    });
    if (!fits) allowed.erase(at);
  }
  return allowed;
}

void Provider::warn(const std::string& text) {
  if (warnings_.insert(text).second) events_.warn(text);
}

bool Provider::holds(const pep::Requirement& requirement, const Scope& scope) {
  return memo_.admits(requirement.marker, "", scope);
}

bool Provider::counts(const pep::MarkerSet& where, const Scope& scope) const {
  return scope.is_universal() ? !scope.environments().is_disjoint_from(where) : !where.is_none();
}

std::vector<Need> Provider::roots(const Scope& scope) {
  std::vector<Need> out;
  std::set<std::string> replaced;
  for (const UserRequirement& root : problem_.roots) {
    const std::string& name = root.requirement.name;
    if (problem_.policy.excluded.contains(name)) continue;
    if (overrides_.contains(name))
      replaced.insert(name);
    else if (holds(root.requirement, scope))
      out.push_back(
          {&root.requirement, memo_.where(root.requirement.marker, "", scope), &root, false});
  }
  for (const std::string& name : replaced) add_overrides(name, scope, out);
  return out;
}

/// An override replaces requirements wherever they hold: its own marker alone says where it counts.
void Provider::add_overrides(const std::string& name, const Scope& scope, std::vector<Need>& out) {
  for (const UserRequirement* instead : overrides_.at(name)) {
    pep::MarkerSet where = memo_.where(instead->requirement.marker, "", scope);
    if (counts(where, scope))
      out.push_back({&instead->requirement, std::move(where), instead, false});
  }
}

const UserRequirement* Provider::direct_requirement(const std::string& project,
                                                    const Scope& scope) {
  const auto known = direct_.find(project);
  if (known == direct_.end()) return nullptr;
  for (const UserRequirement* wanted : known->second)
    if (holds(wanted->requirement, scope)) return wanted;
  return nullptr;
}

Result<distribution::ResolvedDirect> Provider::look_up_direct(const UserRequirement& wanted) {
  if (wanted.direct) return distribution::ResolvedDirect{wanted.direct, *wanted.source};
  const std::string& name = wanted.requirement.name;
  const std::string place = distribution::shown_source(*wanted.source);
  if (auto allowed = check_binary_policy(problem_.policy.binary, *wanted.source, name); !allowed)
    return fail(std::move(allowed.error()));
  if (!budget_.spend_on_reference(distribution::source_text(*wanted.source)))
    return fail(Code::offline, cat(place, ": not asked for"));
  dists_.expect_project(*wanted.source, name);
  PIPIT_TRY(const auto direct, dists_.direct(*wanted.source, stop_));
  if (direct->page->project == name) return *direct;
  return fail(Code::parse, cat(wanted.origin, wanted.origin.empty() ? "" : ": ", name, " @ ", place,
                               ": is another project (", direct->page->project, ")"));
}

Result<bool> Provider::is_what_user_requires(const pep::Requirement& requirement,
                                             const UserRequirement& wanted) {
  // What is visibly elsewhere need not be fetched.
  const auto parsed = distribution::parse_source(*requirement.url);
  if (!parsed ||
      distribution::canonical_place(*parsed) != distribution::canonical_place(*wanted.source))
    return false;
  PIPIT_TRY(const auto mine, look_up_direct(wanted));
  PIPIT_TRY(const auto direct, url_versions_.look_up(requirement, stop_));
  return is_same_source(direct->source, mine.source);
}

Result<UrlVersion*> Provider::url_version_of(const pep::Requirement& requirement) {
  return url_versions_.find(requirement, stop_);
}

std::vector<Need> Provider::needs_of(const pep::Metadata& data, const std::string& extra,
                                     const Scope& scope) {
  std::vector<Need> needs;
  std::set<std::string> replaced;
  for (const pep::Requirement& requirement : data.requires_dist) {
    if (problem_.policy.excluded.contains(requirement.name)) continue;
    if (overrides_.contains(requirement.name)) {
      const bool is_of_package = is_of_extras(requirement.marker, {});
      const bool counts_here =
          extra.empty() ? is_of_package
                        : !is_of_package && is_of_extras(requirement.marker, {&extra, 1});
      if (counts_here && replaced.insert(requirement.name).second)
        add_overrides(requirement.name, scope, needs);
      continue;
    }
    pep::MarkerSet where = memo_.where(requirement.marker, extra, scope);
    if (scope.is_universal() && !extra.empty())
      where = where - memo_.where(requirement.marker, "", scope);
    if (counts(where, scope)) needs.push_back({&requirement, std::move(where), nullptr, false});
  }
  return needs;
}

std::vector<Need> Provider::conditional_constraints(const std::vector<Need>& needs,
                                                    const Scope& scope) {
  std::vector<Need> out;
  std::set<std::pair<const UserRequirement*, pep::MarkerSet>> seen;
  for (const Need& need : needs) {
    const auto known = constraints_.find(need.requirement->name);
    if (known == constraints_.end()) continue;
    for (const UserRequirement* wanted : known->second) {
      if (wanted->requirement.marker.is_true()) continue;  // the solver has it from the start
      const pep::MarkerSet where = need.where & memo_.where(wanted->requirement.marker, "", scope);
      if (!scope.environments().is_disjoint_from(where) && seen.insert({wanted, where}).second)
        out.push_back({&wanted->requirement, where, wanted, true});
    }
  }
  return out;
}

/// Whether what there is of the version is written as the clause has it. True when that cannot be
/// known: the page's own error comes when it is asked for a candidate.
bool Provider::is_spelled(const std::string& project, const pep::Specifier& clause,
                          const Scope& scope) {
  if (const Present* present = present_as(project, *clause.version, scope);
      present && clause.contains(present->version()))
    return true;
  const auto page = page_of(project, scope);
  if (!page) return true;
  const auto at = judged_page(*page)->find(*clause.version);
  if (!at) return true;
  const index::Release& release = (*page)->releases[*at];
  if (clause.contains(release.version)) return true;
  return std::ranges::any_of(release.files, [&](const index::File& file) {
    const auto named = index::version_in_name(file.name, project);
    const auto version = named ? pep::Version::parse(named->version) : std::nullopt;
    return version && clause.contains(*version);
  });
}

solve::Range Provider::range_of(const pep::Requirement& requirement, const Scope& scope) {
  solve::Range range = solve::Range::from_specifiers(requirement.specifier);
  for (const pep::Specifier& clause : requirement.specifier.clauses())
    if (clause.op == pep::Operator::arbitrary && clause.version &&
        !is_spelled(requirement.name, clause, scope))
      range = solve::Range();
  return url_versions_.with_stand_ins(requirement.name, range);
}

const Present* Provider::present_as(const std::string& project, const pep::Version& version,
                                    const Scope& scope) {
  const auto it = problem_.present.find(project);
  return it != problem_.present.end() && it->second.version() == version &&
                 !direct_requirement(project, scope)
             ? &it->second
             : nullptr;
}

void Provider::show_work_on(const std::string& project) {
  if (!problem_.meter) return;
  problem_.meter->set_done(pages_.size() + (pages_.contains(project) ? 0 : 1));
  problem_.meter->set_subject(project);
}

Result<index::PagePtr> Provider::page_of(const std::string& project, const Scope& scope) {
  if (const UserRequirement* wish = direct_requirement(project, scope)) {
    PIPIT_TRY(distribution::ResolvedDirect direct, look_up_direct(*wish));
    return std::move(direct.page);
  }
  const auto known = pages_.find(project);
  if (known != pages_.end()) return known->second;
  show_work_on(project);
  if (!budget_.spend_on_page(project)) return fail(Code::offline, cat(project, ": not asked for"));
  PIPIT_TRY(index::PagePtr page, catalog_.page(project, stop_));
  return pages_.emplace(project, std::move(page)).first->second;
}

Candidates* Provider::judged_page(const index::PagePtr& page) {
  std::unique_ptr<Candidates>& judged = candidates_[page.get()];
  if (!judged) judged = std::make_unique<Candidates>(page, problem_.policy);
  return judged.get();
}

Result<Candidates*> Provider::candidates_of(const std::string& project, const Scope& scope) {
  PIPIT_TRY(index::PagePtr page, page_of(project, scope));
  if (page->status == "quarantined")
    return fail(Code::bad_index,
                cat(project, ": quarantined by the index", page->status_reason.empty() ? "" : ": ",
                    base::printable(page->status_reason)));
  return judged_page(page);
}

Result<ReleaseRef> Provider::release_of(const std::string& project, const pep::Version& version,
                                        const Scope& scope) {
  if (const UrlVersion* reference = url_versions_.as(project, version))
    return ReleaseRef{judged_page(reference->page), 0};
  PIPIT_TRY(Candidates * candidates, candidates_of(project, scope));
  return ReleaseRef{candidates, candidates->find(version)};
}

Result<pep::MetadataPtr> Provider::metadata_of(const Judged& judged) {
  if (pep::MetadataPtr known = known_metadata_of(judged)) return known;
  if (!budget_.spend_on_metadata(judged.metadata_file.get()))
    return fail(Code::offline, cat(judged.metadata_file->name, ": not asked for"));
  PIPIT_TRY(pep::MetadataPtr metadata, dists_.metadata(judged.metadata_file, stop_));
  metadata_.emplace(judged.metadata_file.get(), metadata);
  return metadata;
}

pep::MetadataPtr Provider::known_metadata_of(const Judged& judged) const {
  const auto known = metadata_.find(judged.metadata_file.get());
  return known == metadata_.end() ? nullptr : known->second;
}

}  // namespace pipit::resolve
