// What must hold of the solver on any universe, tried on many small random ones against brute
// force. PROPERTY_WORLDS sets how many (2000), PROPERTY_SEED where they begin (1); both are
// printed, and each world is made from a seed of its own, which a failure names.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "base/text.h"
#include "solve/explain.h"
#include "solve/minimal.h"
#include "tests/solve/tiny_world.h"

namespace pipit::solve {
namespace {

unsigned property_number(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

/// Makes a universe and its request, all from one seed.
class WorldMaker {
 public:
  explicit WorldMaker(unsigned seed) : random_(seed) {}

  TinyWorld make() {
    std::size_t projects = 2 + one_of(3);
    // In half of the universes there is much to choose from, and little fits.
    crowded_ = chance(50);
    for (std::size_t p = 0; p < projects; ++p) names_.push_back(std::string(1, char('a' + p)));
    for (const std::string& name : names_) add_project(name);
    for (std::size_t i = 0, count = 1 + one_of(4); i < count; ++i)
      add("want " + wish(crowded_ ? 25 : 60));
    for (std::size_t i = one_of(6); i < 2; ++i) add("constrain " + wish(70));
    world_.tells_versions = one_of(3) != 0;
    world_.rejects_early = one_of(2) != 0;
    world_.copies = one_of(8) == 0;
    return std::move(world_);
  }

 private:
  unsigned one_of(unsigned count) { return static_cast<unsigned>(random_() % count); }
  bool chance(unsigned percent) { return one_of(100) < percent; }
  void add(const std::string& line) { REQUIRE_MESSAGE(world_.add_line(line, line), line); }

  std::string version() {
    static constexpr const char* kVersions[] = {"1", "2rc1", "2", "3.dev1", "3", "4"};
    return kVersions[one_of(6)];
  }

  std::string wish(unsigned bounded) {
    static constexpr const char* kOps[] = {">=", "<=", "==", "!=", "<", ">", "==", ">=", "<"};
    std::string text = names_[one_of(static_cast<unsigned>(names_.size()))];
    if (chance(15)) text += chance(50) ? "[x]" : "[y]";
    if (chance(bounded)) text += kOps[one_of(9)] + version();
    if (chance(10)) text += chance(50) ? ";python_version>='3.8'" : ";sys_platform=='win32'";
    return text;
  }

  std::string needs(unsigned most) {
    std::string text;
    for (unsigned i = one_of(most + 1); i > 0; --i) text += " " + wish(75);
    return text.empty() ? "" : " needs" + text;
  }

  void add_project(const std::string& name) {
    for (const char* number : {"1", "2rc1", "2", "3.dev1", "3", "4"}) {
      bool is_final = std::string_view(number).size() == 1;
      if (chance(is_final ? (crowded_ ? 5 : 30) : 75)) continue;
      if (chance(8)) {
        add(cat(name, " ", number, " unavailable is broken"));
        continue;
      }
      add(cat(name, " ", number, needs(crowded_ ? 4 : 3)));
      for (const char* extra : {"[x]", "[y]"})
        if (chance(25)) add(cat(name, extra, " ", number, needs(2)));
    }
  }

  std::mt19937 random_;
  bool crowded_ = false;
  TinyWorld world_;
  std::vector<std::string> names_;
};

/// Whether the facts of some lines can all hold, by trying every choice: for each project a version
/// or none, among releases and places between them; for each extra of it wanted or not.
class FactJudge {
 public:
  explicit FactJudge(const Derivation& why) : why_(why) {
    for (const char* text :
         {"0.5",  "1a1", "1",   "1+x",     "1.post1", "1.5",    "2a1",    "2rc1",     "2rc1+x",
          "2rc2", "2",   "2+x", "2.post1", "2.5",     "3.dev0", "3.dev1", "3.dev1+x", "3.dev2",
          "3rc1", "3",   "3+x", "3.5",     "4a1",     "4",      "4+x",    "5"})
      versions_.push_back(*pep::Version::parse(text));
  }

  bool can_hold(const std::vector<const Incompatibility*>& facts) {
    facts_ = facts;
    std::set<PackageId> named;
    for (const Incompatibility* fact : facts)
      for (const auto& [id, term] : fact->terms) named.insert(id);
    packages_.assign(named.begin(), named.end());
    choice_.clear();
    return attempt(0);
  }
  std::size_t size() const { return packages_.size(); }

 private:
  bool holds(PackageId id, const Term& term) const {
    std::size_t chosen = choice_.at(id);
    bool inside = chosen > 0 &&
                  (why_.packages[id].is_virtual() || term.range.contains(versions_[chosen - 1]));
    return inside == term.positive;
  }
  /// A fact is broken when all its terms hold; undecided packages leave it open.
  bool is_broken(const Incompatibility& fact) const {
    return std::all_of(fact.terms.begin(), fact.terms.end(), [&](const auto& term) {
      return choice_.contains(term.first) && holds(term.first, term.second);
    });
  }
  /// An extra is wanted of a project that is not there.
  bool is_extra_of_nothing(PackageId id) const {
    if (!why_.packages[id].is_virtual() || choice_.at(id) == 0) return false;
    return std::any_of(choice_.begin(), choice_.end(), [&](const auto& other) {
      return why_.packages[other.first] == why_.packages[id].base() && other.second == 0;
    });
  }
  bool attempt(std::size_t i) {
    for (const auto& [id, chosen] : choice_)
      if (is_extra_of_nothing(id)) return false;
    for (const Incompatibility* fact : facts_)
      if (is_broken(*fact)) return false;
    if (i == packages_.size()) return true;
    std::size_t most = why_.packages[packages_[i]].is_virtual() ? 1 : versions_.size();
    for (std::size_t chosen = 0; chosen <= most; ++chosen) {
      choice_[packages_[i]] = chosen;
      if (attempt(i + 1)) return true;
    }
    choice_.erase(packages_[i]);
    return false;
  }

  const Derivation& why_;
  std::vector<pep::Version> versions_;
  std::vector<const Incompatibility*> facts_;
  std::vector<PackageId> packages_;
  std::map<PackageId, std::size_t> choice_;  // 0: none; else the index of a version, plus one
};

/// Every line of the explanation is needed for the contradiction.
void check_lines(const Derivation& why, const std::string& place) {
  std::vector<std::vector<std::size_t>> lines = cause_lines(why);
  auto facts_without = [&](std::size_t left_out) {
    std::vector<const Incompatibility*> facts;
    for (std::size_t i = 0; i < lines.size(); ++i)
      for (std::size_t fact : lines[i])
        if (i != left_out) facts.push_back(&why.incompatibilities[fact]);
    return facts;
  };
  FactJudge judge(why);
  CHECK_MESSAGE(!judge.can_hold(facts_without(lines.size())), place, ": the lines can all hold\n",
                base::join(explain(why), "\n"));
  for (std::size_t i = 0; i < lines.size(); ++i)
    CHECK_MESSAGE(judge.can_hold(facts_without(i)), place, ": line ", i, " is not needed\n",
                  base::join(explain(why), "\n"));
}

/// Without any one of the wishes of the explanation there is a solution, in the whole universe.
void check_wishes(const TinyWorld& world, const Core& core, const std::string& place) {
  TinyWorld part = world;
  part.wants = core.inputs.roots;
  part.constraints = core.inputs.constraints;
  CHECK_MESSAGE(!part.has_solution(), place, ": the wishes that are named have a solution");
  auto without = [](const std::vector<Dependency>& all, const Dependency& one) {
    std::vector<Dependency> rest = all;
    std::erase_if(rest, [&](const Dependency& other) { return other.text == one.text; });
    return rest;
  };
  for (const Dependency& want : core.inputs.roots) {
    part.wants = without(core.inputs.roots, want);
    CHECK_MESSAGE(part.has_solution(), place, ": not needed: ", want.text);
  }
  part.wants = core.inputs.roots;
  for (const Dependency& constraint : core.inputs.constraints) {
    part.constraints = without(core.inputs.constraints, constraint);
    CHECK_MESSAGE(part.has_solution(), place, ": not needed: ", constraint.text);
  }
}

/// Another order of lines, copies of the solver, names that the driver meets earlier: one answer.
void check_order(TinyWorld world, const TinyAnswer& first, std::mt19937& random,
                 const std::string& place) {
  std::vector<std::string> said =
      first.solved ? std::vector<std::string>() : explain(world.core(first).why);
  for (int round = 0; round < 100; ++round) {
    std::shuffle(world.wants.begin(), world.wants.end(), random);
    std::shuffle(world.constraints.begin(), world.constraints.end(), random);
    world.copies = random() % 2 == 0;
    bool explains = !first.solved && round % 10 == 0;
    TinyAnswer again = world.solve([&](const Solver& solver) {
      // A driver may ask for the id of any name at any time. It is the order in which a proof names
      // packages, so the same contradiction may be explained in another way then.
      if (!explains && random() % 4 == 0)
        const_cast<Solver&>(solver).id_of({std::string(1, char('a' + random() % 5)), ""});
      if (random() % 4 == 0) (void)const_cast<Solver&>(solver).step();
    });
    CHECK_MESSAGE(again.solved == first.solved, place, ": order changes whether it is solved");
    CHECK_MESSAGE(again.pins_text(true) == first.pins_text(true), place, ": ",
                  again.pins_text(true), " and ", first.pins_text(true));
    if (!explains) continue;
    std::vector<std::string> now = explain(world.core(again).why);
    CHECK_MESSAGE(now == said, place, ": order changes the explanation\n", base::join(said, "\n"),
                  "\nand\n", base::join(now, "\n"));
  }
}

TEST_CASE("property: on random small universes the solver is right, minimal and steady") {
  const unsigned worlds = property_number("PROPERTY_WORLDS", 2000);
  const unsigned seed = property_number("PROPERTY_SEED", 1);
  std::size_t unsolvable = 0, backtracking = 0, lines = 0, longest = 0;
  for (unsigned i = 0; i < worlds; ++i) {
    TinyWorld world = WorldMaker(seed + i).make();
    TinyAnswer answer = world.solve();
    const std::string place = cat("PROPERTY_SEED=", seed + i, " PROPERTY_WORLDS=1");
    CHECK_MESSAGE(answer.solved == world.has_solution(), place, ": wrong about a solution");
    backtracking += answer.most_tried > 1;
    if (answer.solved) {
      CHECK_MESSAGE(world.is_valid(answer.pins), place, ": invalid: ", answer.pins_text(true));
    } else {
      ++unsolvable;
      Core core = world.core(answer);
      check_lines(core.why, place);
      check_wishes(world, core, place);
      lines += cause_lines(core.why).size();
      std::vector<std::string> said = explain(core.why);
      longest = std::max(longest, said.size());
    }
    std::mt19937 random(seed + i);
    if (i % 20 == 0) check_order(world, answer, random, place);
  }
  MESSAGE("worlds ", worlds, ", first seed ", seed, ": unsolvable ", unsolvable * 100 / worlds,
          " %, backtracking ", backtracking * 100 / worlds, " %, lines in all ", lines,
          ", in the longest explanation ", longest);
  if (worlds < 500) return;
  CHECK(unsolvable * 100 >= worlds * 40);
  CHECK(backtracking * 100 >= worlds * 30);
  CHECK(longest <= 12);
}

}  // namespace
}  // namespace pipit::solve
