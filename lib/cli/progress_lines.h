// What is under way, as lines of text. Pure: no terminal, no clock.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pipit::cli {

/// The state of the work at one moment. Times are microseconds; texts are safe to print.
struct ProgressState {
  struct Transfer {
    std::string name;                   // "numpy 2.1.0"
    std::uint64_t done = 0, total = 0;  // bytes; total 0: not known
    std::uint64_t rate = 0;             // bytes per second
  };
  struct Task {
    std::string name;  // "Building foo==1.0"
    std::int64_t time = 0;
  };
  /// Who keeps us waiting.
  struct Wait {
    std::string server;     // "http://h:1"
    std::string place;      // "http://h:1/simple/foo/"
    std::int64_t time = 0;  // so far; of a pause: still to come
    int attempt = 1, attempts = 1;
    bool is_pause = false;   // we wait before we ask again
    std::size_t others = 0;  // requests in the same case
  };
  /// Resolving, with the package it is at; "Preparing" 12 of 99 "package"; "Installing" all 99.
  struct Phase {
    enum class Kind { resolve, gather, change } kind = Kind::resolve;
    std::string verb, noun, subject;
    std::uint64_t done = 0, total = 0;
    std::int64_t time = 0;
  };

  std::optional<Phase> phase;
  std::vector<Task> tasks;
  std::vector<Transfer> transfers;
  std::vector<Wait> waits;
  std::uint64_t bytes = 0;  // of files, so far
};

/// Lines for a terminal of that size: none wider than `columns` - 1, and fewer than `rows`. A job
/// each, and one for the whole at the end. Empty when there is no phase.
std::vector<std::string> progress_lines(const ProgressState& state, std::size_t columns,
                                        std::size_t rows);

/// The one line for where nothing can be redrawn: "still resolving: 34 packages, waiting for
/// http://h:1/simple/foo/ for 12 s (try 2 of 6)". "" when there is no phase.
std::string heartbeat_line(const ProgressState& state);

}  // namespace pipit::cli
