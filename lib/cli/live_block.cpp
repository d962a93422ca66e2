// Each line is written over the old one and the rest of its row cleared, so that nothing flickers.
//
// When the terminal has become narrower since, it has most likely broken the old lines in two: then
// the block is as many rows higher as that takes. (A terminal that cuts lines off instead loses as
// many of the rows above.)
#include "cli/live_block.h"

#include "base/text.h"
#include "cli/display_width.h"

namespace pipit::cli {

/// In rows of the terminal, now.
std::size_t LiveBlock::height(std::size_t columns) const {
  std::size_t rows = 0;
  for (const std::string& line : lines_) {
    const std::size_t width = columns < columns_ ? display_width(line) : 0;
    rows += width <= columns || columns == 0 ? 1 : (width + columns - 1) / columns;
  }
  return rows;
}

std::string LiveBlock::draw(const std::vector<std::string>& lines, std::size_t columns) {
  if (lines.empty()) return erase(columns);
  if (lines == lines_ && columns == columns_) return "";
  std::string out = lines_.empty() ? "" : cat("\r\x1b[", height(columns), "A");
  for (const std::string& line : lines) out += cat(line, "\x1b[K\n");
  out += "\x1b[J";  // also what was typed meanwhile, "^C"
  lines_ = lines;
  columns_ = columns;
  return out;
}

/// Row by row: some terminals keep what is cleared from their first row to the last.
std::string LiveBlock::erase(std::size_t columns) {
  if (lines_.empty()) return "";
  const std::size_t rows = height(columns);
  std::string out = cat("\r\x1b[", rows, "A");
  for (std::size_t row = 0; row < rows; ++row) out += "\x1b[K\n";
  lines_.clear();
  return cat(out, "\x1b[J\x1b[", rows, "A");
}

}  // namespace pipit::cli
