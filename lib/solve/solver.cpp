// The driver's side of the solver: its questions, and its answers checked against them. The search
// behind them is in state.cpp.
#include "solve/solver.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "solve/state.h"

namespace pipit::solve {

namespace {

void sort_inputs(std::vector<Dependency>& inputs) {
  auto key = [](const Dependency& d) {
    return std::tuple(d.package, d.range.str(), d.text, d.origin);
  };
  std::stable_sort(inputs.begin(), inputs.end(),
                   [&](const Dependency& a, const Dependency& b) { return key(a) < key(b); });
}

}  // namespace

Solver::Solver(std::vector<Dependency> roots, std::vector<Dependency> constraints)
    : state_(std::make_unique<State>()) {
  sort_inputs(roots);
  sort_inputs(constraints);
  for (const Dependency& root : roots) state_->add_root(root);
  for (const Dependency& constraint : constraints) state_->add_constraint(constraint);
}

Solver::~Solver() = default;
Solver::Solver(const Solver& other) : state_(std::make_unique<State>(*other.state_)) {}
Solver::Solver(Solver&& other) noexcept = default;
Solver& Solver::operator=(Solver&& other) noexcept = default;

Solver& Solver::operator=(const Solver& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}

Step Solver::step() {
  State& s = *state_;
  while (true) {
    if (auto* candidate = std::get_if<NeedCandidate>(&s.question)) return *candidate;
    if (auto* dependencies = std::get_if<NeedDependencies>(&s.question)) return *dependencies;
    if (!s.propagate()) return s.conflict();
    s.reconsider();
    if (!s.dirty.empty()) continue;
    std::optional<PackageId> next = s.next_package();
    if (!next) return s.solution();
    PackageId project = s.project_of[*next];
    if (project != *next) {
      s.settle(*next, s.partial.version(project));
      continue;
    }
    const Range& range = s.partial.term(*next).range;
    const auto& last = s.packages[*next].last_choice;
    if (last && last->first == range)
      s.settle(*next, last->second);
    else
      s.question = NeedCandidate{*next, range};
  }
}

Result<void> Solver::decide(PackageId package, const pep::Version& version) {
  const auto* asked = std::get_if<NeedCandidate>(&state_->question);
  if (!asked || asked->package != package)
    return fail(Code::internal, "solver: a version that was not asked for");
  if (!asked->range.contains(version)) {
    return fail(Code::internal, cat("solver: ", state_->packages[package].package.str(), " ",
                                    version.str(), " is outside ", asked->range.str()));
  }
  state_->packages[package].last_choice = {asked->range, version};
  state_->question = {};
  state_->settle(package, version);
  return {};
}

Result<void> Solver::no_candidate(PackageId package, const Range& range, const Reason& reason) {
  const auto* asked = std::get_if<NeedCandidate>(&state_->question);
  if (!asked || asked->package != package)
    return fail(Code::internal, "solver: a package that was not asked for");
  Range left = asked->range & range;
  state_->question = {};
  if (left.is_empty()) return {};
  // A reason holds for the whole range. "No such version" holds only for the part that the question
  // is about: versions outside of it may exist and have been rejected.
  state_->add_unusable(package, reason.text.empty() ? left : range, reason);
  return {};
}

Result<void> Solver::dependencies(PackageId package, const pep::Version& version,
                                  std::span<const Dependency> needs) {
  State& s = *state_;
  const auto* asked = std::get_if<NeedDependencies>(&s.question);
  if (!asked || asked->package != package || asked->version != version) {
    return fail(Code::internal, "solver: dependencies that were not asked for");
  }
  s.question = {};
  s.packages[package].told.insert(version);
  s.refusal.clear();
  PackageId project = s.project_of[package];
  if (project != package) s.priorities.discover(project, Priorities::Rank::pinned);
  std::vector<IncompatibilityId> added;
  Range versions = s.widened(project, Range::exactly(version));
  for (const Dependency& need : needs) s.add_dependency(package, version, versions, need, added);
  for (IncompatibilityId id : added) {
    if (!s.partial.would_satisfy(s.store[id], package, version)) continue;
    s.priorities.record_conflict(package, package, s.store[id], s.project_of);
    s.refusal = s.store[id].text;
    s.touch(package);
    s.touch(project);
    return {};
  }
  s.take(package, version);
  return {};
}

Result<void> Solver::unavailable(PackageId package, const pep::Version& version,
                                 const Reason& reason) {
  State& s = *state_;
  const auto* asked = std::get_if<NeedDependencies>(&s.question);
  if (!asked || asked->package != package || asked->version != version) {
    return fail(Code::internal, "solver: a version that was not asked about");
  }
  s.question = {};
  s.add_unusable(package, s.widened(s.project_of[package], Range::exactly(version)), reason);
  return {};
}

void Solver::reject(PackageId package, const Range& range, Reason reason) {
  State& s = *state_;
  Range wide = s.widened(package, range);
  if (wide.is_empty()) return;
  if (reason.text.empty()) reason.text = "cannot be used";
  s.add_unusable(package, wide, reason);
  if (auto* asked = std::get_if<NeedCandidate>(&s.question); asked && asked->package == package) {
    asked->range = asked->range - wide;
  }
  if (auto* asked = std::get_if<NeedDependencies>(&s.question);
      asked && s.project_of[asked->package] == package && wide.contains(asked->version)) {
    s.question = {};
  }
}

void Solver::set_versions(PackageId package, std::vector<pep::Version> versions) {
  const auto list = std::make_shared<const std::vector<pep::Version>>(std::move(versions));
  set_versions(package, *list, list);
}

void Solver::set_versions(PackageId package, const KnownVersions& versions,
                          std::shared_ptr<const void> owner) {
  state_->packages[package].versions = versions;
  state_->packages[package].versions_owner = std::move(owner);
}

const Package& Solver::package(PackageId id) const { return state_->packages[id].package; }
PackageId Solver::id_of(const Package& package) { return state_->intern(package); }

std::size_t Solver::rejected(PackageId package) const {
  const State& s = *state_;
  const auto* asked = std::get_if<NeedDependencies>(&s.question);
  bool holds = s.partial.is_decided(package) || (asked && asked->package == package);
  return s.packages[package].tried.size() - (holds ? 1 : 0);
}

const std::string& Solver::refusal() const { return state_->refusal; }

Range Solver::lasting_range(PackageId package) const {
  const Term known = state_->partial.lasting(package);
  return known.positive ? known.range : known.range.complement();
}

std::vector<NeedCandidate> Solver::TEST_pending() const {
  const State& s = *state_;
  std::vector<NeedCandidate> waiting;
  for (PackageId id = 0; id < s.partial.end(); ++id) {
    if (s.project_of[id] == id && s.can_decide(id))
      waiting.push_back({id, s.partial.term(id).range});
  }
  std::sort(waiting.begin(), waiting.end(), [&](const NeedCandidate& a, const NeedCandidate& b) {
    return s.key(a.package) > s.key(b.package);
  });
  return waiting;
}

Solver::Counts Solver::counts() const {
  Counts counts = state_->counts;
  counts.incompatibilities = state_->store.size();
  return counts;
}

}  // namespace pipit::solve
