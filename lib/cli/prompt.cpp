// An answer is read byte by byte up to the end of its line: what stands behind it in a pipe is not
// ours.
#include "cli/prompt.h"

#include <unistd.h>

#include <utility>

#include "base/stop.h"
#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kMaxAnswer = 1000;

/// nullopt: nothing but the end.
Result<std::optional<std::string>> read_line(std::stop_token stop) {
  const base::StopFd stop_fd(std::move(stop));
  std::string line;
  char byte = 0;
  while (line.size() < kMaxAnswer) {
    PIPIT_TRY(const std::size_t got,
              base::read_some(STDIN_FILENO, {&byte, 1}, "standard input", stop_fd));
    if (got == 0 && line.empty()) return std::nullopt;
    if (got == 0 || byte == '\n') break;
    line += byte;
  }
  return line;
}

}  // namespace

Result<std::optional<bool>> ask(Reporter& reporter, const std::string& question,
                                std::stop_token stop) {
  reporter.ask(cat(question, " [Y/n] "));
  const auto line = read_line(std::move(stop));
  // A terminal has shown the end of a line that was typed.
  if (!line || !*line || ::isatty(STDIN_FILENO) == 0) reporter.ask("\n");
  if (!line) return fail(line.error());
  if (!*line) return std::nullopt;
  const std::string answer = base::to_lower(base::trim(**line));
  return answer.empty() || answer == "y" || answer == "yes";
}

}  // namespace pipit::cli
