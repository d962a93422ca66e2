// Logs are in the directory for temporary files: not in the build's scratch directory, which is
// removed when the build fails, nor in the cache, which a run with --no-cache removes. A program
// that prints without end must not fill the disk: after kMaxLog bytes only the end is still added.
#include "build_frontend/build_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::build_frontend {
namespace {

constexpr std::uint64_t kMaxLog = 64u << 20;
constexpr std::size_t kMaxLine = 400;
constexpr std::size_t kMaxNamePart = 80;
constexpr std::string_view kLogPrefix = "pipit-build-";
constexpr std::size_t kKeptLogs = 50;

/// The part of a text that a file's name may contain.
std::string plain_name(std::string_view text) {
  std::string out;
  text = base::base_name(text);  // of paths and URLs
  if (text.size() > kMaxNamePart) text = text.substr(text.size() - kMaxNamePart);
  for (const char c : text) out += base::is_alnum(c) || c == '.' || c == '_' || c == '-' ? c : '-';
  return out;
}

/// Removes the oldest of our logs but the newest kKeptLogs, so that they do not pile up.
void remove_old_logs(const std::string& directory) {
  const auto entries = base::list_directory(directory);
  if (!entries) return;
  std::vector<std::pair<std::int64_t, std::string>> logs;
  for (const base::DirEntry& entry : *entries) {
    if (!entry.name.starts_with(kLogPrefix) || !entry.name.ends_with(".log")) continue;
    const std::string path = base::join_path(directory, entry.name);
    const auto info = base::file_info(path);
    if (info && *info && (*info)->kind == base::FileInfo::Kind::file && (*info)->uid == ::geteuid())
      logs.emplace_back((*info)->mtime_ns, path);
  }
  std::ranges::sort(logs, std::greater());
  for (std::size_t n = kKeptLogs; n < logs.size(); ++n) ::unlink(logs[n].second.c_str());
}

}  // namespace

void BuildLogs::stayed(const std::string& path) {
  base::Lock lock(mu_);
  paths_.push_back(path);
}

void BuildLogs::forget() {
  base::Lock lock(mu_);
  for (const std::string& path : paths_) ::unlink(path.c_str());
  paths_.clear();
}

BuildLog::BuildLog(std::shared_ptr<BuildLogs> logs, std::string_view name)
    : logs_(std::move(logs)), name_(plain_name(name)) {}

BuildLog::~BuildLog() {
  if (!keep_ && !path_.empty()) ::unlink(path_.c_str());
}

int BuildLog::begin(std::string_view what) {
  if (!fd_ && !given_up_ && logs_) {
    path_ = base::join_path(logs_->directory(), base::unique_name(cat(kLogPrefix, name_, "-")));
    path_ += ".log";
    fd_ = base::open_path(path_, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!fd_) path_.clear();
  }
  given_up_ = !fd_;
  if (fd_) write(cat("# ", what, "\n"));
  return fd_.get();
}

std::uint64_t BuildLog::room() const { return kMaxLog - std::min(kMaxLog, written_); }

void BuildLog::finish(std::uint64_t said, std::string_view end) {
  const std::uint64_t fitted = std::min(said, room());
  const std::uint64_t left = said - fitted;
  written_ += fitted;
  if (left == 0) {
    if (!end.empty() && !end.ends_with('\n')) write("\n");
    return;
  }
  const std::string_view rest =
      end.substr(end.size() - static_cast<std::size_t>(std::min<std::uint64_t>(left, end.size())));
  write(cat("\n# ", left - rest.size(), " bytes were left out here\n", rest, "\n"));
}

std::string BuildLog::keep() {
  if (!keep_ && !path_.empty()) {
    logs_->stayed(path_);
    remove_old_logs(logs_->directory());
  }
  keep_ = true;
  return path_;
}

void BuildLog::write(std::string_view text) {
  written_ += text.size();
  (void)base::write_all(fd_.get(), text, "log");
}

std::string last_lines(std::string_view output, std::size_t count) {
  std::vector<std::string> lines;
  while (lines.size() < count && !output.empty()) {
    const std::size_t at = output.rfind('\n');
    std::string_view line = at == std::string_view::npos ? output : output.substr(at + 1);
    output = at == std::string_view::npos ? std::string_view() : output.substr(0, at);
    // A progress bar overwrites itself: only its last state is left.
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (const std::size_t bar = line.rfind('\r'); bar != std::string_view::npos)
      line.remove_prefix(bar + 1);
    if (base::trim(line).empty()) continue;
    const bool cut = line.size() > kMaxLine;
    lines.push_back(cat(base::printable(line.substr(0, kMaxLine)), cut ? "…" : ""));
  }
  std::reverse(lines.begin(), lines.end());
  return base::join(lines, "\n");
}

}  // namespace pipit::build_frontend
