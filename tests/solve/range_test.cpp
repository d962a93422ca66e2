#include "solve/range.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "base/text.h"

namespace pipit::solve {
namespace {

pep::Version ver(std::string_view text) { return *pep::Version::parse(text); }
Range r(std::string_view text) { return Range::from_specifiers(*pep::SpecifierSet::parse(text)); }

std::vector<pep::Version> versions(std::initializer_list<const char*> texts) {
  std::vector<pep::Version> all;
  for (const char* text : texts) all.push_back(ver(text));
  return all;
}

/// Every form a version can have round the releases that the specifiers name, ascending.
std::vector<pep::Version> dense_versions() {
  std::vector<pep::Version> all;
  for (const char* release :
       {"0", "0.9", "1", "1.0.1", "1.1", "1.2.0", "1.9", "2", "2.2", "2.3", "3", "1!0", "1!1"}) {
    for (const char* pre : {"", "a1", "b2", "rc1", "rc2"}) {
      for (const char* post : {"", ".post0", ".post1", ".post3"}) {
        for (const char* dev : {"", ".dev0", ".dev1"}) {
          for (const char* local : {"", "+x", "+x.2"})
            all.push_back(ver(cat(release, pre, post, dev, local)));
        }
      }
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<std::string> dense_clauses() {
  std::vector<std::string> all;
  for (const char* op : {"==", "!=", "<", "<=", ">", ">=", "~="}) {
    for (const char* base : {"1", "1.0", "1.1", "2.2", "1!0.0"}) {
      for (const char* rest : {"", "a1", "rc1", "rc1.post1", ".post0", ".post3", ".dev1",
                               "rc1.dev0", ".post1.dev1", ".*", "+x"}) {
        std::string text = cat(op, base, rest);
        if (pep::SpecifierSet::parse(text)) all.push_back(text);
      }
    }
  }
  return all;
}

TEST_CASE("range: a clause holds exactly the versions that the specifier holds") {
  std::vector<pep::Version> all = dense_versions();
  std::size_t checked = 0;
  for (const std::string& text : dense_clauses()) {
    pep::SpecifierSet set = *pep::SpecifierSet::parse(text);
    Range range = Range::from_specifiers(set);
    for (const pep::Version& version : all) {
      ++checked;
      if (range.contains(version) != set.contains(version))
        FAIL_CHECK(text << " and " << version.str());
      if (range.complement().contains(version) == range.contains(version))
        FAIL_CHECK("not " << text << " and " << version.str());
    }
  }
  CHECK(checked > 100'000);
}

TEST_CASE("range: PEP 440's exceptions") {
  CHECK(r("==1.0").contains(ver("1.0+x")));
  CHECK_FALSE(r("==1.0+y").contains(ver("1.0+x")));
  CHECK_FALSE(r(">1.7").contains(ver("1.7.post1")));
  CHECK_FALSE(r(">1.7").contains(ver("1.7+x")));
  CHECK(r(">1.7").contains(ver("1.7.0.1.dev0")));
  CHECK_FALSE(r("<2").contains(ver("2rc1")));
  CHECK(r("<2rc1").contains(ver("2b1")));
  CHECK(r("==1.*").contains(ver("1.dev0")));
  CHECK(r("~=2.2.post3").contains(ver("2.9")));
  CHECK_FALSE(r("~=2.2.post3").contains(ver("2.2.post2")));
  CHECK_FALSE(r("~=2.2.post3").contains(ver("3.dev0")));
  CHECK(r("===1.0").contains(ver("1.0")));
  CHECK_FALSE(r("===1.0").contains(ver("1.0+x")));
}

TEST_CASE("range: equal sets are equal, however they are spelled") {
  CHECK(r("<=1.0") == r("<1.0.post0.dev0"));
  CHECK(r("~=1.4") == r(">=1.4,==1.*"));
  CHECK((r("<1") | r(">=1")).is_subset_of(Range::full()));
  CHECK(r(">2,<1").is_empty());
  CHECK((r("==1.0") | r("!=1.0")).is_full());
}

TEST_CASE("range: set algebra agrees with membership") {
  std::vector<pep::Version> all = dense_versions();
  std::vector<std::string> clauses = dense_clauses();
  constexpr unsigned kSeed = 20240;
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  auto pick = [&] { return r(clauses[random() % clauses.size()]); };
  for (int round = 0; round < 300; ++round) {
    Range a = (pick() | pick()) & pick().complement(), b = pick() & (pick() | pick());
    Range both = a & b, either = a | b, less = a - b;
    bool subset = true, disjoint = true;
    for (const pep::Version& version : all) {
      bool in_a = a.contains(version), in_b = b.contains(version);
      if (both.contains(version) != (in_a && in_b)) FAIL_CHECK("&");
      if (either.contains(version) != (in_a || in_b)) FAIL_CHECK("|");
      if (less.contains(version) != (in_a && !in_b)) FAIL_CHECK("-");
      subset = subset && (!in_a || in_b);
      disjoint = disjoint && !(in_a && in_b);
    }
    if (a.is_subset_of(b)) CHECK(subset);
    if (!subset) CHECK_FALSE(a.is_subset_of(b));
    if (a.is_disjoint_from(b)) CHECK(disjoint);
    CHECK(a.is_disjoint_from(b) == both.is_empty());
    CHECK(a.is_subset_of(b) == (both == a));
    CHECK(a.select(all).size() + a.complement().select(all).size() == all.size());
  }
}

TEST_CASE("range: pinned is what == gives") {
  CHECK(r("==1.0").is_pinned());
  CHECK(r("==1.0rc1").is_pinned());
  CHECK(r("==1.0.post1").is_pinned());
  CHECK(r("===1.0").is_pinned());
  CHECK(r("==1.0+x").is_pinned());
  CHECK_FALSE(r("==1.*").is_pinned());
  CHECK_FALSE(r(">=1,<=1.1").is_pinned());
  CHECK_FALSE(Range::full().is_pinned());
  CHECK_FALSE(Range().is_pinned());
}

TEST_CASE("range: widened ranges of neighbours join to one piece") {
  std::vector<pep::Version> known = versions({"1", "2", "3", "4"});
  Range middle = Range::exactly(ver("2")).widened(known) | Range::exactly(ver("3")).widened(known);
  CHECK(middle == (r(">1,<4") | middle));
  CHECK(middle.select(known) == versions({"2", "3"}));
  CHECK(middle == Range::between({ver("1"), Cut::Side::above}, {ver("4"), Cut::Side::below}));
  CHECK(Range::exactly(ver("1")).widened(known) == Range::below({ver("2"), Cut::Side::below}));
  CHECK(r(">=1").widened(known).is_full());
  CHECK(r("==9").widened(known) == r("==9"));
}

TEST_CASE("range: text of a range") {
  CHECK_EQ(r("").str(), "");
  CHECK_EQ(r(">=1,<2").str(), ">=1,<2");
  CHECK_EQ(r("==1.0").str(), "==1.0");
  CHECK_EQ(r("<=1.0").str(), "<=1.0");
  CHECK_EQ(r(">1.0").str(), ">1.0");
  CHECK_EQ(r(">1.0.post2").str(), ">1.0.post2");
  CHECK_EQ(r("<1.0.post2").str(), "<1.0.post2");
  CHECK_EQ(r(">=1.0.post2").str(), ">=1.0.post2");
  CHECK_EQ(r("<1.0rc1").str(), "<1.0rc1");
  CHECK_EQ(r("!=1.5").str(), "!=1.5");
  CHECK_EQ(r(">=1,!=1.5,<2").str(), ">=1,!=1.5,<2");
  CHECK_EQ(r("==1.4.*").str(), "==1.4.*");
  CHECK_EQ(r("!=1.4.*,>=1").str(), ">=1,!=1.4.*");
  CHECK_EQ((r("<1") | r(">=3")).str(), "<1 or >=3");
  CHECK_EQ((r("==1") | r(">=3")).str(), "==1 or >=3");
  CHECK_EQ(Range().str(), "nothing");
}

TEST_CASE("range: text for a reader who knows what exists") {
  std::vector<pep::Version> known = versions({"1", "1.5", "2", "3", "4"});
  CHECK_EQ(r(">0").str(known), "");
  CHECK_EQ(r(">1.7").str(known), ">=2");
  CHECK_EQ(r("<2.5").str(known), "<=2");
  CHECK_EQ(r(">1.7,<3.5").str(known), ">=2,<=3");
  CHECK_EQ(r("<1.2").str(known), "==1");
  CHECK_EQ(r("!=2").str(known), "!=2");
  CHECK_EQ((r("<1.2") | r(">3")).str(known), "==1 or ==4");
  CHECK_EQ(r(">=9").str(known), ">=9");
}

}  // namespace
}  // namespace pipit::solve
