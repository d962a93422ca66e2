// A lock around a build, though builds need builds: A's lock is held while A's build environment is
// made, for which B may have to be built under B's lock. Of two processes, one may then hold A and
// want B, and the other hold B and want A, if they were told different things about what needs
// what. flock() does not see that, and no order of locks can be agreed on beforehand.
//
// So a waiter says that it waits: as long as a job waits for a lock, the lock files of the jobs
// above it (those that wait for that job) contain a "w". A cycle of waiting processes consists of
// such locks only. A job with locks above it therefore does not wait for a lock that keeps its mark
// for a while, but does the work without it. That is never wrong, since results appear by rename;
// at worst something is built twice. A job with no locks above it may wait as long as it takes.
#include "distribution/source/shard_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/fd.h"
#include "base/file_lock.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/stop.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {
namespace {

constexpr std::chrono::milliseconds kShortPause{5}, kLongPause{100}, kPatience{2000};

void write_mark(const std::string& path, bool waiting) {
  const base::Fd fd = base::open_path(path, O_WRONLY | O_NOFOLLOW);
  if (fd) (void)!::pwrite(fd.get(), waiting ? "w" : "-", 1, 0);
}

bool has_mark(const std::string& path) {
  const base::Fd fd = base::open_path(path, O_RDONLY | O_NOFOLLOW);
  char mark = '-';
  return fd && ::pread(fd.get(), &mark, 1, 0) == 1 && mark == 'w';
}

}  // namespace

ShardLocks::Held::Held(Held&& other) noexcept
    : locks_(std::exchange(other.locks_, nullptr)),
      job_(other.job_),
      lock_(std::exchange(other.lock_, std::nullopt)) {}

ShardLocks::Held& ShardLocks::Held::operator=(Held&& other) noexcept {
  std::swap(locks_, other.locks_);
  std::swap(job_, other.job_);
  std::swap(lock_, other.lock_);
  return *this;
}

ShardLocks::Held::~Held() {
  if (!locks_) return;
  base::Lock lock(locks_->mu_);
  locks_->held_.erase(job_);
}

bool ShardLocks::mark_waiting(sched::WaitGraph::Job job, bool waiting) {
  const std::vector<sched::WaitGraph::Job> above = graph_.waiting_for(job);
  base::Lock lock(mu_);
  bool any = false;
  for (sched::WaitGraph::Job one : above) {
    const auto held = held_.find(one);
    if (held == held_.end()) continue;
    write_mark(held->second, waiting);
    any = true;
  }
  return any;
}

Result<ShardLocks::Held> ShardLocks::acquire(const std::string& shard, std::stop_token stop) {
  Held held;
  const sched::WaitGraph::Job job = graph_.current();
  const std::string path = store_.lock_path(cache::Bucket::built_wheels, shard);
  if (!base::make_directories(std::string(base::parent_path(path)))) return held;
  std::chrono::milliseconds pause = kShortPause, marked{0};
  while (true) {
    auto lock = base::FileLock::try_acquire(path, base::FileLock::Mode::exclusive);
    if (!lock) return held;  // a file system without locks: go without
    const bool locks_above = mark_waiting(job, !*lock);
    if (*lock) {
      write_mark(path, false);
      held.lock_ = std::move(*lock);
      break;
    }
    marked = has_mark(path) ? marked + pause : std::chrono::milliseconds{0};
    if (locks_above && marked >= kPatience) {
      mark_waiting(job, false);
      return held;
    }
    if (!base::pause(pause, stop)) return fail_cancelled();
    pause = std::min(pause * 2, kLongPause);
  }
  held.locks_ = this;
  held.job_ = job;
  base::Lock lock(mu_);
  held_[job] = path;
  return held;
}

}  // namespace pipit::distribution
