// Progress is one line for each download or build under way, redrawn at most ten times a second
// below whatever else is printed. Off a terminal there are no escapes and no carriage returns at
// all.
#include "cli/reporter.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "base/fd.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/url.h"

namespace pipit::cli {
namespace {

constexpr std::int64_t kRedrawEvery = 100'000;  // microseconds
constexpr std::size_t kMaxLines = 8;
constexpr std::size_t kBarWidth = 24;

void write_stderr(std::string_view text) {
  (void)base::write_all(STDERR_FILENO, text, "standard error");
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string bar(std::uint64_t done, std::uint64_t total) {
  const std::size_t filled =
      total == 0 ? 0 : static_cast<std::size_t>(std::min(done, total) * kBarWidth / total);
  return cat("[", std::string(filled, '='), std::string(kBarWidth - filled, ' '), "]");
}

/// The line of a job under way; "" for jobs that have none. The hooks of a build are part of it.
std::string progress_label(const base::SpanRecord& span) {
  if (span.lane == base::Lane::fetch) return span.name;
  switch (span.kind) {
    case base::SpanKind::build:
      return cat("Building ", span.subject);
    case base::SpanKind::prepare:
      return cat("Preparing metadata of ", span.subject);
    case base::SpanKind::other:
      break;
  }
  return "";
}

bool is_build(const base::SpanRecord& span) { return span.kind == base::SpanKind::build; }

}  // namespace

Reporter::Reporter(ReporterOptions options) : options_(options) {}

Reporter::~Reporter() {
  base::Lock lock(mu_);
  erase_progress();
}

void Reporter::started(const base::SpanRecord& span) {
  std::string label = progress_label(span);
  if (label.empty()) return;
  // Where nothing can be redrawn, a build that takes minutes still has to be seen to begin.
  if (!options_.progress && is_build(span)) say(label);
  if (!options_.progress) return;
  base::Lock lock(mu_);
  active_[span.id].label = std::move(label);
}

void Reporter::finished(const base::SpanRecord& span) {
  if (is_build(span) && span.outcome == "ok")
    say(cat("Built ", span.subject, " in ", base::format_duration(span.end - span.start)));
  if (!options_.trace && !options_.progress) return;
  base::Lock lock(mu_);
  if (options_.trace) spans_.push_back(span);
  if (!options_.progress || active_.erase(span.id) == 0) return;
  draw_progress();
}

void Reporter::progress(const base::SpanRecord& span, std::uint64_t done, std::uint64_t total) {
  if (!options_.progress) return;
  base::Lock lock(mu_);
  const auto it = active_.find(span.id);
  if (it == active_.end()) return;
  it->second.done = done;
  it->second.total = total;
  if (base::now_us() - last_draw_ >= kRedrawEvery) draw_progress();
}

std::string Reporter::paint(std::string_view code, std::string_view text) const {
  return options_.color ? cat("\x1b[", code, "m", text, "\x1b[0m") : std::string(text);
}

void Reporter::erase_progress() {
  if (drawn_ == 0) return;
  write_stderr(cat("\r\x1b[", drawn_, "A\x1b[J"));
  drawn_ = 0;
}

void Reporter::draw_progress() {
  last_draw_ = base::now_us();
  const std::size_t width = terminal_width();
  std::string out = drawn_ > 0 ? cat("\r\x1b[", drawn_, "A\x1b[J") : "";
  drawn_ = 0;
  for (const auto& [id, job] : active_) {
    if (drawn_ == kMaxLines) break;
    std::string line = base::printable(job.label);
    if (job.total > 0)
      line = cat(bar(job.done, job.total), " ", base::format_bytes(job.done), " of ",
                 base::format_bytes(job.total), "  ", line);
    if (line.size() + 1 > width) line.resize(width > 1 ? width - 1 : 0);
    out += line;
    out += '\n';
    ++drawn_;
  }
  write_stderr(out);
}

void Reporter::print_above(std::string_view line) {
  erase_progress();
  write_stderr(cat(line, "\n"));
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

void Reporter::say(std::string_view line) {
  if (options_.verbosity < 0) return;
  base::Lock lock(mu_);
  print_above(base::printable(line, true));
}

void Reporter::ask(std::string_view text) {
  base::Lock lock(mu_);
  erase_progress();
  write_stderr(base::printable(base::redact_text(text), true));
}

void Reporter::error(const Error& error) {
  base::Lock lock(mu_);
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
