// The single header by itself: its values compare, and its solver resolves a small universe that
// needs one step back. Exit 0 when all holds. Compiled by `make check-amalgamation`.
#define PIPIT_IMPLEMENTATION
#include "pipit.hpp"

#include <cstdio>
#include <map>

namespace {

using pipit::pep::SpecifierSet;
using pipit::pep::Version;
using namespace pipit::solve;

// a 2 needs b>=2, a 1 needs b, and of b there is only 1: a==1 b==1.
struct Release {
  const char* version;
  const char* needs;  // what it wants of b, null for nothing
};
const std::map<std::string, std::vector<Release>> kUniverse{
    {"a", {{"2", ">=2"}, {"1", ""}}},
    {"b", {{"1", nullptr}}},
};

Dependency want(const char* name, const char* specifier) {
  const auto clauses = SpecifierSet::parse(specifier);
  if (!clauses) return {};
  return {{name, ""}, Range::from_specifiers(*clauses), {}, {}, false};
}

pipit::Result<void> choose(Solver& solver, const NeedCandidate& need) {
  for (const Release& release : kUniverse.at(solver.package(need.package).name)) {
    const auto version = Version::parse(release.version);
    if (version && need.range.contains(*version)) return solver.decide(need.package, *version);
  }
  return solver.no_candidate(need.package, need.range);
}

pipit::Result<void> tell(Solver& solver, const NeedDependencies& need) {
  std::vector<Dependency> needs;
  for (const Release& release : kUniverse.at(solver.package(need.package).name)) {
    const bool same = need.version.str() == release.version;
    if (same && release.needs != nullptr) needs.push_back(want("b", release.needs));
  }
  return solver.dependencies(need.package, need.version, needs);
}

std::string resolve() {
  Solver solver({want("a", "")});
  for (int i = 0; i < 100; ++i) {
    const Step step = solver.step();
    pipit::Result<void> answered;
    if (const auto* need = std::get_if<NeedCandidate>(&step)) answered = choose(solver, *need);
    if (const auto* need = std::get_if<NeedDependencies>(&step)) answered = tell(solver, *need);
    if (!answered) return answered.error().message;
    if (std::holds_alternative<Conflict>(step)) return "conflict";
    const auto* solved = std::get_if<Solved>(&step);
    if (solved == nullptr) continue;
    std::string text;
    for (const Decision& decision : solved->decisions) {
      text += pipit::cat(decision.package.str(), "==", decision.version.str(), " ");
    }
    return text;
  }
  return "no end";
}

bool holds(bool condition, const char* what) {
  if (!condition) std::fprintf(stderr, "amalgamation: %s\n", what);
  return condition;
}

}  // namespace

int main() {
  const auto released = Version::parse("1.0"), post = Version::parse("1.0.post1");
  const auto below = SpecifierSet::parse("<2,!=1.0.post1");
  bool good = holds(released && post && *released < *post, "a post-release follows its release");
  good &= holds(below && released && below->contains(*released), "1.0 is in <2,!=1.0.post1");
  good &= holds(below && post && !below->contains(*post), "1.0.post1 is not in <2,!=1.0.post1");
  const std::string solution = resolve();
  good &= holds(solution == "a==1 b==1 ", solution.c_str());
  return good ? 0 : 1;
}
