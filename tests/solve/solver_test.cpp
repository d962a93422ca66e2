#include "solve/solver.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "base/text.h"
#include "solve/explain.h"
#include "tests/solve/tiny_world.h"

namespace pipit::solve {
namespace {

pep::Version v(std::string_view text) { return *pep::Version::parse(text); }

TinyWorld world(std::initializer_list<const char*> lines) {
  TinyWorld result;
  for (const char* line : lines) REQUIRE_MESSAGE(result.add_line(line), line);
  return result;
}

std::string random_requirement(std::mt19937& random, std::size_t projects, unsigned versions) {
  static constexpr const char* kOps[] = {"", ">=", "<=", "==", "!=", "<", ">"};
  std::string text(1, static_cast<char>('a' + random() % projects));
  if (random() % 5 == 0) text += random() % 2 ? "[x]" : "[y]";
  const char* op = kOps[random() % 7];
  return *op ? cat(text, op, 1 + random() % versions) : text;
}

/// A few projects with a few releases each, needs and extras at random; about half of these worlds
/// have a solution.
TinyWorld random_world(std::mt19937& random) {
  TinyWorld result;
  std::size_t projects = 2 + random() % 4;
  unsigned versions = 1 + static_cast<unsigned>(random() % 4);
  auto needs = [&](std::string line, std::size_t most) {
    std::size_t count = random() % (most + 1);
    if (count > 0) line += " needs";
    for (std::size_t i = 0; i < count; ++i)
      line += " " + random_requirement(random, projects, versions);
    REQUIRE(result.add_line(line));
  };
  for (std::size_t p = 0; p < projects; ++p) {
    char name = static_cast<char>('a' + p);
    for (unsigned version = 1; version <= versions; ++version) {
      if (random() % 6 == 0) continue;
      if (random() % 12 == 0)
        REQUIRE(result.add_line(cat(name, " ", version, " unavailable is broken")));
      else
        needs(cat(name, " ", version), 3);
      for (const char* extra : {"[x]", "[y]"}) {
        if (random() % 3 == 0) needs(cat(name, extra, " ", version), 2);
      }
    }
  }
  for (std::size_t i = 0; i <= random() % 3; ++i) {
    REQUIRE(result.add_line("want " + random_requirement(random, projects, versions)));
  }
  if (random() % 4 == 0)
    REQUIRE(result.add_line("constrain " + random_requirement(random, projects, versions)));
  result.tells_versions = random() % 3 != 0;
  result.rejects_early = random() % 2 != 0;
  result.copies = random() % 4 == 0;
  return result;
}

TEST_CASE("solver: on random tiny worlds it agrees with trying everything") {
  constexpr unsigned kSeed = 4711;
  std::mt19937 random(kSeed);
  std::size_t solvable = 0;
  constexpr std::size_t kWorlds = 6000;
  for (std::size_t i = 0; i < kWorlds; ++i) {
    TinyWorld tiny = random_world(random);
    TinyAnswer answer = tiny.solve();
    INFO("seed " << kSeed << ", world " << i << ": " << answer.pins_text(true));
    solvable += answer.solved;
    CHECK_EQ(answer.solved, tiny.has_solution());
    if (answer.solved)
      CHECK(tiny.is_valid(answer.pins));
    else
      CHECK_FALSE(answer.why.incompatibilities.empty());
  }
  CHECK(solvable > kWorlds / 5);
  CHECK(solvable < kWorlds * 4 / 5);
}

TEST_CASE("solver: every proof rests on requirements that alone have no solution") {
  constexpr unsigned kSeed = 815;
  std::mt19937 random(kSeed);
  for (std::size_t i = 0; i < 1500; ++i) {
    TinyWorld tiny = random_world(random);
    TinyAnswer answer = tiny.solve();
    if (answer.solved) continue;
    std::vector<Dependency> used, bounds;
    for (const Incompatibility& incompatibility : answer.why.incompatibilities) {
      for (const Dependency& want : tiny.wants) {
        if (incompatibility.kind == Incompatibility::Kind::root &&
            incompatibility.text == want.text)
          used.push_back(want);
      }
      if (incompatibility.kind == Incompatibility::Kind::constraint) bounds = tiny.constraints;
    }
    INFO("seed " << kSeed << ", world " << i);
    CHECK_FALSE(used.empty());
    tiny.wants = used;
    tiny.constraints = bounds;
    CHECK_FALSE(tiny.has_solution());
  }
}

TEST_CASE("solver: the order of lines changes nothing") {
  constexpr unsigned kSeed = 99;
  std::mt19937 random(kSeed);
  for (std::size_t i = 0; i < 500; ++i) {
    TinyWorld tiny = random_world(random);
    for (int more = 0; more < 3; ++more) tiny.add_line("want " + random_requirement(random, 4, 3));
    TinyAnswer first = tiny.solve();
    INFO("seed " << kSeed << ", world " << i);
    for (int round = 0; round < 4; ++round) {
      std::shuffle(tiny.wants.begin(), tiny.wants.end(), random);
      std::shuffle(tiny.constraints.begin(), tiny.constraints.end(), random);
      TinyAnswer again = tiny.solve();
      CHECK_EQ(again.solved, first.solved);
      CHECK_EQ(again.pins_text(true), first.pins_text(true));
      CHECK_EQ(explain(tiny.core(again).why), explain(tiny.core(first).why));
    }
  }
}

TEST_CASE("solver: a copy goes its own way") {
  TinyWorld tiny = world({"a 1", "a 2 needs b", "b 1", "b 2", "want a"});
  Solver solver(tiny.wants);
  PackageId a = std::get<NeedCandidate>(solver.step()).package;
  REQUIRE(solver.decide(a, v("2")));
  (void)solver.step();
  Solver copy = solver;
  REQUIRE(solver.dependencies(a, v("2"), TinyWorld::dependencies("b<2")));
  REQUIRE(copy.dependencies(a, v("2"), {}));
  CHECK_EQ(std::get<NeedCandidate>(solver.step()).range.str(), "<2");
  CHECK_EQ(std::get<Solved>(copy.step()).decisions.size(), 1);
}

TEST_CASE("solver: asked again it says the same, and wrong answers are refused") {
  Solver solver(TinyWorld::dependencies("a>=2"));
  NeedCandidate need = std::get<NeedCandidate>(solver.step());
  CHECK_EQ(solver.package(need.package).str(), "a");
  CHECK_EQ(std::get<NeedCandidate>(solver.step()).range.str(), ">=2");
  CHECK_FALSE(solver.decide(need.package, v("1")));
  CHECK_FALSE(solver.dependencies(need.package, v("2"), {}));
  CHECK_FALSE(solver.decide(need.package + 1, v("2")));
  CHECK(solver.decide(need.package, v("2")));
  CHECK_FALSE(solver.decide(need.package, v("2")));
  CHECK_FALSE(solver.unavailable(need.package, v("3"), {"is late"}));
  CHECK(solver.dependencies(need.package, v("2.0"), {}));
  CHECK(std::holds_alternative<Solved>(solver.step()));
}

TEST_CASE("solver: a rejected batch is not asked about again") {
  Solver solver(TinyWorld::dependencies("a"));
  NeedCandidate need = std::get<NeedCandidate>(solver.step());
  solver.set_versions(need.package, {v("1"), v("2"), v("3")});
  solver.reject(need.package, Range::exactly(v("3")), {"needs python>=4"});
  solver.reject(need.package, Range::exactly(v("2")), {"needs python>=4"});
  CHECK_EQ(std::get<NeedCandidate>(solver.step()).range.str(), "<=1");
  CHECK_FALSE(solver.decide(need.package, v("2")));
  CHECK(solver.decide(need.package, v("1")));
}

TEST_CASE("solver: versions given up are counted, for the scout") {
  TinyWorld tiny = world({"a 5 needs b<1", "a 4 needs b<1", "a 3 unavailable is broken",
                          "a 2 needs c", "b 1", "c 1", "want a b>=1"});
  std::size_t most = 0;
  TinyAnswer answer = tiny.solve([&](const Solver& solver) {
    most = std::max(
        most, const_cast<Solver&>(solver).rejected(const_cast<Solver&>(solver).id_of({"a", ""})));
  });
  CHECK_EQ(answer.pins_text(), "a==2 b==1 c==1");
  CHECK_EQ(most, 3);
}

TEST_CASE("solver: what is wanted and open is listed for the scout, next one first") {
  TinyWorld tiny = world({"want a b==1 c>=2"});
  Solver solver(tiny.wants);
  (void)solver.step();
  std::string order;
  for (const NeedCandidate& need : solver.TEST_pending())
    order += cat(solver.package(need.package).str(), need.range.str(), " ");
  CHECK_EQ(order, "b==1 a c>=2 ");
}

/// `count` projects with 50 releases each; a release needs up to four later projects, newer ones of
/// newer releases, so that wishes for old releases of some drag the others back.
TinyWorld big_world(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  TinyWorld result;
  for (std::size_t p = 0; p < count; ++p) {
    std::vector<std::pair<std::size_t, unsigned>> needs;
    for (std::size_t i = 0; i < 4; ++i) {
      std::size_t other = p + 1 + random() % 12;
      if (other < count) needs.emplace_back(other, static_cast<unsigned>(random() % 10));
    }
    for (unsigned version = 1; version <= 50; ++version) {
      std::string line = cat("p", p, " ", version);
      if (!needs.empty()) line += " needs";
      for (const auto& [other, slack] : needs) {
        unsigned low = version > slack + 8 ? version - slack - 8 : 1;
        line += cat(" p", other, ">=", low, ",<=", std::min(50u, version + slack));
      }
      result.add_line(line);
    }
  }
  for (std::size_t p = 0; p < 12; ++p) result.add_line(cat("want p", p));
  result.add_line(cat("want p", count - 20, "<=30"));
  result.add_line(cat("want p", count / 2, "<=41"));
  return result;
}

TEST_CASE("solver: the lasting range is what no decision narrowed") {
  Solver solver(
      {{{"a", ""}, Range::full(), "a", "", false},
       {{"b", ""}, Range::from_specifiers(*pep::SpecifierSet::parse("<5")), "b<5", "", false}});
  const PackageId a = solver.id_of({"a", ""}), b = solver.id_of({"b", ""});
  solver.reject(a, Range::exactly(v("9")), {"was yanked"});
  Step step = solver.step();
  while (std::get<NeedCandidate>(step).package != a) {
    REQUIRE(solver.decide(b, v("4")));
    REQUIRE(solver.dependencies(b, v("4"), {}));
    step = solver.step();
  }
  CHECK_EQ(solver.lasting_range(b).str(), "<5");
  CHECK_FALSE(solver.lasting_range(a).contains(v("9")));
  REQUIRE(solver.decide(a, v("8")));
  CHECK(solver.lasting_range(a).contains(v("7")));
}

TEST_CASE("solver: 300 projects of 50 releases are solved with a bounded number of steps") {
  std::size_t conflicts = 0;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    TinyWorld big = big_world(300, seed);
    TinyAnswer answer = big.solve();
    INFO("seed " << seed);
    REQUIRE(answer.solved);
    CHECK(big.is_valid(answer.pins));
    CHECK(answer.counts.conflicts < 400);
    CHECK(answer.dependencies_asked < 3000);
    conflicts += answer.counts.conflicts;
  }
  CHECK(conflicts > 20);
}

/// An SDK whose every release pins its core, and `count` releases of both that all need newer urls.
TinyWorld sdk_world(int count) {
  TinyWorld result;
  for (int version = 1; version <= count; ++version) {
    result.add_line(cat("sdk 1.", version, " needs core==1.", version, " s3>=0.5,<0.9"));
    result.add_line(cat("core 1.", version, " needs urls>=1.25,<", version > 3 ? "3" : "2"));
  }
  for (const char* line : {"s3 0.8 needs core", "urls 1.24", "urls 1.26", "urls 2.1"}) {
    result.add_line(line);
  }
  return result;
}

TEST_CASE("solver: releases that each pin a companion cost a constant number of facts each") {
  TinyWorld tiny = sdk_world(1000);
  REQUIRE(tiny.add_line("want sdk urls<1.25"));
  TinyAnswer answer = tiny.solve();
  CHECK_FALSE(answer.solved);
  CHECK(answer.counts.incompatibilities < 6000);
  CHECK(answer.counts.conflicts <= 1001);
  CHECK_EQ(base::join(explain(tiny.core(answer).why), "\n"),
           "urls: no version fits all of these\n"
           "  you need sdk\n"
           "  every version of sdk needs a range of core of its own, such as core==1.1000\n"
           "  every version of core needs a range of urls of its own, such as urls>=1.25,<3\n"
           "  you need urls<1.25");
}

TEST_CASE("solver: releases that need the same are one fact") {
  TinyWorld tiny;
  for (int version = 1; version <= 500; ++version) {
    tiny.add_line(cat("a 1.", version, " needs b>=2 c"));
  }
  for (const char* line : {"b 1", "b 2", "c 1", "want a b<2"}) tiny.add_line(line);
  TinyAnswer answer = tiny.solve();
  CHECK_FALSE(answer.solved);
  CHECK(answer.why.incompatibilities.size() < 8);
  CHECK_EQ(base::join(explain(tiny.core(answer).why), "\n"),
           "b: no version fits all of these\n"
           "  you need a\n"
           "  every version of a needs b>=2\n"
           "  you need b<2");
}

TEST_CASE("solver: a URL is decided first, then what is pinned, then in order of discovery") {
  TinyWorld tiny = world({"want a b==1 c d"});
  tiny.wants.back().direct_url = true;
  Solver solver(tiny.wants);
  (void)solver.step();
  std::string order;
  for (const NeedCandidate& need : solver.TEST_pending())
    order += solver.package(need.package).str();
  CHECK_EQ(order, "dbac");
}

TEST_CASE(
    "solver: a package that keeps failing is moved to the front, and what makes it fail gives "
    "way") {
  // In plain order "lib" is taken at 9 first; every release of "app" then fails for a reason of its
  // own.
  TinyWorld tiny;
  for (int version = 1; version <= 40; ++version) {
    tiny.add_line(
        cat("app ", version, " needs lib>=1,<", version % 2 ? "3" : "2", " old", version));
    tiny.add_line(cat("old", version, " 1 needs lib<3"));
  }
  for (int version = 1; version <= 9; ++version) tiny.add_line(cat("lib ", version));
  tiny.add_line("alib 1 needs lib");
  tiny.add_line("want alib zapp");
  tiny.add_line("zapp 1 needs app");
  TinyAnswer answer = tiny.solve();
  REQUIRE(answer.solved);
  CHECK_EQ(answer.pins_text(), "alib==1 app==40 lib==1 old40==1 zapp==1");
  CHECK(answer.counts.conflicts < 15);
}

}  // namespace
}  // namespace pipit::solve
