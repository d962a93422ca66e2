// The whole output of one build, in a file that is named when the build fails. Inside build only.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/file.h"

namespace pipit::build {

/// Made when first written to. It goes with its owner unless it is to stay. Not for several
/// threads.
class BuildLog {
 public:
  /// `name` becomes part of the file's name; `directory` "" : there is no log.
  BuildLog(std::string directory, std::string_view name);
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

  std::string directory_, name_, path_;
  base::Fd fd_;
  std::uint64_t written_ = 0;
  bool given_up_ = false, keep_ = false;
};

/// The last lines of what a build said, at most `count`, none of them longer than a screen is wide
/// several times; safe to print.
std::string last_lines(std::string_view output, std::size_t count);

}  // namespace pipit::build
