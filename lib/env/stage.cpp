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

#include "base/fd.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/mutex.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

namespace {

constexpr std::size_t kStageBatch = 64;  // files per pool job; one each would be mostly queueing

/// A scheme directory: what goes below it is staged below an open directory, by short names.
struct StageRoot {
  std::string_view path;
  base::Fd stage;
  /// `below` as it is named from here; it ends where `below` does.
  std::string_view name_of(std::string_view below) const {
    return below.substr(path.ends_with('/') ? path.size() : path.size() + 1);
  }
};

/// The scheme directories that the files of one transaction are staged for.
class StageRoots {
 public:
  StageRoots(const StagingArea& staging, const LayoutPaths& paths)
      : staging_(staging), paths_(paths) {}
  /// The index of the root that `path` is below.
  Result<std::size_t> of(const std::string& path);
  const StageRoot& operator[](std::size_t index) const { return roots_[index]; }

 private:
  Result<std::size_t> open(const std::string& file);

  const StagingArea& staging_;
  const LayoutPaths& paths_;
  std::vector<StageRoot> roots_;
  std::string last_;  // files of one folder come together
  std::size_t last_root_ = 0;
};

Result<std::size_t> StageRoots::open(const std::string& file) {
  const std::string_view path = paths_.root_of(file);
  const auto known = std::ranges::find(roots_, path, &StageRoot::path);
  if (known != roots_.end()) return static_cast<std::size_t>(known - roots_.begin());
  std::string staged = staging_.staged(file);
  staged.resize(staged.size() - (file.size() - path.size()));
  if (auto made = base::make_directories(staged); !made)
    return fail(std::move(made.error()).in(path));
  StageRoot root{path, base::open_path(staged, O_PATH | O_DIRECTORY | O_NOFOLLOW)};
  if (!root.stage) return fail(base::system_error(path, errno));
  roots_.push_back(std::move(root));
  return roots_.size() - 1;
}

Result<std::size_t> StageRoots::of(const std::string& path) {
  const std::string_view folder = base::parent_path(path);
  if (folder == last_) return last_root_;
  PIPIT_TRY(last_root_, open(path));
  last_ = folder;
  return last_root_;
}

/// Makes a folder below a root, and those above it that are missing. Several threads may do so.
Result<void> make_folder(const StageRoot& root, std::string_view folder) {
  if (folder.size() <= root.path.size()) return {};
  const std::string name(root.name_of(folder));
  if (::mkdirat(root.stage.get(), name.c_str(), 0777) == 0 || errno == EEXIST) return {};
  if (errno != ENOENT) return fail(base::system_error(folder, errno));
  PIPIT_TRY(make_folder(root, base::parent_path(folder)));
  if (::mkdirat(root.stage.get(), name.c_str(), 0777) == 0 || errno == EEXIST) return {};
  return fail(base::system_error(folder, errno));
}

Result<void> write_new(const NewFile& file, const FileAt& to) {
  // Mode by open(), so that the umask applies; O_EXCL because nothing may exist there.
  const base::Fd out = base::open_at(to.directory, to.name, O_WRONLY | O_CREAT | O_EXCL,
                                     file.executable ? 0777 : 0666);
  if (!out) return fail(base::system_error(file.path, errno));
  return base::write_all(out.get(), file.content, file.path);
}

/// Stages files one after the other. Files of one folder come together, and so do those of one
/// wheel, whose directory is opened once.
class Stager {
 public:
  Stager(Linker& linker, Linker& copier) : linker_(linker), copier_(copier) {}
  Result<void> stage(const StageJob& job, const StageRoot& root);

