// The whole output of one build, in a file whose path is given when the build fails.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/mutex.h"

namespace pipit::build_frontend {

/// The directory of a run's logs, and which of them were kept. Any thread.
class BuildLogs {
 public:
  explicit BuildLogs(std::string directory) : directory_(std::move(directory)) {}
  const std::string& directory() const { return directory_; }
  void stayed(const std::string& path) PIPIT_EXCLUDES(mu_);
  /// Removes the kept logs: the builds that failed were speculative, and no message names their
  /// logs.
  void forget() PIPIT_EXCLUDES(mu_);

 private:
  const std::string directory_;
  base::Mutex mu_;
  std::vector<std::string> paths_ PIPIT_GUARDED_BY(mu_);
};

/// The file is created by the first write. It is removed with its owner unless keep() is called.
/// Not thread-safe.
class BuildLog {
 public:
  /// `name` becomes part of the file's name. With null `logs` there is no log.
  BuildLog(std::shared_ptr<BuildLogs> logs, std::string_view name);
  ~BuildLog();
  BuildLog(const BuildLog&) = delete;
  BuildLog& operator=(const BuildLog&) = delete;

  /// Creates the file if need be and writes a line that says what follows. -1: there is no log.
  int begin(std::string_view what);
  /// How many more bytes it takes.
  std::uint64_t room() const;
  /// Ends a part: `said` bytes of output, the last of which are `end`. If the middle did not fit,
  /// the log says so and continues with the end.
  void finish(std::uint64_t said, std::string_view end);
  /// Keeps the file; returns its path ("" : there is none).
  std::string keep();

 private:
  void write(std::string_view text);

  const std::shared_ptr<BuildLogs> logs_;
  std::string name_, path_;
  base::Fd fd_;
  std::uint64_t written_ = 0;
  bool given_up_ = false, keep_ = false;
};

/// The last lines of a build's output, at most `count`, each cut at several screen widths; safe to
/// print.
std::string last_lines(std::string_view output, std::size_t count);

}  // namespace pipit::build_frontend
