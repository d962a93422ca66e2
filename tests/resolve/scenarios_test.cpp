// Runs tests/resolve/*.scn; README.md beside this file explains the lines. Each block is resolved
// twice, with prefetching and without: that must not make a difference.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "tests/resolve/world.h"
#include "tests/solve/scenario_check.h"

namespace pipit::resolve {
namespace {

using Lines = std::vector<std::string>;

struct Block {
  std::string place;  // "universal.scn:12"
  World world;
  Lines gives, says, hints, warns, unasked;
  std::vector<std::pair<std::string, std::string>> needed;
  std::string why_not, forks;
  bool expects_gives = false;
  bool is_broken = false;  // a line was not understood, which has been told

  bool has_answer() const { return expects_gives || !says.empty() || !forks.empty(); }
};

/// "gives a==1 b==2" is two entries, "gives a==1 ; python_version < '3.12'" is one.
void read_gives(std::string_view text, Block& block) {
  block.expects_gives = true;
  if (text == "nothing") return;
  if (text.find(" ; ") != text.npos || text.find(" @ ") != text.npos) {
    block.gives.emplace_back(base::replace_all(std::string(text), "'", "\""));
    return;
  }
  for (const std::string_view word : base::split_space(text)) block.gives.emplace_back(word);
}

bool read_expectation(std::string_view word, std::string_view rest, Block& block) {
  if (word == "gives") {
    read_gives(rest, block);
  } else if (word == "says") {
    block.says.emplace_back(rest);
  } else if (word == "hint") {
    block.hints.emplace_back(rest);
  } else if (word == "warns") {
    block.warns.emplace_back(rest);
  } else if (word == "why-not") {
    block.why_not = rest;
  } else if (word == "forks") {
    block.forks = rest;
  } else if (word == "unasked") {
    block.unasked.emplace_back(rest);
  } else if (word == "needed") {
    const auto parts = base::split_once(rest, ' ');
    if (!parts || !parts->second.starts_with("by ")) return false;
    block.needed.emplace_back(parts->first, parts->second.substr(3));
  } else {
    return false;
  }
  return true;
}

void read_block_line(std::string_view line, const std::string& place, Block& block) {
  if (block.place.empty()) block.place = place;
  const std::size_t end = std::min(line.find(' '), line.size());
  // What is said may begin with blanks; everything else does not care.
  const std::string_view rest = line.substr(std::min(end + 1, line.size()));
  if (read_expectation(line.substr(0, end), rest, block)) return;
  if (block.world.add_line(line)) return;
  block.is_broken = true;
  FAIL_CHECK(place << ": not understood: " << line);
}

std::vector<Block> read_blocks(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Block> all(1);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    while (line.ends_with(' ')) line.pop_back();
    if (line.empty() && !all.back().place.empty()) all.emplace_back();
    if (line.empty() || line.starts_with('#')) continue;
    read_block_line(line, cat(path.filename().string(), ":", number), all.back());
  }
  if (all.back().place.empty()) all.pop_back();
  return all;
}

std::string listed(const Lines& lines) { return base::join(lines, "\n"); }

void check_answer(const Block& block, const WorldAnswer& answer, std::string_view how) {
  const std::string place = cat(block.place, ", ", how);
  if (block.expects_gives)
    solve::check_block(place, "gives", listed(block.gives), listed(answer.gives));
  const std::pair<const Lines&, const Lines&> lists[] = {
      {block.says, answer.says}, {block.hints, answer.hints}, {block.warns, answer.warns}};
  const std::string_view words[] = {"says", "hint", "warns"};
  for (std::size_t at = 0; at < std::size(lists); ++at)
    if (!lists[at].first.empty())
      solve::check_block(place, words[at], listed(lists[at].first), listed(lists[at].second));
  if (!block.forks.empty()) solve::check_block(place, "forks", block.forks, cat(answer.forks));
  for (const auto& [project, by] : block.needed) {
    const auto found = answer.needed_by.find(project);
    solve::check_block(place, cat("needed ", project, " by"), by,
                       found == answer.needed_by.end() ? "(not chosen)" : found->second);
  }
}

void run_block(const Block& block) {
  if (!block.why_not.empty()) {
    const auto asked = base::split_once(block.why_not, '=');
    REQUIRE_MESSAGE(asked, block.place);
    const WorldAnswer answer =
        block.world.why_not(std::string(asked->first), asked->second.substr(1));
    solve::check_block(block.place, "says", listed(block.says), listed(answer.says));
    return;
  }
  if (!block.has_answer()) {
    FAIL_CHECK(block.place << ": no answer to check: gives, says, forks or why-not");
    return;
  }
  check_answer(block, block.world.solve(true), "prefetched");
  const WorldAnswer plain = block.world.solve(false);
  check_answer(block, plain, "not prefetched");
  for (const std::string& project : block.unasked)
    CHECK_MESSAGE(!plain.pages.contains(project), block.place, " asks for ", project);
}

TEST_CASE("resolver: scenarios come out as written, prefetched or not") {
  std::size_t count = 0, chosen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(__FILE__).parent_path())) {
    if (entry.path().extension() != ".scn") continue;
    for (const Block& block : read_blocks(entry.path())) {
      ++count;
      if (block.is_broken || !solve::is_chosen_block(block.place)) continue;
      ++chosen;
      run_block(block);
    }
  }
  CHECK(count >= 20);
  CHECK_MESSAGE(chosen > 0, "SCN names no block");
}

}  // namespace
}  // namespace pipit::resolve
