// The one sink of events: warnings and notes on standard error, progress, spans for --trace. Only
// this file and output.h write to the user.
#pragma once
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/events.h"
#include "base/mutex.h"
#include "base/result.h"
#include "cli/live_block.h"
#include "cli/progress_board.h"

namespace pipit::cli {

struct ReporterOptions {
  int verbosity = 0;  // -1: no summaries, -2: errors only, 1: notes, 2: details
  bool color = false;
  bool progress = false;  // standard error is a terminal and nobody said no
  bool trace = false;     // keep spans
  int fd = 2;             // standard error
  /// Off a terminal: so much time without a line, and there is one.
  std::int64_t heartbeat_us = 10'000'000;
};

class Reporter : public base::Events {
 public:
  explicit Reporter(ReporterOptions options);
  ~Reporter() override;  // clears the progress lines

  void started(const base::SpanRecord& span) override;
  void finished(const base::SpanRecord& span) override;
  void watch(const base::Meter& meter) override;
  void unwatch(const base::Meter& meter) override;
  void warn(std::string_view message) override;
  void note(std::string_view message) override;
  void detail(std::string_view message) override;
  bool wants_detail() const override { return options_.verbosity > 1; }
  void say(std::string_view line) override;

  /// A question, or the end of its line: shown at any verbosity, as somebody waits for an answer.
  void ask(std::string_view text);
  /// Shows progress from here on, on a thread of its own. Not called by commands that are done
  /// before anybody could read it. Once.
  void begin_progress();
  /// "pipit: error: …" and its hints.
  void error(const Error& error);
  std::vector<base::SpanRecord> spans() const;

 private:
  void show_progress(std::stop_token stop);
  void draw() PIPIT_REQUIRES(mu_);
  void tell_heartbeat() PIPIT_REQUIRES(mu_);
  void print_above(std::string_view line) PIPIT_REQUIRES(mu_);
  void write(std::string_view text) const;
  std::string paint(std::string_view code, std::string_view text) const;
  std::string with_colored_signs(std::string_view text) const;

  const ReporterOptions options_;
  const bool has_heartbeat_;
  ProgressBoard board_;
  mutable base::Mutex mu_;
  std::set<std::string, std::less<>> warned_ PIPIT_GUARDED_BY(mu_);
  std::vector<base::SpanRecord> spans_ PIPIT_GUARDED_BY(mu_);
  LiveBlock block_ PIPIT_GUARDED_BY(mu_);
  bool has_drawn_ PIPIT_GUARDED_BY(mu_) = false;
  std::int64_t last_draw_ PIPIT_GUARDED_BY(mu_) = 0;
  std::int64_t last_line_ PIPIT_GUARDED_BY(mu_);
  base::Condition ended_;
  std::jthread drawer_;
};

}  // namespace pipit::cli
