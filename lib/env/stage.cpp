// Staging. A rename needs both ends on one file system, so the working directory is in the scheme
// directory that it serves (a second one is made only for a scheme directory on another device).
// Inside it, "stage" repeats the absolute path of the destination: whichever entry turns out to be
// the unit of renaming, it exists there in its final form.
#include "env/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/fd.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/mutex.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

namespace {

constexpr std::size_t kStageBatch = 64;  // files per pool job; one each would be mostly queueing

Result<void> make_parents(const std::string& directory, std::set<std::string>& made) {
  if (made.contains(directory)) return {};
  if (base::is_directory(directory)) {
    made.insert(directory);
    return {};
  }
  PIPIT_TRY(make_parents(std::string(base::parent_path(directory)), made));
  if (::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST)
    return fail(base::system_error(directory, errno));
  made.insert(directory);
  return {};
}

Result<void> write_new(const NewFile& file, const std::string& to) {
  // Mode by open(), so that the umask applies; O_EXCL because nothing may exist there.
  base::Fd out(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file.executable ? 0777 : 0666));
  if (!out) return fail(base::system_error(to, errno));
  return base::write_all(out.get(), file.content, to);
}

Result<void> stage_one(const StageJob& job, const std::string& to, Linker& linker, Linker& copier) {
  const NewFile& file = *job.file;
  if (!file.source) return write_new(file, to);
  cache::WheelFile manifest = *file.source;
  manifest.executable = file.executable;
  const std::string from = base::join_path(job.wheel->directory, file.source->path);
  return (file.copied ? copier : linker).link(from, manifest, to);
}

// A message about a staged file names its destination instead.
Error in_place(Error error, const std::string& staged, const NewFile& file) {
  const std::string root = staged.substr(0, staged.size() - file.path.size());
  error.message = base::replace_all(error.message, cat(root, "/"), "/");
  return error;
}

Error cannot_write(const std::string& root, int error) {
  Error out = base::system_error(cat(root, ": cannot be changed"), error);
  if (out.code == Code::no_space) return base::system_error(root, error);
  out.code = Code::bad_environment;
  return std::move(out).with_hint(
      "install into a virtual environment (`pipit venv`), or with --target");
}

}  // namespace

StagingArea::~StagingArea() {
  for (const auto& [device, directory] : by_device_) {
    if (aside_ && stop_.stop_requested() && aside_->put_aside(directory)) continue;
    (void)base::remove_tree(directory);
  }
}

Result<void> StagingArea::open_for(std::string_view path) {
  const std::string root(paths_.root_of(path));
  if (root.empty()) return fail(Code::internal, cat(path, ": outside every scheme"));
  if (device_of_root_.contains(root)) return {};
  PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(root, true));
  if (!info) return fail(base::system_error(root, ENOENT));
  device_of_root_[root] = info->device;
  if (by_device_.contains(info->device)) return {};
  const std::string directory = base::join_path(root, base::unique_name(".pipit-"));
  if (::mkdir(directory.c_str(), 0700) != 0) return fail(cannot_write(root, errno));
  by_device_[info->device] = directory;
  for (const std::string_view part : {"stage", "trash"}) {
    const std::string below = base::join_path(directory, part);
    if (::mkdir(below.c_str(), 0777) != 0) return fail(cannot_write(root, errno));
  }
  return {};
}

std::string_view StagingArea::directory_for(std::string_view path) const {
  return by_device_.find(device_of_root_.find(paths_.root_of(path))->second)->second;
}

std::string StagingArea::staged(std::string_view path) const {
  return cat(directory_for(path), "/stage", path);
}

std::string StagingArea::trash(std::string_view path, std::size_t number) const {
  return cat(directory_for(path), "/trash/", number);
}

std::string StagingArea::keep() {
  std::string where;
  for (const auto& [device, directory] : by_device_)
    where += cat(where.empty() ? "" : ", ", directory);
  by_device_.clear();
  return where;
}

Result<void> stage_files(const std::vector<StageJob>& jobs, const StagingArea& staging,
                         LinkMode mode, sched::Pool& pool, base::Events& events,
                         std::stop_token stop) {
  auto span = events.span(base::Lane::disk, cat("stage ", jobs.size(), " files"));
  std::vector<std::string> targets;
  targets.reserve(jobs.size());
  std::set<std::string> made;
  for (const StageJob& job : jobs) {
    if (stop.stop_requested()) return fail_cancelled();
    targets.push_back(staging.staged(job.file->path));
    auto parents = make_parents(std::string(base::parent_path(targets.back())), made);
    if (!parents) return fail(in_place(std::move(parents.error()), targets.back(), *job.file));
  }
  Linker linker(mode), copier(LinkMode::copy);
  base::Mutex mu;
  std::size_t first_bad = jobs.size();
  std::optional<Error> error;
  const std::size_t batches = (jobs.size() + kStageBatch - 1) / kStageBatch;
  const bool all =
      sched::for_each_index(pool, base::Lane::disk, batches, stop, [&](std::size_t batch) {
        const std::size_t end = std::min(jobs.size(), (batch + 1) * kStageBatch);
        for (std::size_t i = batch * kStageBatch; i < end; ++i) {
          auto staged = stage_one(jobs[i], targets[i], linker, copier);
          if (staged) continue;
          const base::Lock lock(mu);
          if (i >= first_bad) return;
          first_bad = i;
          error = in_place(std::move(staged.error()), targets[i], *jobs[i].file);
          return;
        }
      });
  if (error) return fail(std::move(*error));
  if (!all) return fail_cancelled();
  return {};
}

}  // namespace pipit::env
