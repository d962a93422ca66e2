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
//
// `make unit R=solve T=scenarios SCN=backtrack.scn` runs one file, SCN=backtrack.scn:12 the block
// that begins in that line.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "solve/explain.h"
#include "tests/solve/scenario_check.h"
#include "tests/solve/tiny_world.h"

namespace pipit::solve {
namespace {

struct Scenario {
  std::string place;
  TinyWorld world;
  std::string gives;
  std::vector<std::string> says;
  bool is_broken = false;  // a line was not understood, which has been told
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
  if (scenario.world.add_line(line.substr(0, gives), is_constraint ? "limits.txt:1" : "need.in:1"))
    return;
  scenario.is_broken = true;
  FAIL_CHECK(place << ": not understood: " << line);
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
  std::size_t count = 0, chosen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(__FILE__).parent_path())) {
    if (entry.path().extension() != ".scn") continue;
    for (Scenario& scenario : read_scenarios(entry.path())) {
      ++count;
      if (scenario.is_broken || !is_chosen_block(scenario.place)) continue;
      ++chosen;
      TinyAnswer answer = scenario.world.solve();
      std::string gives = answer.solved ? answer.pins_text() : "nothing";
      check_block(scenario.place, "gives", scenario.gives, gives);
      if (answer.solved) CHECK_MESSAGE(scenario.world.is_valid(answer.pins), scenario.place);
      if (scenario.says.empty()) continue;
      std::vector<std::string> said = explain(scenario.world.core(answer).why);
      check_block(scenario.place, "says", base::join(scenario.says, "\n"), base::join(said, "\n"));
    }
  }
  CHECK(count >= 25);
  CHECK_MESSAGE(chosen > 0, "SCN names no block");
}

}  // namespace
}  // namespace pipit::solve
