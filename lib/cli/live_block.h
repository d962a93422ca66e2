// The lines at the bottom of a terminal that are drawn again and again, as the bytes that do it.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace pipit::cli {

/// Remembers what stands on the screen. The cursor is below the block, in the first column.
class LiveBlock {
 public:
  /// Puts `lines` in the place of what was drawn; "" when nothing changes. `columns`: of the
  /// terminal, now.
  std::string draw(const std::vector<std::string>& lines, std::size_t columns);
  /// Takes it away: what is written next begins where it began.
  std::string erase(std::size_t columns);
  bool empty() const { return lines_.empty(); }

 private:
  std::size_t height(std::size_t columns) const;
  std::vector<std::string> lines_;
  std::size_t columns_ = 0;
};

}  // namespace pipit::cli
