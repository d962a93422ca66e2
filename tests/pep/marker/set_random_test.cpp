// Random sets against Marker::evaluate in every environment of a matrix: what Python can be, small.
#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "pep/marker/set.h"

using pipit::cat;
using pipit::pep::Marker;
using pipit::pep::MarkerEnvironment;
using pipit::pep::MarkerSet;

namespace {

struct Place {
  MarkerEnvironment env;
  std::size_t extras;  // which of active_extras()
};

const std::vector<std::vector<std::string>>& active_extras() {
  static const std::vector<std::vector<std::string>> kExtras = {{}, {"a"}, {"a", "b"}};
  return kExtras;
}

struct System {
  const char *os_name, *sys_platform, *platform_system, *release;
};

// Only what occurs together; every value that the alphabet below names, and others.
std::vector<Place> all_places() {
  constexpr System kSystems[] = {{"nt", "win32", "Windows", "10"},
                                 {"posix", "linux", "Linux", "6.1.0-22-amd64"},
                                 {"posix", "darwin", "Darwin", "20.1"},
                                 {"posix", "cygwin", "CYGWIN_NT-10.0", "3.4"},
                                 {"java", "java1.8", "Java", "20"}};
  constexpr const char* kImplementations[][2] = {
      {"CPython", "cpython"}, {"PyPy", "pypy"}, {"GraalVM", "graalpy"}};
  constexpr const char* kPythons[][2] = {
      {"2.7", "2.7.18"},    {"3.8", "3.8.0"},      {"3.8", "3.8.1rc1"}, {"3.8", "3.8.1"},
      {"3.8", "3.8.2"},     {"3.9", "3.9.0a0"},    {"3.9", "3.9.0a6"},  {"3.9", "3.9.0a7"},
      {"3.9", "3.9.0b1"},   {"3.9", "3.9.0rc2"},   {"3.9", "3.9.0"},    {"3.9", "3.9.0+"},
      {"3.9", "3.9.12"},    {"3.10", "3.10.0a1+"}, {"3.10", "3.10.4"},  {"3.11", "3.11.0"},
      {"3.100", "3.100.0"}, {"4.0", "4.0.1"}};
  std::vector<Place> places;
  for (const System& system : kSystems) {
    for (const auto& implementation : kImplementations) {
      for (const auto& python : kPythons) {
        for (std::size_t extras = 0; extras < active_extras().size(); ++extras) {
          MarkerEnvironment env;
          env.os_name = system.os_name;
          env.sys_platform = system.sys_platform;
          env.platform_system = system.platform_system;
          env.platform_release = system.release;
          env.platform_machine = places.size() % 2 ? "x86_64" : "arm64";
          env.platform_python_implementation = implementation[0];
          env.implementation_name = implementation[1];
          env.implementation_version = places.size() % 3 ? "7.3.11" : "3.9.0";
          env.python_version = python[0];
          env.python_full_version = python[1];
          places.push_back({env, extras});
        }
      }
    }
  }
  return places;
}

class RandomMarkers {
 public:
  explicit RandomMarkers(std::uint64_t seed) : random_(seed) {}

  std::string marker(int depth) {
    if (depth == 0 || below(3) == 0) return comparison();
    const std::string left = marker(depth - 1), right = marker(depth - 1);
    return cat("(", left, below(2) ? " and " : " or ", right, ")");
  }
  std::size_t below(std::size_t n) { return random_() % n; }
  bool exotic = true;  // also comparisons whose contrary has no words

 private:
  template <std::size_t N>
  std::string one_of(const char* const (&texts)[N]) {
    return texts[below(N)];
  }

  std::string comparison() {
    switch (below(exotic ? 12 : 9)) {
      case 0:
      case 1:
        return cat("python_version ", order(), " '", python(), "'");
      case 2:
      case 3:
        return cat("python_full_version ", order(), " '", full_python(), "'");
      case 4:
        return cat("python_version ", one_of({"in", "not in"}), " '",
                   one_of({"3.8", "3.8 3.9", "3.10, 2.7", "x"}), "'");
      case 5:
        return cat("extra ", one_of({"==", "!=", "in", "not in"}), " '", one_of({"a", "b", "c"}),
                   "'");
      case 6:
        return cat(one_of({"'linux' in", "'win' not in", "'win' in"}), " sys_platform");
      case 7:
        return cat("implementation_version ", order(), " '",
                   one_of({"3.9", "3.9.0", "7.3", "7.3.11", "7.3.12rc1", "8"}), "'");
      case 9:
        return cat("platform_release ", order(), " '", one_of({"10", "20.0", "20.1", "x", "3.4"}),
                   "'");
      case 10:
        return cat("'", full_python(), "' ", order(), " ",
                   one_of({"python_full_version", "implementation_version", "platform_release"}));
      case 11:
        return one_of({"python_full_version === '3.9.0'", "'3.9' >= python_version",
                       "python_full_version == '3.9.0+local'", "sys_platform ~= 'linux'",
                       "os_name < 'posix'", "python_version === '3.9'", "os_name >= 'posix'",
                       "python_full_version in '3.8.1 3.9.0'", "extra == ''",
                       "platform_release == '=10'", "platform_release != '=10'",
                       "platform_release <= '6.1.0-22-amd64'", "python_full_version > '=3.9.0'",
                       "platform_machine == os_name", "'3.8.*' != python_version"});
      default:
        return text();
    }
  }

