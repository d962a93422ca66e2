// Optimal string alignment, three rows at a time.
#include "base/nearest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace pipit::base {
namespace {

constexpr std::size_t kLongest = 100;  // longer words are nobody's slip
constexpr std::size_t kShortestBeginning = 3;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view word, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t least = (word.size() + 1) / 3 + 1;
  if (word.size() > kLongest) return "";
  for (const std::string_view one : known) {
    const std::size_t distance = edit_distance(word, one);
    // All letters wrong is another word.
    if (distance >= least || distance >= std::max(word.size(), one.size())) continue;
    least = distance;
    best = one;
  }
  if (!best.empty() || word.size() < kShortestBeginning) return std::string(best);
  for (const std::string_view one : known)
    if (one.starts_with(word)) return std::string(one);
  return "";
}

}  // namespace pipit::base
