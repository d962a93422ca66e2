#include "tests/solve/tiny_world.h"

#include <algorithm>

#include "base/text.h"
#include "pep/requirement.h"

namespace pipit::solve {
namespace {

using Pins = std::map<Package, pep::Version>;

/// Everything that `wants` lead to when each project has the version that `choice` names; nullopt
/// when something does not fit.
std::optional<Pins> closure(const TinyWorld& world, const Pins& choice) {
  Pins reached;
  std::vector<Dependency> todo = world.wants;
  while (!todo.empty()) {
    Dependency need = std::move(todo.back());
    todo.pop_back();
    for (const Package& package : {need.package.base(), need.package}) {
      auto chosen = choice.find(package.base());
      if (chosen == choice.end() || !need.range.contains(chosen->second)) return std::nullopt;
      if (!reached.emplace(package, chosen->second).second) continue;
      const TinyRelease& release = world.projects.at(package.name).at(chosen->second);
      if (!release.unavailable.empty()) return std::nullopt;
      auto extra = release.extras.find(package.extra);
      const std::vector<Dependency> none;
      const auto& more = !package.is_virtual()           ? release.needs
                         : extra == release.extras.end() ? none
                                                         : extra->second;
      todo.insert(todo.end(), more.begin(), more.end());
    }
  }
  for (const Dependency& constraint : world.constraints) {
    auto chosen = reached.find(constraint.package.base());
    if (chosen != reached.end() && !constraint.range.contains(chosen->second)) return std::nullopt;
  }
  return reached;
}

}  // namespace

std::string TinyAnswer::pins_text(bool with_extras) const {
  std::string text;
  for (const auto& [package, version] : pins) {
    if (package.is_virtual() && !with_extras) continue;
    text += cat(text.empty() ? "" : " ", package.str(), "==", version.str());
  }
  return text;
}

std::vector<Dependency> TinyWorld::dependencies(std::string_view text, const std::string& origin) {
  std::vector<Dependency> all;
  Result<pep::Requirement> requirement = pep::parse_requirement(text);
  if (!requirement) return all;
  pep::MarkerEnvironment here;
  here.python_version = "3.11";
  here.python_full_version = "3.11.2";
  here.sys_platform = "linux";
  if (!requirement->marker.evaluate(here)) return all;
  Range range = Range::from_specifiers(requirement->specifier);
  std::vector<std::string> extras = requirement->extras;
  if (extras.empty()) extras.emplace_back();
  for (const std::string& extra : extras) {
    all.push_back({{requirement->name, extra}, range, std::string(text), origin, false});
  }
  return all;
}

bool TinyWorld::add_line(std::string_view line, const std::string& origin) {
  std::vector<std::string_view> words = base::split_space(line);
  auto read_all = [&](std::size_t from, std::vector<Dependency>& into, const std::string& where) {
    for (std::size_t i = from; i < words.size(); ++i) {
      std::vector<Dependency> read = dependencies(words[i], where);
      if (!pep::parse_requirement(words[i])) return false;
      into.insert(into.end(), read.begin(), read.end());
    }
    return true;
  };
  if (words.size() < 2) return false;
  if (words[0] == "want") return read_all(1, wants, origin);
  if (words[0] == "constrain") return read_all(1, constraints, origin);
  std::vector<Dependency> subject = dependencies(words[0]);
  std::optional<pep::Version> version = pep::Version::parse(words[1]);
  if (subject.size() != 1 || !version) return false;
  TinyRelease& release = projects[subject[0].package.name][*version];
  const std::string& extra = subject[0].package.extra;
  if (words.size() == 2) return true;
  if (words[2] == "unavailable") {
    for (std::size_t i = 3; i < words.size(); ++i)
      release.unavailable += cat(i > 3 ? " " : "", words[i]);
    return true;
  }
  return words[2] == "needs" &&
         read_all(3, extra.empty() ? release.needs : release.extras[extra], "");
}

void TinyWorld::answer(Solver& solver, const NeedCandidate& question,
                       std::set<PackageId>& told) const {
  auto project = projects.find(solver.package(question.package).name);
  if (project == projects.end()) {
    (void)solver.no_candidate(question.package, Range::full(), {"was not found"});
    return;
  }
  if (tells_versions && told.insert(question.package).second) {
    std::vector<pep::Version> all;
    for (const auto& [version, release] : project->second) all.push_back(version);
    solver.set_versions(question.package, std::move(all));
  }
  Range range = question.range;
  for (const auto& [version, release] : project->second) {
    if (!rejects_early || release.unavailable.empty() || !range.contains(version)) continue;
    solver.reject(question.package, Range::exactly(version), {release.unavailable});
    range = range - Range::exactly(version);
  }
  std::optional<pep::Version> best;  // a final release, else a pre-release
  for (auto release = project->second.rbegin(); release != project->second.rend(); ++release) {
    const pep::Version& version = release->first;
    if (!range.contains(version)) continue;
    if (!best || !version.is_prerelease()) best = version;
    if (!best->is_prerelease()) break;
  }
  if (best)
    (void)solver.decide(question.package, *best);
  else
    (void)solver.no_candidate(question.package, question.range);
}

void TinyWorld::answer(Solver& solver, const NeedDependencies& question) const {
  const Package& package = solver.package(question.package);
  const TinyRelease& release = projects.at(package.name).at(question.version);
  if (!release.unavailable.empty()) {
    (void)solver.unavailable(question.package, question.version, {release.unavailable});
    return;
  }
  auto extra = release.extras.find(package.extra);
  std::vector<Dependency> needs;
  if (!package.is_virtual())
    needs = release.needs;
  else if (extra != release.extras.end())
    needs = extra->second;
  (void)solver.dependencies(question.package, question.version, needs);
}

TinyAnswer TinyWorld::solve(const std::function<void(const Solver&)>& watch) const {
  Solver solver(wants, constraints);
  TinyAnswer result;
  std::set<PackageId> told;
  std::vector<std::set<pep::Version>> tried;  // by package
  while (true) {
    Step step = solver.step();
    if (copies) solver = Solver(solver);
    if (watch) watch(solver);
    result.counts = solver.counts();
    for (PackageId id = 0; id < tried.size(); ++id)
      result.most_tried = std::max(result.most_tried, tried[id].size());
    if (auto* candidate = std::get_if<NeedCandidate>(&step)) {
      ++result.candidates_asked;
      answer(solver, *candidate, told);
    } else if (auto* dependencies = std::get_if<NeedDependencies>(&step)) {
      ++result.dependencies_asked;
      tried.resize(std::max<std::size_t>(tried.size(), dependencies->package + 1));
      tried[dependencies->package].insert(dependencies->version);
      answer(solver, *dependencies);
    } else if (auto* solved = std::get_if<Solved>(&step)) {
      result.solved = true;
      for (const Decision& decision : solved->decisions)
        result.pins.emplace(decision.package, decision.version);
      return result;
    } else {
      result.why = std::move(std::get<Conflict>(step).why);
      return result;
    }
  }
}

Core TinyWorld::core(const TinyAnswer& answer) const {
  TinyWorld part = *this;
  return minimal_core({wants, constraints}, answer.why,
                      [&](const Inputs& inputs) -> std::optional<Derivation> {
                        part.wants = inputs.roots;
                        part.constraints = inputs.constraints;
                        TinyAnswer partly = part.solve();
                        if (partly.solved) return std::nullopt;
                        return std::move(partly.why);
                      });
}

bool TinyWorld::is_valid(const Pins& pins) const {
  Pins choice;
  for (const auto& [package, version] : pins) choice.emplace(package.base(), version);
  std::optional<Pins> needed = closure(*this, choice);
  return needed && *needed == pins;
}

bool TinyWorld::has_solution() const {
  std::vector<const std::pair<const std::string, TinyProject>*> all;
  for (const auto& project : projects) all.push_back(&project);
  std::function<bool(std::size_t, Pins&)> attempt = [&](std::size_t i, Pins& choice) {
    if (i == all.size()) return closure(*this, choice).has_value();
    if (attempt(i + 1, choice)) return true;  // without it
    Package package{all[i]->first, ""};
    for (const auto& [version, release] : all[i]->second) {
      auto place = choice.emplace(package, version).first;
      place->second = version;
      if (attempt(i + 1, choice)) return true;
    }
    choice.erase(package);
    return false;
  };
  Pins choice;
  return attempt(0, choice);
}

}  // namespace pipit::solve
