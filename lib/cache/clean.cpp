// What the cache holds, and how to remove it.
//
// Only our own directories are removed: the buckets of this version by name, and with `all` every
// directory named like a bucket ("…-v3"), since the cache may have been pointed at a directory with
// other things in it. Staging directories and half-written files may belong to a process that is
// still using them: they count as stale after a day.
#include "cache/clean.h"

#include <chrono>

#include "base/file.h"
#include "base/file_lock.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::cache {
namespace {

constexpr std::int64_t kStaleNs = std::int64_t{24} * 3600 * 1'000'000'000;
constexpr int kFirstBucket = 0, kLastBucket = static_cast<int>(Bucket::bytecode);

std::int64_t wall_clock_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

bool is_work_in_progress(std::string_view name) { return name.starts_with('.'); }

/// What counts as one entry: mostly a file each, sometimes a directory with a file that all have.
enum class Shape { file, manifest, wheel, repository };
Shape shape_of(std::string_view bucket) {
  if (bucket.starts_with("wheels-")) return Shape::manifest;
  if (bucket.starts_with("built-wheels-")) return Shape::wheel;
  return bucket.starts_with("git-") ? Shape::repository : Shape::file;
}

/// Whether `file`, a path in the bucket or in the entry, is the one that is counted.
bool stands_for_entry(Shape shape, const std::string& file) {
  const std::string_view name = base::base_name(file);
  if (shape == Shape::manifest) return name == "manifest" && !file.contains("tree/");
  if (shape == Shape::wheel) return name.ends_with(".whl") && !is_work_in_progress(file);
  if (shape == Shape::repository) return name == "HEAD" && !file.contains("refs/");
  return !is_work_in_progress(name);
}

/// "anything-v12".
bool is_bucket_like(std::string_view name) {
  const std::size_t dash = name.rfind("-v");
  return dash != std::string_view::npos && dash > 0 && base::parse_uint(name.substr(dash + 2));
}

void add_tree(const std::string& path, Shape shape, Usage& usage) {
  const auto files = base::list_tree(path);
  if (!files) return;
  for (const std::string& file : *files) {
    const auto info = base::file_info(base::join_path(path, file));
    if (!info || !*info) continue;
    usage.bytes += (*info)->size;
    if (stands_for_entry(shape, file)) ++usage.entries;
  }
}

/// Whether an entry of a bucket may be removed.
bool may_go(const std::string& path, std::string_view name, std::int64_t now) {
  if (!is_work_in_progress(name)) return true;
  const auto info = base::file_info(path);
  return info && *info && now - (*info)->mtime_ns > kStaleNs;
}

/// Whether it is the beginning of a download that no process is using.
bool is_left_behind(const std::string& path, std::string_view name) {
  if (!name.starts_with(".partial-")) return false;
  const auto lock = base::FileLock::try_acquire(path, base::FileLock::Mode::exclusive);
  return lock && *lock;
}

Result<void> clean_bucket(const std::string& path, std::string_view bucket, Usage& freed) {
  PIPIT_TRY(const std::vector<base::DirEntry> entries, base::list_directory(path));
  const std::int64_t now = wall_clock_ns();
  bool empty = true;
  for (const base::DirEntry& entry : entries) {
    const std::string child = base::join_path(path, entry.name);
    if (!may_go(child, entry.name, now) && !is_left_behind(child, entry.name)) {
      empty = false;
      continue;
    }
    Usage gone;
    if (entry.kind == base::FileInfo::Kind::directory) {
      add_tree(child, shape_of(bucket), gone);
      if (is_work_in_progress(entry.name)) gone.entries = 0;
    } else if (const auto info = base::file_info(child); info && *info) {
      gone.entries = is_work_in_progress(entry.name) ? 0 : 1;
      gone.bytes = (*info)->size;
    }
    PIPIT_TRY(base::remove_tree(child));
    freed.entries += gone.entries;
    freed.bytes += gone.bytes;
  }
  return empty ? base::remove_tree(path) : Result<void>();
}

/// Removes half-written files beside entries in folders of a bucket.
Result<void> sweep_files(const std::string& path, std::int64_t now, Usage& freed) {
  PIPIT_TRY(const std::vector<std::string> files, base::list_tree(path));
  for (const std::string& file : files) {
    if (!is_work_in_progress(base::base_name(file)) || is_work_in_progress(file)) continue;
    const std::string child = base::join_path(path, file);
    const auto info = base::file_info(child);
    if (!info || !*info || !may_go(child, base::base_name(file), now)) continue;
    PIPIT_TRY(base::remove_file(child));
    freed.bytes += (*info)->size;
  }
  return {};
}

}  // namespace

Result<Usage> sweep(const Store& store) {
  Usage freed;
  if (store.directory().empty()) return freed;
  if (!store.writable())
    return fail(Code::io, cat(store.directory(), ": the cache cannot be written"));
  freed.bytes += store.remove_aside();
  const std::int64_t now = wall_clock_ns();
  for (int i = kFirstBucket; i <= kLastBucket; ++i) {
    const std::string path = store.bucket_path(static_cast<Bucket>(i));
    PIPIT_TRY(const std::vector<base::DirEntry> entries, base::list_directory(path));
    const Shape shape = shape_of(base::base_name(path));
    for (const base::DirEntry& entry : entries) {
      const std::string child = base::join_path(path, entry.name);
      if (!is_work_in_progress(entry.name) || !may_go(child, entry.name, now)) continue;
      Usage gone;
      if (entry.kind == base::FileInfo::Kind::directory)
        add_tree(child, shape, gone);
      else if (const auto info = base::file_info(child); info && *info)
        gone.bytes = (*info)->size;
      PIPIT_TRY(base::remove_tree(child));
      freed.bytes += gone.bytes;
    }
    if (shape == Shape::file) PIPIT_TRY(sweep_files(path, now, freed));
  }
  return freed;
}

std::vector<Usage> usage(const Store& store) {
  std::vector<Usage> out;
  if (store.directory().empty()) return out;
  for (int i = kFirstBucket; i <= kLastBucket; ++i) {
    const auto bucket = static_cast<Bucket>(i);
    const std::string path = store.bucket_path(bucket);
    if (!base::is_directory(path)) continue;
    Usage used{std::string(bucket_name(bucket)), 0, 0};
    add_tree(path, shape_of(used.bucket), used);
    out.push_back(std::move(used));
  }
  return out;
}

Result<Usage> clean(const Store& store, bool all) {
  Usage freed;
  if (store.directory().empty()) return freed;
  if (!store.writable())
    return fail(Code::io, cat(store.directory(), ": the cache cannot be written"));
  freed.bytes += store.remove_aside();
  PIPIT_TRY(const std::vector<base::DirEntry> found, base::list_directory(store.directory()));
  for (const base::DirEntry& entry : found) {
    if (entry.kind != base::FileInfo::Kind::directory) continue;
    bool ours = all && is_bucket_like(entry.name);
    for (int i = kFirstBucket; i <= kLastBucket; ++i) {
      ours = ours || entry.name == bucket_name(static_cast<Bucket>(i));
    }
    if (ours)
      PIPIT_TRY(clean_bucket(base::join_path(store.directory(), entry.name), entry.name, freed));
  }
  return freed;
}

}  // namespace pipit::cache
