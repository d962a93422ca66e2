// The driver. The solver asks for a candidate or for dependencies; the answers come from pages and
// metadata that the scout has usually fetched already, so the solver mostly does not wait. What it
// does wait for goes before every guess.
//
// Pre-releases: within the range the solver asks about, the best final release is taken; a
// pre-release only when that range holds no final release that can be used.
#include "resolve/resolver.h"

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "resolve/scout.h"
#include "solve/solver.h"

namespace pipit::resolve {
namespace {

constexpr std::size_t kMaxSteps = 2'000'000;

/// Errors that mean "this version cannot be used" rather than "this run cannot go on".
bool is_about_one_version(Code code) {
  return code == Code::unsupported || code == Code::bad_metadata || code == Code::bad_wheel ||
         code == Code::bad_archive || code == Code::build_failed;
}

std::string requirement_text(const pep::Requirement& requirement) {
  pep::Requirement bare = requirement;
  bare.marker = pep::Marker();
  return bare.str();
}

/// `a[x,y]>=1` is a itself, or one dependency for every extra.
void append_dependencies(const pep::Requirement& requirement, const std::string& origin,
                         bool direct, std::vector<solve::Dependency>& out) {
  const solve::Range range =
      direct ? solve::Range::full() : solve::Range::from_specifiers(requirement.specifier);
  const std::string text = requirement_text(requirement);
  if (requirement.extras.empty())
    out.push_back({{requirement.name, "", ""}, range, text, origin, direct});
  for (const std::string& extra : requirement.extras)
    out.push_back({{requirement.name, extra, ""}, range, text, origin, direct});
}

/// Following the package's name: "was yanked".
std::string reason_text(const Judged& judged) {
  switch (judged.reason) {
    case Unusable::none:
      return "";
    case Unusable::no_compatible_wheel:
      return "has no wheel for this platform";
    case Unusable::requires_python:
      return judged.detail;
    case Unusable::yanked:
      return judged.detail.empty() ? "was yanked"
                                   : cat("was yanked (", base::printable(judged.detail), ")");
    case Unusable::too_new:
      return "is newer than --exclude-newer allows";
    case Unusable::binary_policy:
      return "has no file that --only-binary and --no-binary allow";
    case Unusable::no_files:
      return "has no usable file";
  }
  return "";
}

class Driver {
 public:
  Driver(const Request& request, index::Catalog& catalog, dist::Database& dists,
         base::Events& events, std::stop_token stop)
      : request_(request),
        catalog_(catalog),
        dists_(dists),
        events_(events),
        stop_(std::move(stop)),
        scout_(request.policy, catalog, dists, events, stop_) {
    for (const pep::Requirement& requirement : request.overrides)
      overrides_[requirement.name] = &requirement;
    for (const Wanted& wanted : request.roots)
      if (wanted.direct) direct_[wanted.requirement.name] = wanted.direct;
  }

  Result<Resolution> run() {
    if (request_.prefetch && !request_.no_deps) send_scout();
    return pass();
  }

 private:
  void send_scout() {
    scout_.set_overrides(request_.overrides);
    for (const Wanted& wanted : request_.roots)
      if (holds(wanted.requirement) && !wanted.direct) scout_.look(wanted.requirement);
  }

  bool holds(const pep::Requirement& requirement) const {
    return requirement.marker.evaluate(request_.policy.target->markers);
  }

  Result<Resolution> pass() {
    std::vector<solve::Dependency> roots, constraints;
    for (const Wanted& wanted : request_.roots)
      if (holds(wanted.requirement))
        append_dependencies(wanted.requirement, wanted.origin, wanted.direct != nullptr, roots);
    for (const Wanted& wanted : request_.constraints)
      if (holds(wanted.requirement))
        append_dependencies(wanted.requirement, wanted.origin, false, constraints);
    solver_.emplace(std::move(roots), std::move(constraints));
    versions_given_.clear();
    for (std::size_t steps = 0; steps < kMaxSteps; ++steps) {
      if (stop_.stop_requested()) return fail(Code::cancelled, "interrupted");
      solve::Step step = solver_->step();
      if (const auto* need = std::get_if<solve::NeedCandidate>(&step)) {
        PIPIT_TRY(answer_candidate(*need));
      } else if (const auto* needs = std::get_if<solve::NeedDependencies>(&step)) {
        PIPIT_TRY(answer_dependencies(*needs));
      } else if (const auto* solved = std::get_if<solve::Solved>(&step)) {
        return collect(*solved);
      } else {
        return conflict(std::get<solve::Conflict>(step));
      }
    }
    return fail(Code::no_solution, cat("no solution found within ", kMaxSteps, " steps"));
  }

