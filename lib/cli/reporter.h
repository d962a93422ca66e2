// The one sink of events: warnings and notes on standard error, progress on a terminal, spans for
// --trace. Only this file and output.h write to the user.
#pragma once
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/events.h"
#include "base/mutex.h"
#include "base/result.h"

namespace pipit::cli {

struct ReporterOptions {
  int verbosity = 0;  // -1: no summaries, -2: errors only, 1: notes
  bool color = false;
  bool progress = false;  // standard error is a terminal and nobody said no
  bool trace = false;     // keep spans
};

class Reporter : public base::Events {
 public:
  explicit Reporter(ReporterOptions options);
  ~Reporter() override;  // clears the progress lines

  void started(const base::SpanRecord& span) override;
  void finished(const base::SpanRecord& span) override;
  void progress(const base::SpanRecord& span, std::uint64_t done, std::uint64_t total) override;
  void warn(std::string_view message) override;
  void note(std::string_view message) override;
  void say(std::string_view line) override;

  /// A question, or the end of its line: shown at any verbosity, as somebody waits for an answer.
  void ask(std::string_view text);
  /// "pipit: error: …" and its hints.
  void error(const Error& error);
  std::vector<base::SpanRecord> spans() const;

 private:
  struct Active {
    std::string label;
    std::uint64_t done = 0, total = 0;
  };
  void print_above(std::string_view line) PIPIT_REQUIRES(mu_);
  void erase_progress() PIPIT_REQUIRES(mu_);
  void draw_progress() PIPIT_REQUIRES(mu_);
  std::string paint(std::string_view code, std::string_view text) const;

  const ReporterOptions options_;
  mutable base::Mutex mu_;
  std::set<std::string, std::less<>> warned_ PIPIT_GUARDED_BY(mu_);
  std::vector<base::SpanRecord> spans_ PIPIT_GUARDED_BY(mu_);
  std::map<std::uint64_t, Active> active_ PIPIT_GUARDED_BY(mu_);
  std::size_t drawn_ PIPIT_GUARDED_BY(mu_) = 0;
  std::int64_t last_draw_ PIPIT_GUARDED_BY(mu_) = 0;
};

}  // namespace pipit::cli
