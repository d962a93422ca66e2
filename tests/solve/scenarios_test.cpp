// Runs tests/solve/*.scn. A block of lines is a world and what comes of it; blank lines separate
// blocks, "#" begins a comment.
//
//   a 2 needs b>=2 c[x]          a release and its needs
//   a[x] 2 needs d               what its extra needs on top
//   a 2 unavailable REASON       a release that cannot be used
//   constrain b<3                a constraint
//   want a b      gives a==1     the roots, and the whole answer, extras left out; "gives nothing"
//                                when there is none
//   says LINE                    the explanation, line by line
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "solve/explain.h"
#include "tests/solve/tiny_world.h"

namespace pipit::solve {
namespace {

struct Scenario {
  std::string place;
  TinyWorld world;
  std::string gives;
  std::vector<std::string> says;
};

void read_line(std::string_view line, const std::string& place, Scenario& scenario) {
  if (scenario.place.empty()) scenario.place = place;
  if (line.starts_with("says ")) {
    scenario.says.emplace_back(line.substr(5));
    return;
  }
  std::size_t gives = line.find(" gives ");
  if (gives != line.npos) scenario.gives = std::string(base::trim(line.substr(gives + 7)));
  bool is_constraint = line.starts_with("constrain ");
  REQUIRE_MESSAGE(
      scenario.world.add_line(line.substr(0, gives), is_constraint ? "limits.txt:1" : "need.in:1"),
      place);
}

std::vector<Scenario> read_scenarios(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Scenario> all(1);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::string_view text = base::trim(std::string_view(line).substr(0, line.find('#')));
    if (text.empty() && line.empty() && !all.back().place.empty()) all.emplace_back();
    if (!text.empty()) read_line(text, cat(path.filename().string(), ":", number), all.back());
  }
  if (all.back().place.empty()) all.pop_back();
  return all;
}

TEST_CASE("solver: scenarios come out as written") {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(__FILE__).parent_path())) {
    if (entry.path().extension() != ".scn") continue;
    for (Scenario& scenario : read_scenarios(entry.path())) {
      ++count;
      TinyAnswer answer = scenario.world.solve();
      std::string gives = answer.solved ? answer.pins_text() : "nothing";
      CHECK_MESSAGE(gives == scenario.gives, scenario.place, " gives ", gives);
      if (answer.solved) CHECK_MESSAGE(scenario.world.is_valid(answer.pins), scenario.place);
      if (scenario.says.empty()) continue;
      std::vector<std::string> said = explain(scenario.world.core(answer).why);
      CHECK_MESSAGE(said == scenario.says, scenario.place, " says\n", base::join(said, "\n"));
    }
  }
  CHECK(count >= 25);
}

}  // namespace
}  // namespace pipit::solve