  const Present* present_as(const std::string& name, const pep::Version& version) const {
    const auto it = request_.present.find(name);
    return it != request_.present.end() && !direct_.contains(name) && it->second.version == version
               ? &it->second
               : nullptr;
  }

  Result<index::PagePtr> page_of(const std::string& name) {
    const auto direct = direct_.find(name);
    if (direct != direct_.end()) return direct->second;
    return catalog_.page(name, stop_);
  }

  Result<Candidates*> candidates_of(const std::string& name) {
    const auto known = candidates_.find(name);
    if (known != candidates_.end()) return known->second.get();
    PIPIT_TRY(index::PagePtr page, page_of(name));
    if (page->status == "quarantined")
      return fail(Code::bad_index, cat(name, ": quarantined by the index"));
    return candidates_.emplace(name, std::make_unique<Candidates>(page, request_.policy))
        .first->second.get();
  }

  Result<void> answer_candidate(const solve::NeedCandidate& need) {
    const std::string name = solver_->package(need.package).name;
    if (const auto present = request_.present.find(name);
        present != request_.present.end() && !direct_.contains(name) &&
        need.range.contains(present->second.version)) {
      versions_given_.insert(need.package);  // set_versions() is only for packages never decided on
      return solver_->decide(need.package, present->second.version);
    }
    if (request_.prefetch && solver_->rejected(need.package) >= 2)
      scout_.rejected(name, solver_->rejected(need.package));
    PIPIT_TRY(Candidates * candidates, candidates_of(name));
    if (!candidates->page().found)
      return solver_->no_candidate(need.package, solve::Range::full(),
                                   "was not found on the package index");
    give_versions(need.package, *candidates);
    const auto allowed = [&](const pep::Version& version) { return need.range.contains(version); };
    const auto preferred = request_.preferred.find(name);
    if (preferred != request_.preferred.end() && allowed(preferred->second)) {
      const auto at = candidates->find(preferred->second);
      if (at && candidates->judge(*at).file)
        return solver_->decide(need.package, candidates->page().releases[*at].version);
    }
    if (const auto at = candidates->best(allowed))
      return solver_->decide(need.package, candidates->page().releases[*at].version);
    tell_why_none(need.package, *candidates, need.range);
    return solver_->no_candidate(need.package, need.range);
  }

  void give_versions(solve::PackageId id, const Candidates& candidates) {
    if (!versions_given_.insert(id).second) return;
    std::vector<pep::Version> versions;
    const auto& releases = candidates.page().releases;
    for (auto release = releases.rbegin(); release != releases.rend(); ++release)
      versions.push_back(release->version);
    solver_->set_versions(id, std::move(versions));
  }

  /// Every release of the range that was passed over, with its reason; equal reasons join.
  void tell_why_none(solve::PackageId id, Candidates& candidates, const solve::Range& range) {
    for (std::size_t at = 0; at < candidates.size(); ++at) {
      const pep::Version& version = candidates.page().releases[at].version;
      if (!range.contains(version)) continue;
      const Judged& judged = candidates.judge(at);
      if (judged.reason != Unusable::none)
        solver_->reject(id, solve::Range::exactly(version), reason_text(judged));
      else if (version.is_prerelease())
        solver_->reject(id, solve::Range::exactly(version), "is a pre-release");
    }
  }

