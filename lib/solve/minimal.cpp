// A search for a solution finds the proof, and does not try to be brief: the proof may use facts
// that another one would not need. A person wants a set of facts that cannot all hold, with none to
// spare.
//
// The facts of the proof form a universe of their own. Every place where some fact begins or ends
// to hold cuts the versions of a package into cells, within which all versions are alike; the cells
// are numbered and are the releases of that universe. A fact is left out and the universe is solved
// again: if there is still no solution, the fact was not needed, and neither was any other that the
// new proof does not use. What remains is minimal. It takes as many small resolutions as there are
// lines, and no data from outside.
//
// What holds among the facts need not hold in the world: a root that the facts cannot spare may
// stand beside roots that contradict each other in another way. So the roots are reduced a second
// time, in the world, as far as that is known (minimal_core).
#include "solve/minimal.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"

namespace pipit::solve {

namespace {

using Line = std::vector<std::size_t>;
constexpr std::size_t kMaxFineLines = 80;

struct LineKey {
  Incompatibility::Kind kind;
  PackageId subject;
  std::string object, text, origin;
  auto operator<=>(const LineKey&) const = default;
};

LineKey line_key(const Derivation& why, const Incompatibility& fact, bool fine) {
  bool is_need = fact.kind == Incompatibility::Kind::dependency;
  return {fact.kind, fact.subject, why.packages[fact.object].name,
          fine || !is_need ? fact.text : "", fact.origin};
}

std::vector<Line> grouped_facts(const Derivation& why, bool fine) {
  std::map<LineKey, std::size_t> places;
  std::vector<Line> lines;
  for (std::size_t i = 0; i < why.incompatibilities.size(); ++i) {
    const Incompatibility& fact = why.incompatibilities[i];
    if (fact.kind == Incompatibility::Kind::derived) continue;
    auto [place, is_new] = places.emplace(line_key(why, fact, fine), lines.size());
    if (is_new) lines.emplace_back();
    lines[place->second].push_back(i);
  }
  return lines;
}

/// The universe of numbered cells that some facts of a derivation make.
class CellWorld {
 public:
  explicit CellWorld(const Derivation& why) : why_(why), line_of_(why.incompatibilities.size(), 0) {
    std::vector<Line> lines = grouped_facts(why, true);
    for (std::size_t line = 0; line < lines.size(); ++line)
      for (std::size_t fact : lines[line]) line_of_[fact] = line;
    for (const Incompatibility& fact : why.incompatibilities) {
      if (fact.kind == Incompatibility::Kind::derived) continue;
      for (const auto& [id, term] : fact.terms) {
        std::vector<Cut>& cuts = cuts_[project(id)];
        for (const Cut& cut : term.range.cuts()) cuts.push_back(cut);
      }
    }
    for (auto& [name, cuts] : cuts_) {
      std::sort(cuts.begin(), cuts.end());
      cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    }
  }

  /// The facts among `active` (sorted) that a proof of their contradiction uses; nullopt when they
  /// have a solution, or none was found within `work` steps, which it counts down.
  std::optional<std::vector<std::size_t>> contradiction(const std::vector<std::size_t>& active,
                                                        std::size_t& work) {
    by_subject_.clear();
    Inputs inputs;
    for (std::size_t i : active) place_fact(i, inputs);
    Solver solver(inputs.roots, inputs.constraints);
    std::set<PackageId> told;
    std::optional<std::vector<std::size_t>> used;
    while (work > 0) {
      --work;
      Step step = solver.step();
      if (auto* candidate = std::get_if<NeedCandidate>(&step)) {
        answer(solver, *candidate, told);
      } else if (auto* needs = std::get_if<NeedDependencies>(&step)) {
        answer(solver, *needs);
      } else {
        if (auto* conflict = std::get_if<Conflict>(&step)) used = facts_of(conflict->why, active);
        break;
      }
    }
    work -= std::min(work, solver.counts().conflicts);
    return used;
  }

 private:
  const std::string& project(PackageId id) const { return why_.packages[id].name; }

  Range cells(const std::string& name, const Range& range) { return range.numbered(cuts_[name]); }

