// Each line is written over the old one and the rest of its row cleared, so that nothing flickers.
//
// When the terminal has become narrower since, it has most likely broken the old lines in two: then
// the block is as many rows higher as that takes. (A terminal that cuts lines off instead loses as
// many of the rows above.)
#include "cli/live_block.h"

#include "base/text.h"
#include "cli/display_width.h"

namespace pipit::cli {

std::string LiveBlock::back_to_top(std::size_t columns) const {
  if (lines_.empty()) return "";
  std::size_t rows = 0;
  for (const std::string& line : lines_) {
    const std::size_t width = columns < columns_ ? display_width(line) : 0;
    rows += width <= columns || columns == 0 ? 1 : (width + columns - 1) / columns;
  }
  return cat("\r\x1b[", rows, "A");
}

std::string LiveBlock::draw(const std::vector<std::string>& lines, std::size_t columns) {
  if (lines == lines_ && columns == columns_) return "";
  std::string out = back_to_top(columns);
  for (const std::string& line : lines) out += cat(line, "\x1b[K\n");
  if (!out.empty()) out += "\x1b[J";  // also what was typed meanwhile, "^C"
  lines_ = lines;
  columns_ = columns;
  return out;
}

std::string LiveBlock::erase(std::size_t columns) {
  if (lines_.empty()) return "";
  std::string out = cat(back_to_top(columns), "\x1b[J");
  lines_.clear();
  columns_ = columns;
  return out;
}

}  // namespace pipit::cli