  Result<void> answer_dependencies(const solve::NeedDependencies& need) {
    const solve::Package package = solver_->package(need.package);
    if (request_.no_deps) return solver_->dependencies(need.package, need.version, {});
    if (const Present* present = present_as(package.name, need.version)) {
      if (!present->metadata) return solver_->dependencies(need.package, need.version, {});
      return give_dependencies(need, package, *present->metadata);
    }
    PIPIT_TRY(Candidates * candidates, candidates_of(package.name));
    const auto at = candidates->find(need.version);
    if (!at || !candidates->judge(*at).file)
      return solver_->unavailable(need.package, need.version, "has no usable file");
    auto metadata = dists_.metadata(candidates->judge(*at).metadata_file, stop_);
    if (!metadata) {
      if (!is_about_one_version(metadata.error().code)) return fail(std::move(metadata.error()));
      if (metadata.error().code == Code::unsupported &&
          judged_kind(*candidates, *at) == index::FileKind::sdist)
        return pass_over_sdists(need, *candidates, *at);
      events_.warn(
          cat(package.name, " ", need.version.str(), ": passed over: ", metadata.error().message));
      return solver_->unavailable(need.package, need.version,
                                  cat("cannot be used (", metadata.error().message, ")"));
    }
    const pep::Metadata& data = **metadata;
    if (!data.requires_python.contains(request_.policy.target->python))
      return solver_->unavailable(need.package, need.version,
                                  cat("requires Python ", data.requires_python_text));
    return give_dependencies(need, package, data);
  }

  static index::FileKind judged_kind(Candidates& candidates, std::size_t at) {
    return candidates.judge(at).metadata_file->kind;
  }

  /// This source distribution does not tell its needs without being built. Older ones tell no more,
  /// so they are not even fetched: one fact, one warning.
  Result<void> pass_over_sdists(const solve::NeedDependencies& need, Candidates& candidates,
                                std::size_t at) {
    constexpr std::string_view kReason = "has only a source distribution, which must be built";
    const std::string name = candidates.page().project;
    events_.warn(cat(name, ": ", need.version.str(),
                     " and older are passed over where they have only ",
                     "source distributions: building is not in this version"));
    for (std::size_t older = at + 1; older < candidates.size(); ++older)
      if (candidates.judge(older).file && judged_kind(candidates, older) == index::FileKind::sdist)
        solver_->reject(need.package,
                        solve::Range::exactly(candidates.page().releases[older].version),
                        std::string(kReason));
    return solver_->unavailable(need.package, need.version, std::string(kReason));
  }

  Result<void> give_dependencies(const solve::NeedDependencies& need, const solve::Package& package,
                                 const pep::Metadata& data) {
    std::vector<solve::Dependency> out;
    if (package.is_virtual()) warn_unknown_extra(package, need.version, data);
    for (const pep::Requirement* requirement : needs_of(data, package.extra)) {
      if (requirement->url && !direct_.contains(requirement->name))
        return solver_->unavailable(need.package, need.version,
                                    cat("needs ", requirement->name, " from a direct URL"));
      append_dependencies(*requirement, "", false, out);
      if (request_.prefetch) scout_.look(*requirement);
    }
    return solver_->dependencies(need.package, need.version, out);
  }

