#include "base/random.h"

#include <doctest/doctest.h>

#include <set>

namespace pipit::base {

TEST_CASE("random: words differ") {
  std::set<std::uint32_t> words;
  for (int i = 0; i < 16; ++i) words.insert(random_word());
  CHECK_GT(words.size(), 12);
}

}  // namespace pipit::base
