// Progress is drawn below whatever else is printed, by a thread that looks at the work ten times a
// second: so a stall is seen, and whoever works never waits for the terminal. The thread begins
// when a command takes long enough for anybody to read. Off a terminal there are no escapes and no
// carriage returns at all, but a line when nothing was said for ten seconds.
#include "cli/reporter.h"

#include <sys/ioctl.h>

#include <chrono>

#include "base/fd.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/thread.h"

namespace pipit::cli {
namespace {

constexpr std::int64_t kRedrawEvery = 100'000;  // microseconds

struct TerminalSize {
  std::size_t columns = 80, rows = 24;
};

/// Asked each time: the window may have been resized.
TerminalSize terminal_size(int fd) {
  TerminalSize out;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return out;
  if (size.ws_col > 0) out.columns = size.ws_col;
  if (size.ws_row > 0) out.rows = size.ws_row;
  return out;
}

bool is_build(const base::SpanRecord& span) { return span.kind == base::SpanKind::build; }

std::chrono::milliseconds milliseconds(std::int64_t microseconds) {
  return std::chrono::milliseconds(microseconds / 1000 + 1);
}

}  // namespace

Reporter::Reporter(ReporterOptions options)
    : options_(options),
      has_heartbeat_(!options.progress && options.verbosity >= 0),
      last_line_(base::now_us()) {}

Reporter::~Reporter() {
  if (drawer_.joinable()) {
    drawer_.request_stop();
    drawer_.join();
  }
  base::Lock lock(mu_);
  write(block_.erase(terminal_size(options_.fd).columns));
}

void Reporter::write(std::string_view text) const {
  if (!text.empty()) (void)base::write_all(options_.fd, text, "standard error");
}

void Reporter::started(const base::SpanRecord& span) {
  // Where nothing can be redrawn, a build that takes minutes still has to be seen to begin.
  if (!options_.progress && is_build(span)) say(cat("Building ", span.subject));
  board_.begin(span);
}

void Reporter::finished(const base::SpanRecord& span) {
  board_.end(span);
  if (is_build(span) && span.outcome == "ok")
    say(cat("Built ", span.subject, " in ", base::format_duration(span.end - span.start)));
  if (!options_.trace) return;
  base::Lock lock(mu_);
  spans_.push_back(span);
}

void Reporter::watch(const base::Meter& meter) { board_.watch(meter); }

/// With the last phase the lines go at once: what the command writes now is its result.
void Reporter::unwatch(const base::Meter& meter) {
  if (!board_.unwatch(meter) || !options_.progress) return;
  base::Lock lock(mu_);
  write(block_.erase(terminal_size(options_.fd).columns));
}

void Reporter::begin_progress() {
  if (!options_.progress && !has_heartbeat_) return;
  (void)base::start_thread(drawer_, [this](std::stop_token stop) { show_progress(stop); });
}

void Reporter::show_progress(std::stop_token stop) {
  base::Lock lock(mu_);
  while (!stop.stop_requested()) {
    std::int64_t pause = kRedrawEvery;
    if (options_.progress) {
      draw();
    } else {
      pause = last_line_ + options_.heartbeat_us - base::now_us();
      if (pause <= 0) {
        tell_heartbeat();
        pause = options_.heartbeat_us;
      }
    }
    ended_.wait_for(mu_, stop, milliseconds(pause), [] { return false; });
  }
}

void Reporter::draw() {
  last_draw_ = base::now_us();
  const TerminalSize size = terminal_size(options_.fd);
  write(
      block_.draw(progress_lines(board_.look(last_draw_), size.columns, size.rows), size.columns));
  has_drawn_ = has_drawn_ || !block_.empty();
}

void Reporter::tell_heartbeat() {
  last_line_ = base::now_us();
  const std::string line = heartbeat_line(board_.look(last_line_));
  if (!line.empty()) write(cat(line, "\n"));
}

std::string Reporter::paint(std::string_view code, std::string_view text) const {
  return options_.color ? cat("\x1b[", code, "m", text, "\x1b[0m") : std::string(text);
}

/// The lines of changes: green what comes, red what goes, yellow what is renewed.
std::string Reporter::with_colored_signs(std::string_view text) const {
  if (!options_.color) return std::string(text);
  std::string out;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!out.empty()) out += '\n';
    const bool is_change = line.size() > 3 && line[0] == ' ' && line[2] == ' ';
    const char sign = is_change ? line[1] : ' ';
    const std::string_view code = sign == '+' ? "32" : sign == '-' ? "31" : "33";
    const bool painted = sign == '+' || sign == '-' || sign == '~';
    out += painted ? cat(" ", paint(code, line.substr(1, 1)), line.substr(2)) : std::string(line);
  }
  return out;
}

/// The lines of progress are drawn again at once, unless that was done a moment ago.
void Reporter::print_above(std::string_view line) {
  last_line_ = base::now_us();
  const std::size_t columns = block_.empty() ? 80 : terminal_size(options_.fd).columns;
  const bool draws = !block_.empty() && last_line_ - last_draw_ >= kRedrawEvery;
  write(cat(block_.erase(columns), line, "\n"));
  if (draws) draw();
}

void Reporter::warn(std::string_view message) {
  if (options_.verbosity <= -2) return;
  base::Lock lock(mu_);
  if (!warned_.emplace(message).second) return;
  print_above(cat("pipit: ", paint("33", "warning:"), " ",
                  base::printable(base::redact_text(message), true)));
}

void Reporter::note(std::string_view message) {
  if (options_.verbosity < 1) return;
  base::Lock lock(mu_);
  print_above(cat("pipit: ", base::printable(base::redact_text(message), true)));
}

void Reporter::detail(std::string_view message) {
  if (wants_detail()) note(message);
}

void Reporter::say(std::string_view line) {
  if (options_.verbosity < 0) return;
  base::Lock lock(mu_);
  print_above(with_colored_signs(base::printable(line, true)));
}

void Reporter::ask(std::string_view text) {
  base::Lock lock(mu_);
  write(cat(block_.erase(terminal_size(options_.fd).columns),
            base::printable(base::redact_text(text), true)));
}

void Reporter::error(const Error& error) {
  base::Lock lock(mu_);
  if (has_drawn_ && error.code == Code::cancelled) write("\r\x1b[K");  // the terminal's "^C"
  print_above(cat("pipit: ", paint("31", "error:"), " ",
                  base::printable(base::redact_text(error.message), true)));
  for (const std::string& hint : error.hints)
    print_above(cat(paint("36", "hint:"), " ", base::printable(base::redact_text(hint), true)));
}

std::vector<base::SpanRecord> Reporter::spans() const {
  base::Lock lock(mu_);
  return spans_;
}

}  // namespace pipit::cli