  /// What holds for the target with this extra ("" for none), overrides applied.
  std::vector<const pep::Requirement*> needs_of(const pep::Metadata& data,
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

  void warn_unknown_extra(const solve::Package& package, const pep::Version& version,
                          const pep::Metadata& data) {
    const auto& known = data.provides_extra;
    if (package.extra.empty() ||
        std::find(known.begin(), known.end(), package.extra) != known.end())
      return;
    events_.warn(cat(package.name, " ", version.str(), ": has no extra named ", package.extra));
  }

  Result<Resolution> conflict(const solve::Conflict& conflict) {
    std::string text;
    for (const std::string& line : solve::explain(conflict.why))
      text += cat(text.empty() ? "" : "\n", line);
    return fail(Code::no_solution, cat("no solution: ", text));
  }

  Result<Resolution> collect(const solve::Solved& solved);
  Result<Chosen> chosen_of(const solve::Decision& decision);
  void add_roots(std::map<std::string, Chosen>& chosen) const;
  void note_via(const solve::Decision& decision, std::map<std::string, Chosen>& chosen) const;

  const Request& request_;
  index::Catalog& catalog_;
  dist::Database& dists_;
  base::Events& events_;
  const std::stop_token stop_;
  Scout scout_;
  std::optional<solve::Solver> solver_;
  std::map<std::string, const pep::Requirement*> overrides_;
  std::map<std::string, index::PagePtr> direct_;
  std::map<std::string, std::unique_ptr<Candidates>> candidates_;
  std::set<solve::PackageId> versions_given_;
};

Result<Chosen> Driver::chosen_of(const solve::Decision& decision) {
  Chosen chosen{
      decision.package.name, decision.version, {}, {}, nullptr, nullptr, nullptr, {}, false, false};
  if (const Present* present = present_as(chosen.name, chosen.version)) {
    chosen.metadata = present->metadata;
    return chosen;
  }
  PIPIT_TRY(Candidates * candidates, candidates_of(chosen.name));
  const auto at = candidates->find(decision.version);
  if (!at) return fail(Code::internal, cat(chosen.name, ": the chosen version is not on its page"));
  chosen.file = candidates->judge(*at).file;
  PIPIT_TRY(chosen.page, page_of(chosen.name));
  if (request_.no_deps) return chosen;
  PIPIT_TRY(chosen.metadata, dists_.metadata(candidates->judge(*at).metadata_file, stop_));
  chosen.direct = direct_.contains(chosen.name);
  return chosen;
}

void Driver::add_roots(std::map<std::string, Chosen>& chosen) const {
  const auto add = [&](const Wanted& wanted, bool is_root) {
    const auto it = chosen.find(wanted.requirement.name);
    if (it == chosen.end() || !holds(wanted.requirement)) return;
    it->second.hashes.insert(it->second.hashes.end(), wanted.hashes.begin(), wanted.hashes.end());
    if (is_root) it->second.requested = true;
    if (!wanted.via.empty()) it->second.via.insert(wanted.via);
  };
  for (const Wanted& wanted : request_.roots) add(wanted, true);
  for (const Wanted& wanted : request_.constraints) add(wanted, false);
}

/// Everything this package needs came (also) because of it.
void Driver::note_via(const solve::Decision& decision,
                      std::map<std::string, Chosen>& chosen) const {
  const pep::MetadataPtr metadata = chosen.at(decision.package.name).metadata;
  if (!metadata) return;
  for (const pep::Requirement* need : needs_of(*metadata, decision.package.extra)) {
    const auto it = chosen.find(need->name);
    if (it != chosen.end() && need->name != decision.package.name)
      it->second.via.insert(decision.package.name);
  }
}

Result<Resolution> Driver::collect(const solve::Solved& solved) {
  std::map<std::string, Chosen> chosen;
  for (const solve::Decision& decision : solved.decisions) {
    if (decision.package.is_virtual()) continue;
    PIPIT_TRY(Chosen one, chosen_of(decision));
    chosen.emplace(decision.package.name, std::move(one));
  }
  for (const solve::Decision& decision : solved.decisions)
    if (decision.package.is_virtual())
      chosen.at(decision.package.name).extras.insert(decision.package.extra);
  for (const solve::Decision& decision : solved.decisions) note_via(decision, chosen);
  add_roots(chosen);
  Resolution out;
  for (auto& [name, one] : chosen) {
    if (one.file && one.file->yanked)
      events_.warn(cat(one.file->name, ": yanked: ", base::printable(one.file->yanked_reason)));
    out.chosen.push_back(std::move(one));
  }
  out.steps = solver_->counts().decisions;
  out.conflicts = solver_->counts().conflicts;
  return out;
}

}  // namespace

Result<Resolution> solve(const Request& request, index::Catalog& catalog, dist::Database& dists,
                         base::Events& events, std::stop_token stop) {
  auto span = events.span(base::Lane::solve, "solve");
  auto answer = Driver(request, catalog, dists, events, std::move(stop)).run();
  span.set_outcome(answer
                       ? cat(answer->chosen.size(), " packages, ", answer->conflicts, " conflicts")
                       : "error");
  return answer;
}

}  // namespace pipit::resolve