  /// The number of a fact in answers to the solver; 0 is none.
  static int code_of(std::size_t fact) { return static_cast<int>(fact) + 1; }

  /// The requirement that a fact states; nullopt for one that merely forbids.
  std::optional<Dependency> need_of(std::size_t i) {
    for (const auto& [id, term] : why_.incompatibilities[i].terms) {
      if (term.positive) continue;
      const Package& package = why_.packages[id];
      Range range = package.is_virtual() ? Range::full() : cells(package.name, term.range);
      return Dependency{package, std::move(range), cat(i), {}, false, code_of(i)};
    }
    return std::nullopt;
  }

  /// The cells of its project that the fact is about.
  Range subject_cells(std::size_t i) {
    for (const auto& [id, term] : why_.incompatibilities[i].terms) {
      if (term.positive && !why_.packages[id].is_virtual()) return cells(project(id), term.range);
    }
    return Range::full();
  }

  void place_fact(std::size_t i, Inputs& inputs) {
    const Incompatibility& fact = why_.incompatibilities[i];
    const Package& object = why_.packages[fact.object];
    if (fact.kind == Incompatibility::Kind::root) {
      std::optional<Dependency> need = need_of(i);
      inputs.roots.push_back(
          need ? *need : Dependency{object.base(), Range(), cat(i), {}, false, code_of(i)});
    } else if (fact.kind == Incompatibility::Kind::constraint) {
      inputs.constraints.push_back(
          {object.base(), subject_cells(i).complement(), cat(i), {}, false, code_of(i)});
    } else {
      by_subject_[why_.packages[fact.subject]].push_back({i, subject_cells(i), need_of(i)});
    }
  }

  void answer(Solver& solver, const NeedCandidate& question, std::set<PackageId>& told) {
    std::size_t count = cuts_[solver.package(question.package).name].size() + 1;
    std::vector<pep::Version> known;
    for (std::size_t i = 0; i < count; ++i) known.push_back(pep::Version::from_release(0, {i}));
    std::vector<pep::Version> open = question.range.select(known);
    if (told.insert(question.package).second)
      solver.set_versions(question.package, std::move(known));
    if (open.empty())
      (void)solver.no_candidate(question.package, question.range);
    else
      (void)solver.decide(question.package, open.back());
  }

  void answer(Solver& solver, const NeedDependencies& question) {
    std::vector<Dependency> needs;
    for (const Piece& piece : by_subject_[solver.package(question.package)]) {
      if (!piece.cells.contains(question.version)) continue;
      if (!piece.need) {
        (void)solver.unavailable(question.package, question.version,
                                 {cat(piece.fact), code_of(piece.fact)});
        return;
      }
      needs.push_back(*piece.need);
    }
    (void)solver.dependencies(question.package, question.version, needs);
  }

  /// The facts behind a proof in cells. An incompatibility joined from several facts has the number
  /// of one of them, so facts that say the same about its cells count as used too; and so does the
  /// rest of a line ("a[x]>=2" is two facts, about a and about a[x]).
  std::vector<std::size_t> facts_of(const Derivation& proof,
                                    const std::vector<std::size_t>& active) {
    std::set<std::size_t> used;
    for (const Incompatibility& one : proof.incompatibilities) {
      if (one.reason == 0) continue;
      used.insert(static_cast<std::size_t>(one.reason) - 1);
      if (one.kind != Incompatibility::Kind::dependency) continue;
      for (const Piece& piece : by_subject_[proof.packages[one.subject]]) {
        bool same = piece.need && piece.need->package == proof.packages[one.object] &&
                    !piece.cells.is_disjoint_from(one.subject_range);
        if (same) used.insert(piece.fact);
      }
    }
    std::set<std::size_t> lines;
    for (std::size_t fact : used) lines.insert(line_of_[fact]);
    for (std::size_t fact : active)
      if (lines.contains(line_of_[fact])) used.insert(fact);
    std::vector<std::size_t> facts;
    std::set_intersection(active.begin(), active.end(), used.begin(), used.end(),
                          std::back_inserter(facts));
    return facts;
  }

