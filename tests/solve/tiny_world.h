// A made-up index for the solver's tests: releases with their needs, a driver that answers from
// them, and a judge of answers.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "solve/minimal.h"
#include "solve/solver.h"

namespace pipit::solve {

struct TinyRelease {
  std::vector<Dependency> needs;
  std::map<std::string, std::vector<Dependency>> extras;
  std::string unavailable;  // a reason, or ""
};
using TinyProject = std::map<pep::Version, TinyRelease>;

struct TinyAnswer {
  bool solved = false;
  std::map<Package, pep::Version> pins;
  Derivation why;
  Solver::Counts counts;
  std::size_t candidates_asked = 0, dependencies_asked = 0;
  std::size_t most_tried = 0;  // versions of one project that were decided on, or nearly
  std::string pins_text(bool with_extras = false) const;  // "a==1 b==2"
};

class TinyWorld {
 public:
  /// "a 2 needs b>=2 c[x]", "a[x] 2 needs d", "a 2", "a 2 unavailable REASON", "want …", "constrain
  /// …"; false: not understood.
  bool add_line(std::string_view line, const std::string& origin = {});
  /// "b[x]>=2" as the packages it stands for, one for each extra; nothing when its marker does not
  /// hold for Python 3.11 on Linux.
  static std::vector<Dependency> dependencies(std::string_view text,
                                              const std::string& origin = {});

  TinyAnswer solve(const std::function<void(const Solver&)>& watch = {}) const;
  /// Why there is no solution, in what cannot be spared; `answer` is that of solve().
  Core core(const TinyAnswer& answer) const;
  /// Whether everything wanted is there, everything there gets what it needs, and nothing is there
  /// for nobody.
  bool is_valid(const std::map<Package, pep::Version>& pins) const;
  /// By trying every choice of a version or none for each project.
  bool has_solution() const;

  std::map<std::string, TinyProject> projects;
  std::vector<Dependency> wants, constraints;
  bool tells_versions = true;  // uses Solver::set_versions
  bool rejects_early = false;  // uses Solver::reject for releases that cannot be used
  bool copies = false;         // goes on with a copy of the solver after each step

 private:
  void answer(Solver& solver, const NeedCandidate& question, std::set<PackageId>& told) const;
  void answer(Solver& solver, const NeedDependencies& question) const;
};

}  // namespace pipit::solve