 private:
  Linker &linker_, &copier_;
  std::string_view folder_;  // is there
  const cache::Wheel* wheel_ = nullptr;
  base::Fd tree_;
  bool linked_[2] = {};  // by whether it is executable: such a file of this wheel was hard-linked
};

Result<void> Stager::stage(const StageJob& job, const StageRoot& root) {
  const NewFile& file = *job.file;
  if (const std::string_view folder = base::parent_path(file.path); folder != folder_) {
    PIPIT_TRY(make_folder(root, folder));
    folder_ = folder;
  }
  const FileAt to{root.stage.get(), root.path, root.name_of(file.path).data()};
  if (!file.source) return write_new(file, to);
  if (job.wheel != wheel_) {
    tree_ = base::open_path(job.wheel->directory, O_PATH | O_DIRECTORY);
    if (!tree_) return fail(base::system_error(job.wheel->directory, errno));
    wheel_ = job.wheel;
    linked_[0] = linked_[1] = false;
  }
  const FileAt from{tree_.get(), job.wheel->directory, file.source->path.c_str()};
  if (file.copied) {
    PIPIT_TRY(copier_.link(from, *file.source, file.executable, to));
    return {};
  }
  bool& linked = linked_[file.executable ? 1 : 0];
  PIPIT_TRY(linked, linker_.link(from, *file.source, file.executable, to, linked && wheel_->fresh));
  return {};
}

Error cannot_write(const std::string& root, int error) {
  Error out = base::system_error(cat(root, ": cannot be changed"), error);
  if (out.code == Code::no_space) return base::system_error(root, error);
  out.code = Code::bad_environment;
  return std::move(out).with_hint(
      "install into a virtual environment (`pipit venv`), or with --target");
}

/// Whether the first file of each kind is as it has to be in the environment: then all are.
bool may_be_moved(const std::vector<StageJob>& jobs, const WholeFolder& folder, int tree,
                  const Linker& linker) {
  bool seen[2] = {};
  for (std::size_t i = folder.first; i < folder.end && !(seen[0] && seen[1]); ++i) {
    const cache::WheelFile& file = *jobs[i].file->source;
    if (std::exchange(seen[file.executable ? 1 : 0], true)) continue;
    if (!linker.may_be_moved({tree, {}, file.path.c_str()}, file)) return false;
  }
  return true;
}

/// Moves whole folders, and returns which jobs are done by that. Whatever cannot be moved is left
/// to be linked.
Result<std::vector<bool>> move_folders(const std::vector<StageJob>& jobs, StageRoots& roots,
                                       const Linker& linker) {
  std::vector<bool> done(jobs.size());
  for (const WholeFolder& folder : whole_folders(jobs)) {
    const base::Fd tree =
        base::open_path(jobs[folder.first].wheel->directory, O_PATH | O_DIRECTORY);
    if (!tree || !may_be_moved(jobs, folder, tree.get(), linker)) continue;
    const std::string from(folder.member), path(folder.path);
    PIPIT_TRY(const std::size_t root, roots.of(path));
    const StageRoot& to = roots[root];
    PIPIT_TRY(make_folder(to, base::parent_path(path)));
    if (::renameat(tree.get(), from.c_str(), to.stage.get(), to.name_of(path).data()) != 0)
      continue;
    std::fill(done.begin() + static_cast<std::ptrdiff_t>(folder.first),
              done.begin() + static_cast<std::ptrdiff_t>(folder.end), true);
  }
  return done;
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
                         const StageOptions& options, sched::Pool& pool, base::Events& events,
                         std::stop_token stop) {
  auto span = events.span(base::Lane::disk, cat("stage ", jobs.size(), " files"));
  StageRoots roots(staging, staging.paths());
  Linker linker(options.link_mode), copier(LinkMode::copy);
  std::vector<bool> moved(jobs.size());
  if (options.take_fresh) {
    PIPIT_TRY(moved, move_folders(jobs, roots, linker));
  }
  std::vector<std::uint8_t> root_of(jobs.size());  // there are at most five
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (stop.stop_requested()) return fail_cancelled();
    if (moved[i]) continue;
    PIPIT_TRY(const std::size_t root, roots.of(jobs[i].file->path));
    root_of[i] = static_cast<std::uint8_t>(root);
  }
  base::Mutex mu;
  std::size_t first_bad = jobs.size();
  std::optional<Error> error;
  const std::size_t batches = (jobs.size() + kStageBatch - 1) / kStageBatch;
  const bool all =
      sched::for_each_index(pool, base::Lane::disk, batches, stop, [&](std::size_t batch) {
        const std::size_t end = std::min(jobs.size(), (batch + 1) * kStageBatch);
        Stager stager(linker, copier);
        for (std::size_t i = batch * kStageBatch; i < end; ++i) {
          if (moved[i]) continue;
          auto staged = stager.stage(jobs[i], roots[root_of[i]]);
          if (staged) continue;
          const base::Lock lock(mu);
          if (i >= first_bad) return;
          first_bad = i;
          error = std::move(staged.error());
          return;
        }
      });
  if (error) return fail(std::move(*error));
  if (!all) return fail_cancelled();
  return {};
}

}  // namespace pipit::env
