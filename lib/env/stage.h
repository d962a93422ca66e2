// New trees, made beside the places that they will be renamed to.
#pragma once
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "cache/store.h"
#include "env/layout_paths.h"
#include "env/link.h"
#include "env/whole_folders.h"
#include "sched/pool.h"

namespace pipit::env {

/// The working directories of one transaction, one per file system, each in a scheme directory:
/// ".pipit-<unique>/stage/…" mirrors absolute paths, "trash/<n>" receives what is moved away. The
/// destructor removes them with what is left in them; once `stop` is requested it moves them into
/// `aside` where it can, as the user is waiting for the prompt.
class StagingArea {
 public:
  explicit StagingArea(const LayoutPaths& paths, cache::Store* aside = nullptr,
                       std::stop_token stop = {})
      : paths_(paths), aside_(aside), stop_(std::move(stop)) {}
  StagingArea(const StagingArea&) = delete;
  StagingArea& operator=(const StagingArea&) = delete;
  ~StagingArea();
  /// Makes the working directory that `path` needs. Code::bad_environment when it cannot be written
  /// to.
  Result<void> open_for(std::string_view path);
  /// Where `path` is staged; open_for() must have succeeded for it.
  std::string staged(std::string_view path) const;
  const LayoutPaths& paths() const { return paths_; }
  std::string trash(std::string_view path, std::size_t number) const;
  /// Leaves the working directories on disk (roll-back failed: they contain what is left).
  std::string keep();

 private:
  std::string_view directory_for(std::string_view path) const;
  const LayoutPaths& paths_;
  cache::Store* aside_;  // may be null
  std::stop_token stop_;
  std::map<std::uint64_t, std::string> by_device_;  // st_dev -> working directory
  std::map<std::string, std::uint64_t, std::less<>> device_of_root_;
};

/// The links and writes of one transaction, in parallel on the disk lane. The directories of
/// destinations are made first. Of several failures the first in the order of `files` is returned.
struct StageOptions {
  LinkMode link_mode = LinkMode::automatic;
  /// Wheels that this run unpacked serve nobody else: whole folders of them are moved, where that
  /// can be done, and what is left of those wheels is of no use.
  bool take_fresh = false;
};
Result<void> stage_files(const std::vector<StageJob>& jobs, const StagingArea& staging,
                         const StageOptions& options, sched::Pool& pool, base::Events& events,
                         std::stop_token stop);

}  // namespace pipit::env
