// The search. It alternates between drawing every conclusion there is (propagate) and deciding one
// package; a contradiction among the conclusions teaches a new statement (learn.cpp) and takes the
// search back to where that statement would have mattered.
//
// The driver is asked only where knowledge ends. A package that is decided again within the same
// range gets the same version, and a version met again already has its dependencies as statements,
// so backtracking asks nothing twice. A version whose dependencies contradict what is chosen is not
// decided at all: that saves a level and the jump back over it for every release tried in a row.
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

std::string Package::str() const { return extra.empty() ? name : cat(name, "[", extra, "]"); }

void Solver::State::touch(PackageId package) {
  if (std::find(dirty.begin(), dirty.end(), package) == dirty.end()) dirty.push_back(package);
}

std::optional<FactId> Solver::State::propagate_from(PackageId package) {
  facts.tidy(package);
  const std::vector<FactId>& about = facts.about(package);
  for (auto id = about.rbegin(); id != about.rend(); ++id) {
    if (facts.is_contradicted(*id)) continue;
    Assignments::Judgement judgement = chosen.judge(facts[*id]);
    if (judgement.relation == Assignments::Relation::satisfied) return *id;
    if (judgement.relation == Assignments::Relation::open) continue;
    if (judgement.relation == Assignments::Relation::almost) {
      chosen.derive(judgement.package, facts.term_of(*id, judgement.package).negated(), *id);
      touch(judgement.package);
    }
    facts.contradict(*id, chosen.level());
  }
  return std::nullopt;
}

bool Solver::State::propagate() {
  while (!failure && !dirty.empty()) {
    PackageId package = dirty.back();
    dirty.pop_back();
    std::optional<FactId> satisfied = propagate_from(package);
    if (!satisfied) continue;
    ++counts.conflicts;
    std::variant<Lesson, Hopeless> outcome = learn(*satisfied, facts, chosen);
    if (const Hopeless* hopeless = std::get_if<Hopeless>(&outcome)) {
      failure = hopeless->fact;
      break;
    }
    const Lesson& lesson = std::get<Lesson>(outcome);
    chosen.derive(lesson.package, facts.term_of(lesson.fact, lesson.package).negated(),
                  lesson.fact);
    facts.contradict(lesson.fact, chosen.level());
    dirty.assign(1, lesson.package);
    priorities.record_conflict(last_decided, lesson.package, facts[lesson.fact], project_of);
  }
  return !failure;
}

/// Goes back before decisions that gave trouble, so that the new order of decisions takes effect.
void Solver::State::reconsider() {
  for (PackageId package : priorities.promote(project_of)) {
    if (!chosen.is_decided(package)) continue;
    std::uint32_t level = chosen.decision_level(package) - 1;
    chosen.undo_above(level);
    facts.undo_above(level);
    for (PackageId id = 0; id < chosen.end(); ++id) {
      if (!chosen.term(id).is_any()) touch(id);
    }
  }
}

bool Solver::State::can_decide(PackageId package) const {
  if (!chosen.is_wanted(package) || chosen.is_decided(package)) return false;
  return project_of[package] == package || chosen.is_decided(project_of[package]);
}

Priorities::Key Solver::State::key(PackageId package) const {
  Priorities::Key key = priorities.key(project_of[package]);
  if (project_of[package] != package)
    key.rank = std::max(key.rank, Priorities::Rank::pinned);  // to its project's version
  return key;
}

std::optional<PackageId> Solver::State::next_package() const {
  std::optional<PackageId> best;
  for (PackageId id = 0; id < chosen.end(); ++id) {
    if (can_decide(id) && (!best || key(id) > key(*best))) best = id;
  }
  return best;
}

void Solver::State::take(PackageId package, const pep::Version& version) {
  chosen.decide(package, version, project_of[package] != package);
  last_decided = package;
  ++counts.decisions;
  touch(package);
}

void Solver::State::settle(PackageId package, const pep::Version& version) {
  last_decided = package;
  packages[package].tried.insert(version);
  if (packages[package].told.contains(version))
    take(package, version);
  else
    question = NeedDependencies{package, version};
}

Solved Solver::State::solution() const {
  Solved solved;
  for (const auto& [package, id] : ids) {
    if (chosen.is_decided(id)) solved.decisions.push_back({package, chosen.version(id)});
  }
  return solved;
}

