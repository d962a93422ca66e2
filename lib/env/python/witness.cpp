// The time of a file's own record (ctime) is part of its state: no program can put it back, as
// those do that copy files together with their times.
#include "env/python/witness.h"

#include <sys/stat.h>
#include <time.h>

#include <algorithm>

#include "base/text.h"

namespace pipit::env {

namespace {

// More than the clock of any usual file system is coarse.
constexpr std::int64_t kSettled = 2'000'000'000;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::string line_of(const std::string& path, std::int64_t* changed = nullptr) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return cat("- ", path);
  if (changed) *changed = std::max(*changed, nanoseconds(info.st_ctim));
  return cat(info.st_size, " ", nanoseconds(info.st_mtim), " ", nanoseconds(info.st_ctim), " ",
             info.st_ino, " ", path);
}

}  // namespace

void Witness::add(const std::string& path) {
  is_plain_ = is_plain_ && path.find_first_of(std::string_view("\n\0", 2)) == std::string::npos;
  lines_ += cat(line_of(path, &newest_), "\n");
}

std::optional<std::string> Witness::lines(std::int64_t now) const {
  if (!is_plain_ || newest_ > now - kSettled) return std::nullopt;
  return lines_;
}

bool is_unchanged(std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    const std::size_t path = line.find('/');
    if (path == std::string_view::npos || line_of(std::string(line.substr(path))) != line)
      return false;
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return true;
}

std::int64_t now_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now);
}

}  // namespace pipit::env
