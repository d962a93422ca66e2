// A line has a middle part, the name, which is shortened when the terminal is narrow, and an end in
// several lengths. The longest end is taken that leaves the name enough room.
#include "cli/progress_lines.h"

#include <algorithm>
#include <initializer_list>

#include "base/text.h"
#include "cli/display_width.h"

namespace pipit::cli {
namespace {

using PhaseKind = ProgressState::Phase::Kind;

constexpr std::size_t kMaxLines = 12;
constexpr std::size_t kMaxName = 32;       // columns to which names are padded at most
constexpr std::size_t kEnoughOfName = 12;  // a longer end is not worth less of a name than this
constexpr std::size_t kBar = 24;
constexpr std::size_t kNarrow = 60;  // below it numbers are written short, names not aligned

std::string seconds_text(std::int64_t microseconds) {
  const std::int64_t seconds = microseconds / 1'000'000;
  return seconds < 120 ? cat(seconds, " s") : base::format_duration(seconds * 1'000'000);
}

/// head + name + the longest of `ends` that fits.
std::string fitted(std::string_view head, std::string_view name,
                   std::initializer_list<std::string> ends, std::size_t columns) {
  const std::size_t wanted = std::min(display_width(name), kEnoughOfName) + display_width(head);
  for (const std::string& end : ends) {
    const std::size_t length = display_width(end);
    const bool last = &end == ends.end() - 1;
    if (wanted + length > columns && !last) continue;
    const std::size_t fixed = display_width(head) + length;
    const std::string middle = clipped(name, columns > fixed ? columns - fixed : 0);
    return clipped(cat(head, middle, end), columns);
  }
  return clipped(cat(head, name), columns);
}

/// Both in the unit of the second: "12.3 of 15.0 MB".
std::string amounts(std::uint64_t done, std::uint64_t total, std::string_view between) {
  const std::string whole = base::format_bytes(total);
  const std::size_t unit = whole.rfind(' ');
  return cat(base::format_bytes_as(done, whole.substr(unit + 1)), between, whole);
}

std::string transfer_line(const ProgressState::Transfer& one, std::size_t padded,
                          std::size_t columns) {
  std::string name = one.name;
  const std::size_t width = display_width(name);
  if (width < padded) name.append(padded - width, ' ');
  const std::string rate =
      one.rate > 0 ? cat(" at ", base::format_bytes(one.rate), "/s") : std::string();
  if (one.total == 0 && one.done == 0) return clipped(cat("Fetching ", one.name), columns);
  if (one.total == 0) {
    const std::string done = cat("  ", base::format_bytes(one.done));
    return fitted("Fetching ", name, {cat(done, rate), done, ""}, columns);
  }
  const std::string long_form = cat("  ", amounts(one.done, one.total, " of "));
  const std::string short_form = cat(" ", amounts(one.done, one.total, "/"));
  const std::string percent = cat(" ", std::min(one.done, one.total) * 100 / one.total, "%");
  if (columns < kNarrow) return fitted("Fetching ", name, {short_form, percent}, columns);
  return fitted("Fetching ", name, {cat(long_form, rate), long_form, short_form}, columns);
}

std::string tries_text(const ProgressState::Wait& one) {
  return cat("try ", one.attempt, " of ", one.attempts);
}

std::string others_text(const ProgressState::Wait& one) {
  return one.others == 0 ? "" : cat(", ", one.others, " more");
}

/// Host and port are worth more than the scheme.
std::string_view shown_server(std::string_view server, std::size_t columns) {
  const std::size_t scheme = server.find("://");
  const bool fits = display_width(server) <= columns || scheme == std::string_view::npos;
  return fits ? server : server.substr(scheme + 3);
}

std::string wait_line(const ProgressState::Wait& one, std::size_t columns) {
  const std::string time = seconds_text(one.time);
  const std::string_view server = shown_server(one.server, columns < kNarrow ? 15 : columns);
  if (one.is_pause) {
    const std::string end = cat(" again in ", time, " (", tries_text(one), ")");
    return fitted("Asking ", server, {end, cat(" again in ", time), cat(" in ", time)}, columns);
  }
  const std::string end = cat(" for ", time, " (", tries_text(one), ")");
  const std::string short_end = cat(" ", time, " (", one.attempt, "/", one.attempts, ")");
  return fitted("Waiting for ", server, {cat(end, others_text(one)), end, short_end}, columns);
}

std::string task_line(const ProgressState::Task& one, std::size_t columns) {
  return fitted("", one.name, {cat(" (", seconds_text(one.time), ")")}, columns);
}

std::string resolving_line(const ProgressState& state, std::size_t columns) {
  const ProgressState::Phase& phase = *state.phase;
  const std::string head =
      phase.done == 0 ? "Resolving" : cat("Resolving ", base::counted(phase.done, "package"));
  if (phase.subject.empty()) return clipped(head, columns);
  return fitted(cat(head, " ("), phase.subject, {")"}, columns);
}

/// The whole: how many of the pieces, and of each piece under way its part.
std::string bar(const ProgressState& state, std::size_t width) {
  double done = static_cast<double>(state.phase->done);
  for (const ProgressState::Transfer& one : state.transfers)
    if (one.total > 0)
      done += std::min(1.0, static_cast<double>(one.done) / static_cast<double>(one.total));
  const double part = std::min(1.0, done / static_cast<double>(state.phase->total));
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(width));
  return cat("[", std::string(filled, '='), filled < width ? ">" : "",
             std::string(filled < width ? width - filled - 1 : 0, ' '), "]");
}

std::string whole_line(const ProgressState& state, std::size_t columns) {
  const ProgressState::Phase& phase = *state.phase;
  const std::string bytes = state.bytes > 0 ? base::format_bytes(state.bytes) : "";
  if (phase.kind == PhaseKind::resolve) return clipped(cat("Fetched ", bytes), columns);
  if (phase.kind == PhaseKind::change)
    return task_line({cat(phase.verb, " ", base::counted(phase.total, phase.noun)), phase.time},
                     columns);
  const std::size_t width = columns < kNarrow ? columns / 4 : kBar;
  const std::string count = cat(bar(state, width), " ", phase.done, " of ", phase.total);
  const std::string nouns = cat(" ", phase.noun, phase.total == 1 ? "" : "s");
  const std::string with_bytes = bytes.empty() ? nouns : cat(nouns, ", ", bytes);
  return fitted(count, "", {with_bytes, nouns, ""}, columns);
}

}  // namespace