  std::string text() {
    const std::string op = one_of({"==", "!=", "==", "in", "not in"});
    switch (below(6)) {
      case 0:
        return cat("os_name ", op, " '", one_of({"nt", "posix", "java"}), "'");
      case 1:
        return cat("platform_system ", op, " '", one_of({"Windows", "Linux", "Darwin", "Java"}),
                   "'");
      case 2:
        return cat("platform_machine ", op, " '", one_of({"x86_64", "arm64"}), "'");
      case 3:
        return cat("platform_python_implementation ", op, " '", one_of({"CPython", "PyPy"}), "'");
      case 4:
        return cat("implementation_name ", op, " '", one_of({"cpython", "pypy", "graalpy"}), "'");
      default:
        return cat("sys_platform ", op, " '", one_of({"win32", "linux", "darwin", "cygwin"}), "'");
    }
  }

  std::string order() { return one_of({"<", "<=", ">", ">=", "==", "!=", "~="}); }
  std::string python() {
    return one_of({"3.8", "3.9", "3.10", "3", "3.9.0", "3.8.1", "3.9.*", "4", "3.*", "2.7"});
  }
  std::string full_python() {
    return one_of({"3.8", "3.9", "3.9.0", "3.9.0a6", "3.9.0rc1", "3.8.1", "3.9.*", "3.8.1.*",
                   "3.8.1.0", "3.8.1.post1", "3.9.dev2", "3.9.0a6.post1", "3.9.0.1", "1!3", "3.*",
                   "3.9.0b0", "3.9.0a0", "3.10"});
  }

  std::mt19937_64 random_;
};

MarkerSet read_set(const std::string& text) { return MarkerSet::of(*Marker::parse(text)); }

constexpr std::uint64_t kSeed = 20240611;

}  // namespace

TEST_CASE("marker set: random sets agree with evaluation, and equal sets are equal") {
  const std::vector<Place> places = all_places();
  RandomMarkers random(kSeed);
  for (int round = 0; round < 400; ++round) {
    const std::string x = random.marker(3), y = random.marker(2);
    INFO("seed ", kSeed, " round ", round, "\n  x = ", x, "\n  y = ", y);
    const Marker mx = *Marker::parse(x), my = *Marker::parse(y);
    const MarkerSet a = MarkerSet::of(mx), b = MarkerSet::of(my);
    const MarkerSet both = a & b, either = a | b, without = a - b, outside = ~a;
    std::vector<MarkerSet> decided;
    for (const std::vector<std::string>& extras : active_extras()) {
      decided.push_back(a.without_extras(extras));
      CHECK(decided.back() == MarkerSet::of(mx, extras));
    }
    bool wrong = false, a_meets_b = false, a_leaves_b = false, some = false, every = true;
    for (const Place& place : places) {
      const std::vector<std::string>& extras = active_extras()[place.extras];
      const bool in_a = mx.evaluate(place.env, extras), in_b = my.evaluate(place.env, extras);
      const auto in = [&](const MarkerSet& set) { return set.contains(place.env, extras); };
      wrong = wrong || in(a) != in_a || in(both) != (in_a && in_b) ||
              in(either) != (in_a || in_b) || in(without) != (in_a && !in_b) ||
              in(outside) == in_a || decided[place.extras].contains(place.env) != in_a;
      a_meets_b = a_meets_b || (in_a && in_b);
      a_leaves_b = a_leaves_b || (in_a && !in_b);
      some = some || in_a;
      every = every && in_a;
    }
    CHECK_FALSE(wrong);
    CHECK_FALSE((a.is_none() && some));
    CHECK_FALSE((a.is_all() && !every));
    CHECK_FALSE((a.is_subset_of(b) && a_leaves_b));
    CHECK_FALSE((a.is_disjoint_from(b) && a_meets_b));
    CHECK(both == (b & a));
    CHECK(either == (b | a));
    CHECK(both == ~(outside | ~b));
    CHECK(without == (a & ~b));
    CHECK(~outside == a);
    CHECK(((a - b) | both) == a);
    CHECK((a & outside).is_none());
    CHECK((a | outside).is_all());
    CHECK(both.is_subset_of(a));
    CHECK(MarkerSet::of(mx & my) == both);
    CHECK(MarkerSet::of(mx | my) == either);
    CHECK(both.str() == (b & a).str());
  }
}

TEST_CASE("marker set: random texts agree where they must and read back as the same set") {
  const std::vector<Place> places = all_places();
  RandomMarkers random(kSeed + 1);
  random.exotic = false;
  std::size_t read_bytes = 0, written_bytes = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string x = random.marker(3), y = random.marker(1);
    INFO("seed ", kSeed + 1, " round ", round, "\n  x = ", x, "\n  y = ", y);
    const MarkerSet a = read_set(x), given = read_set(y);
    const std::string text = a.str();
    INFO("text: ", text);
    if (text.empty())
      CHECK(a.is_all());
    else
      CHECK(read_set(text) == a);
    const Marker simple = *a.simplified(given);
    INFO("simplified: ", simple.str());
    CHECK((MarkerSet::of(simple) & given) == (a & given));
    read_bytes += x.size();
    written_bytes += text.size();
    bool wrong = false;
    for (const Place& place : places) {
      const std::vector<std::string>& extras = active_extras()[place.extras];
      if (!given.contains(place.env, extras)) continue;
      wrong = wrong || simple.evaluate(place.env, extras) != a.contains(place.env, extras);
    }
    CHECK_FALSE(wrong);
  }
  CHECK(written_bytes < read_bytes);  // it is meant to be short
}
