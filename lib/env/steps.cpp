// Steps, and how to undo them.
//
// Every step is a rename, and what was renamed can be renamed back, so undoing needs no copies. One
// file system breaks the rule: on an overlay a directory from a lower layer cannot be renamed
// (EXDEV). Then a new directory is made at the other end and the entries are moved one by one; each
// of those small moves is recorded by itself, and undoing them in reverse order works as before.
#include "env/steps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

namespace {

// A name that appeared at `to` since we looked is not replaced. 0 or errno.
int rename_to_free_name(const std::string& from, const std::string& to) {
#if defined(SYS_renameat2)
  constexpr unsigned kNoReplace = 1;  // RENAME_NOREPLACE
  if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), kNoReplace) == 0)
    return 0;
  // A sandbox may answer EPERM to calls that it does not know; rename() then has the last word.
  if (errno != ENOSYS && errno != EINVAL && errno != EPERM) return errno;
#endif
  struct stat info{};
  if (::lstat(to.c_str(), &info) == 0) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

// 0 or errno. Where a sandbox forbids chmod, the mode that mkdir() gave has to do.
int set_mode(const std::string& path, std::uint32_t mode) {
  if (::chmod(path.c_str(), mode) == 0) return 0;
  struct stat info{};
  const bool forbidden = errno == EPERM || errno == ENOSYS;
  const int error = errno;
  const bool ours = ::stat(path.c_str(), &info) == 0 && info.st_uid == ::geteuid();
  return forbidden && ours ? 0 : error;
}

}  // namespace

Runner::~Runner() { (void)undo(); }

Result<void> Runner::make_directories(const std::string& path) {
  if (base::is_directory(path)) return {};
  const std::string parent(base::parent_path(path));
  if (parent != path) PIPIT_TRY(make_directories(parent));
  if (::mkdir(path.c_str(), 0777) != 0) {
    if (errno == EEXIST && base::is_directory(path)) return {};
    return fail(base::system_error(path, errno));
  }
  done_.push_back({Done::Kind::made_directory, {}, path, 0});
  return {};
}

Result<void> Runner::move(const std::string& from, const std::string& to) {
  const int error = rename_to_free_name(from, to);
  if (error == 0) {
    done_.push_back({Done::Kind::moved, from, to, 0});
    return {};
  }
  if (error == EXDEV && !base::is_directory(from)) return fail(base::system_error(to, error));
  if (error == EXDEV) return move_entries(from, to);
  return fail(base::system_error(error == EEXIST ? to : from, error));
}

Result<void> Runner::move_entries(const std::string& from, const std::string& to) {
  PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(from));
  if (!info || info->kind != base::FileInfo::Kind::directory)
    return fail(base::system_error(from, EXDEV));
  if (::mkdir(to.c_str(), info->mode | 0700) != 0) return fail(base::system_error(to, errno));
  done_.push_back({Done::Kind::made_directory, {}, to, 0});
  PIPIT_TRY(const std::vector<base::DirEntry> entries, base::list_directory(from));
  for (const base::DirEntry& entry : entries) {
    PIPIT_TRY(move(base::join_path(from, entry.name), base::join_path(to, entry.name)));
  }
  done_.push_back({Done::Kind::set_mode, {}, to, 0});
  if (const int error = set_mode(to, info->mode)) return fail(base::system_error(to, error));
  if (::rmdir(from.c_str()) != 0) return fail(base::system_error(from, errno));
  done_.push_back({Done::Kind::removed_directory, {}, from, info->mode});
  return {};
}

Result<void> Runner::run(const Step& step) { return move(step.from, step.to); }

Result<void> Runner::undo() {
  Result<void> outcome;
  // Set last: entries are moved back while the directory is still writable.
  std::vector<const Done*> modes;
  const auto note = [&](const std::string& what, int error) {
    if (outcome) outcome = fail(base::system_error(cat(what, ": could not be restored"), error));
  };
  for (auto done = done_.rbegin(); done != done_.rend(); ++done) {
    switch (done->kind) {
      case Done::Kind::moved:
        if (::rename(done->to.c_str(), done->from.c_str()) != 0) note(done->from, errno);
        break;
      case Done::Kind::made_directory:
        if (::rmdir(done->to.c_str()) != 0 && errno != ENOENT) note(done->to, errno);
        break;
      case Done::Kind::removed_directory:
        if (::mkdir(done->to.c_str(), done->mode | 0700) != 0) note(done->to, errno);
        modes.push_back(&*done);
        break;
      case Done::Kind::set_mode:
        if (const int error = set_mode(done->to, 0700)) note(done->to, error);
        break;
    }
  }
  for (const Done* removed : modes) {
    if (const int error = set_mode(removed->to, removed->mode)) note(removed->to, error);
  }
  done_.clear();
  return outcome;
}

void Runner::commit() { done_.clear(); }

Result<void> run_steps(Runner& runner, const std::vector<Step>& steps,
                       const std::function<Result<void>(std::size_t)>& before,
                       std::stop_token stop) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (stop.stop_requested()) return fail_cancelled();
    if (before) PIPIT_TRY(before(i));
    PIPIT_TRY(runner.run(steps[i]));
  }
  return {};
}

}  // namespace pipit::env