std::vector<std::string> progress_lines(const ProgressState& state, std::size_t columns,
                                        std::size_t rows) {
  std::vector<std::string> lines;
  if (!state.phase || columns < 2 || rows < 2) return lines;
  --columns;  // a full last column wraps on some terminals
  if (state.phase->kind == PhaseKind::resolve) lines.push_back(resolving_line(state, columns));
  for (const ProgressState::Wait& one : state.waits) lines.push_back(wait_line(one, columns));
  for (const ProgressState::Task& one : state.tasks) lines.push_back(task_line(one, columns));
  std::size_t padded = 0;
  for (const ProgressState::Transfer& one : state.transfers)
    padded = std::max(padded, std::min(display_width(one.name), kMaxName));
  for (const ProgressState::Transfer& one : state.transfers)
    lines.push_back(transfer_line(one, columns < kNarrow ? 0 : padded, columns));
  // The cursor needs a row below the last line.
  const std::size_t most = std::min(kMaxLines, rows - 1);
  const bool has_whole = state.phase->kind != PhaseKind::resolve || state.bytes > 0;
  const std::size_t room = most - (has_whole && most > 1 ? 1 : 0);
  if (lines.size() > room) {
    const std::size_t kept = room - 1;
    const std::string more = cat("and ", lines.size() - kept, " more");
    lines.resize(kept);
    lines.push_back(clipped(more, columns));
  }
  if (has_whole && lines.size() < most) lines.push_back(whole_line(state, columns));
  return lines;
}

std::string heartbeat_line(const ProgressState& state) {
  if (!state.phase) return "";
  const ProgressState::Phase& phase = *state.phase;
  std::string line;
  if (phase.kind == PhaseKind::resolve) {
    line = cat("still resolving: ", base::counted(phase.done, "package"));
    if (!phase.subject.empty() && state.waits.empty()) line += cat(" (", phase.subject, ")");
  } else if (phase.kind == PhaseKind::change) {
    line = cat("still ", base::to_lower(phase.verb), ": ", base::counted(phase.total, phase.noun));
  } else {
    line = cat("still ", state.transfers.empty() && !state.tasks.empty() ? "building" : "fetching",
               ": ", phase.done, " of ", base::counted(phase.total, phase.noun));
  }
  if (state.bytes > 0) line += cat(", ", base::format_bytes(state.bytes));
  for (const ProgressState::Task& task : state.tasks)
    line += cat(", ", task.name, " for ", seconds_text(task.time));
  for (const ProgressState::Wait& one : state.waits)
    line += one.is_pause ? cat(", asking ", one.place, " again in ", seconds_text(one.time), " (",
                               tries_text(one), ")")
                         : cat(", waiting for ", one.place, " for ", seconds_text(one.time), " (",
                               tries_text(one), ")", others_text(one));
  return line;
}

}  // namespace pipit::cli
