// What the scenario tests of solve and resolve share: which blocks run, and how a difference is told.
#pragma once
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace pipit::solve {

/// Whether a block at `place` ("backtrack.scn:12") is to be run: make's SCN names a file, or a file
/// and the first line of a block.
inline bool is_chosen_block(std::string_view place) {
  const char* chosen = std::getenv("SCN");
  if (!chosen || !*chosen) return true;
  return place == chosen ||
         (place.starts_with(chosen) && place[std::string_view(chosen).size()] == ':');
}

/// Both sides in full, as they would be written in the file.
inline void check_block(const std::string& place, std::string_view what,
                        const std::string& expected, const std::string& got) {
  if (expected == got)
    CHECK(true);
  else
    FAIL_CHECK(place << ": " << what << "\n  expected:\n" << expected << "\n  got:\n" << got);
}

}  // namespace pipit::solve
