// What files and directories were like when something was learned from them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pipit::env {

/// The state of paths, to be compared later.
class Witness {
 public:
  /// Notes the state of a file or directory that is about to be read or looked for; links are
  /// followed, and that nothing is there counts, too.
  void add(const std::string& path);
  /// "<size> <mtime> <ctime> <inode> <path>" of each path, or "- <path>", one a line. nullopt when
  /// one of them changed so shortly before `now` (nanoseconds) that a further change need not show
  /// in its times, or has a line feed in its name.
  std::optional<std::string> lines(std::int64_t now) const;

 private:
  std::string lines_;
  std::int64_t newest_ = 0;  // when the last of them changed
  bool is_plain_ = true;
};

/// Whether all is as those lines say.
bool is_unchanged(std::string_view lines);
/// The system clock.
std::int64_t now_nanoseconds();

}  // namespace pipit::env