  struct Piece {
    std::size_t fact;
    Range cells;
    std::optional<Dependency> need;
  };
  const Derivation& why_;
  std::vector<std::size_t> line_of_;              // by incompatibility
  std::map<std::string, std::vector<Cut>> cuts_;  // by project, ascending
  std::map<Package, std::vector<Piece>> by_subject_;
};

std::vector<std::size_t> without_line(const std::vector<std::size_t>& facts, const Line& line) {
  std::vector<std::size_t> rest;
  std::set_difference(facts.begin(), facts.end(), line.begin(), line.end(),
                      std::back_inserter(rest));
  return rest;
}

/// Leaves out line after line of `lines` as long as the rest is a contradiction.
void drop_lines(CellWorld& world, const std::vector<Line>& lines, std::vector<std::size_t>& active,
                std::size_t& work) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    std::vector<std::size_t> rest = without_line(active, *line);
    if (rest.size() == active.size()) continue;
    if (auto used = world.contradiction(rest, work)) active = std::move(*used);
  }
}

struct InputKey {
  std::string name, text, origin;
  auto operator<=>(const InputKey&) const = default;
};
InputKey input_key(const Dependency& input) {
  return {input.package.name, input.text, input.origin};
}

/// The inputs that facts of the derivation name.
Inputs named_inputs(const Inputs& inputs, const Derivation& why) {
  std::set<InputKey> roots, constraints;
  for (const Incompatibility& fact : why.incompatibilities) {
    InputKey key{why.packages[fact.object].name, fact.text, fact.origin};
    if (fact.kind == Incompatibility::Kind::root) roots.insert(key);
    if (fact.kind == Incompatibility::Kind::constraint) constraints.insert(key);
  }
  Inputs named;
  for (const Dependency& root : inputs.roots)
    if (roots.contains(input_key(root))) named.roots.push_back(root);
  for (const Dependency& constraint : inputs.constraints)
    if (constraints.contains(input_key(constraint))) named.constraints.push_back(constraint);
  return named;
}

/// Constraints before roots, each in an order that is not that of the files.
std::optional<InputKey> first_untried(const Inputs& inputs, const std::set<InputKey>& kept) {
  for (const auto* list : {&inputs.constraints, &inputs.roots}) {
    std::optional<InputKey> first;
    for (const Dependency& input : *list) {
      InputKey key = input_key(input);
      if (!kept.contains(key) && (!first || key < *first)) first = std::move(key);
    }
    if (first) return first;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::vector<std::size_t>> cause_lines(const Derivation& derivation) {
  return grouped_facts(derivation, true);
}

Derivation minimal_cause(const Derivation& proof, std::size_t max_work) {
  CellWorld world(proof);
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < proof.incompatibilities.size(); ++i)
    if (proof.incompatibilities[i].kind != Incompatibility::Kind::derived) active.push_back(i);
  std::vector<Line> fine = grouped_facts(proof, true);
  drop_lines(world, grouped_facts(proof, false), active, max_work);
  std::erase_if(
      fine, [&](const Line& line) { return without_line(active, line).size() == active.size(); });
  if (fine.size() <= kMaxFineLines) drop_lines(world, fine, active, max_work);
  Derivation cause{{}, proof.packages, proof.versions};
  for (std::size_t i : active) cause.incompatibilities.push_back(proof.incompatibilities[i]);
  return cause;
}

Core minimal_core(const Inputs& inputs, const Derivation& proof, const Attempt& attempt,
                  std::size_t max_attempts) {
  Core core{{}, minimal_cause(proof)};
  core.inputs = named_inputs(inputs, core.why);
  std::set<InputKey> kept;
  for (std::size_t i = 0; i < max_attempts; ++i) {
    std::optional<InputKey> next = first_untried(core.inputs, kept);
    if (!next) break;
    Inputs fewer = core.inputs;
    auto is_next = [&](const Dependency& input) { return input_key(input) == *next; };
    std::erase_if(fewer.roots, is_next);
    std::erase_if(fewer.constraints, is_next);
    std::optional<Derivation> still = fewer.roots.empty() ? std::nullopt : attempt(fewer);
    if (still) {
      core.why = minimal_cause(*still);
      core.inputs = named_inputs(fewer, core.why);
    } else {
      kept.insert(*next);
    }
  }
  return core;
}

}  // namespace pipit::solve
