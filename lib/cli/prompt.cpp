// An answer is read byte by byte up to the end of its line: what stands behind it in a pipe is not
// ours.
#include "cli/prompt.h"

#include <unistd.h>

#include <optional>
#include <utility>

#include "base/stop.h"
#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kMaxAnswer = 1000;
constexpr int kMaxTries = 10;  // a pipe may give the same wrong answer without end

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

std::optional<bool> meaning_of(std::string_view line) {
  const std::string answer = base::to_lower(base::trim(line));
  if (answer.empty() || answer == "y" || answer == "yes") return true;
  if (answer == "n" || answer == "no") return false;
  return std::nullopt;
}

}  // namespace

Result<bool> ask(Context& context, const std::string& question, Error unanswered) {
  const bool is_terminal = ::isatty(STDIN_FILENO) != 0;
  context.reporter.ask(cat(question, " [Y/n] "));
  for (int tries = 0; tries < kMaxTries; ++tries) {
    const auto line = read_line(context.stop);
    // A terminal has shown the end of a line that was typed.
    if (!line || !*line || !is_terminal) context.reporter.ask("\n");
    if (!line) return fail(line.error());
    if (!*line && is_terminal && !context.settings.invoked_as.pip) return false;
    if (!*line) break;
    if (const auto meant = meaning_of(**line)) return *meant;
    context.reporter.ask("Answer y or n: ");
  }
  return fail(std::move(unanswered));
}

}  // namespace pipit::cli