Conflict Solver::State::conflict() const {
  Derivation why = facts.proof(*failure);
  for (const PackageInfo& info : packages) {
    why.packages.push_back(info.package);
    why.versions.push_back(info.versions);
  }
  return {std::move(why)};
}

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
      s.settle(*next, s.chosen.version(project));
      continue;
    }
    const Range& range = s.chosen.term(*next).range;
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
    return fail(Code::internal, "solver: a version nobody asked for");
  if (!asked->range.contains(version)) {
    return fail(Code::internal, cat("solver: ", state_->packages[package].package.str(), " ",
                                    version.str(), " is outside ", asked->range.str()));
  }
  state_->packages[package].last_choice = {asked->range, version};
  state_->question = {};
  state_->settle(package, version);
  return {};
}

Result<void> Solver::no_candidate(PackageId package, const Range& range, std::string reason) {
  const auto* asked = std::get_if<NeedCandidate>(&state_->question);
  if (!asked || asked->package != package)
    return fail(Code::internal, "solver: a package nobody asked for");
  Range left = asked->range & range;
  state_->question = {};
  if (left.is_empty()) return {};
  // A reason holds for all of the range; that there is no such version, not for what a batch was
  // rejected from.
  state_->add_unusable(package, reason.empty() ? left : range, reason);
  return {};
}

Result<void> Solver::dependencies(PackageId package, const pep::Version& version,
                                  std::span<const Dependency> needs) {
  State& s = *state_;
  const auto* asked = std::get_if<NeedDependencies>(&s.question);
  if (!asked || asked->package != package || asked->version != version) {
    return fail(Code::internal, "solver: dependencies nobody asked for");
  }
  s.question = {};
  s.packages[package].told.insert(version);
  s.refusal.clear();
  PackageId project = s.project_of[package];
  if (project != package) s.priorities.discover(project, Priorities::Rank::pinned);
  std::vector<FactId> added;
  Range versions = s.widened(project, Range::exactly(version));
  for (const Dependency& need : needs) s.add_dependency(package, version, versions, need, added);
  for (FactId fact : added) {
    if (!s.chosen.would_satisfy(s.facts[fact], package, version)) continue;
    s.priorities.record_conflict(package, package, s.facts[fact], s.project_of);
    s.refusal = s.facts[fact].text;
    s.touch(package);
    s.touch(project);
    return {};
  }
  s.take(package, version);
  return {};
}

Result<void> Solver::unavailable(PackageId package, const pep::Version& version,
                                 std::string reason) {
  State& s = *state_;
  const auto* asked = std::get_if<NeedDependencies>(&s.question);
  if (!asked || asked->package != package || asked->version != version) {
    return fail(Code::internal, "solver: a version nobody asked about");
  }
  s.question = {};
  s.add_unusable(package, s.widened(s.project_of[package], Range::exactly(version)), reason);
  return {};
}

void Solver::reject(PackageId package, const Range& range, std::string reason) {
  State& s = *state_;
  Range wide = s.widened(package, range);
  if (wide.is_empty()) return;
  if (reason.empty()) reason = "cannot be used";
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
  state_->packages[package].versions =
      std::make_shared<const std::vector<pep::Version>>(std::move(versions));
}

const Package& Solver::package(PackageId id) const { return state_->packages[id].package; }
PackageId Solver::id_of(const Package& package) { return state_->intern(package); }

std::size_t Solver::rejected(PackageId package) const {
  const State& s = *state_;
  const auto* asked = std::get_if<NeedDependencies>(&s.question);
  bool holds = s.chosen.is_decided(package) || (asked && asked->package == package);
  return s.packages[package].tried.size() - (holds ? 1 : 0);
}

const std::string& Solver::refusal() const { return state_->refusal; }

Range Solver::lasting_range(PackageId package) const {
  const Term known = state_->chosen.lasting(package);
  return known.positive ? known.range : known.range.complement();
}

std::vector<NeedCandidate> Solver::TEST_pending() const {
  const State& s = *state_;
  std::vector<NeedCandidate> waiting;
  for (PackageId id = 0; id < s.chosen.end(); ++id) {
    if (s.project_of[id] == id && s.can_decide(id))
      waiting.push_back({id, s.chosen.term(id).range});
  }
  std::sort(waiting.begin(), waiting.end(), [&](const NeedCandidate& a, const NeedCandidate& b) {
    return s.key(a.package) > s.key(b.package);
  });
  return waiting;
}

Solver::Counts Solver::counts() const {
  Counts counts = state_->counts;
  counts.facts = state_->facts.size();
  return counts;
}

}  // namespace pipit::solve
