// The whole output of one build, in a file that is named when the build fails.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/mutex.h"

namespace pipit::build_frontend {

/// Where the logs of a run stand, and which of them stayed. Any thread.
class BuildLogs {
 public:
  explicit BuildLogs(std::string directory) : directory_(std::move(directory)) {}
  const std::string& directory() const { return directory_; }
  void stayed(const std::string& path) PIPIT_EXCLUDES(mu_);
  /// Removes those that stayed: what failed was tried on a guess, and nobody was told.
  void forget() PIPIT_EXCLUDES(mu_);

 private:
  const std::string directory_;
  base::Mutex mu_;
  std::vector<std::string> paths_ PIPIT_GUARDED_BY(mu_);
};

/// Made when first written to. It goes with its owner unless it is to stay. Not for several
/// threads.
class BuildLog {
 public:
  /// `name` becomes part of the file's name; null: there is no log.
  BuildLog(std::shared_ptr<BuildLogs> logs, std::string_view name);
  ~BuildLog();
  BuildLog(const BuildLog&) = delete;
  BuildLog& operator=(const BuildLog&) = delete;

  /// Makes the file if need be and writes a line that says what follows. -1: there is no log.
  int begin(std::string_view what);
  /// How much more it takes.
  std::uint64_t room() const;
  /// What came of it: `said` bytes, of which the last are `end`. Where the middle did not fit, the
  /// log says so and goes on with the end.
  void finish(std::uint64_t said, std::string_view end);
  /// It stays; its path ("" : there is none).
  std::string keep();

 private:
  void write(std::string_view text);

  const std::shared_ptr<BuildLogs> logs_;
  std::string name_, path_;
  base::Fd fd_;
  std::uint64_t written_ = 0;
  bool given_up_ = false, keep_ = false;
};

/// The last lines of what a build said, at most `count`, none of them longer than a screen is wide
/// several times; safe to print.
std::string last_lines(std::string_view output, std::size_t count);

}  // namespace pipit::build_frontend
