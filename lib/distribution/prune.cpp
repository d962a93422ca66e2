// source.json is the root of what is reachable: it names the archive, the wheels, and those that
// were replaced. Removal happens under the shard's lock; a shard in use is left for the next time.
#include "distribution/prune.h"

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/file_lock.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "base/url.h"
#include "distribution/source/built_cache.h"

namespace pipit::distribution {
namespace {

using Bucket = cache::Bucket;
using Shards = std::map<std::string, SourceRecord>;

constexpr std::int64_t kDayNs = std::int64_t{24} * 3600 * 1'000'000'000;

bool is_older_than_a_day(const std::string& path) {
  const auto info = base::file_info(path);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  return info && *info && now_ns - (*info)->mtime_ns > kDayNs;
}

class Pruner {
 public:
  explicit Pruner(cache::Store& store) : store_(store) {}

  Result<cache::Usage> run() {
    PIPIT_TRY(freed_, cache::sweep(store_));
    PIPIT_TRY(read_records());
    for (const auto& [shard, record] : records_) prune_shard(shard);
    PIPIT_TRY(prune_wheels());
    prune_replaced();
    PIPIT_TRY(prune_archives());
    return freed_;
  }

 private:
  Result<void> read_records() {
    PIPIT_TRY(const auto files, base::list_tree(store_.bucket_path(Bucket::built_wheel_metadata)));
    for (const std::string& file : files) {
      if (base::base_name(file) != "source.json") continue;
      const std::string shard(base::parent_path(file));
      if (auto record = BuiltCache(store_, shard, "").record())
        records_.emplace(shard, std::move(*record));
    }
    return {};
  }

  std::optional<base::FileLock> lock(const std::string& shard) {
    const std::string path = store_.lock_path(Bucket::built_wheels, shard);
    if (!base::make_directories(std::string(base::parent_path(path)))) return std::nullopt;
    auto lock = base::FileLock::try_acquire(path, base::FileLock::Mode::exclusive);
    return lock ? std::move(*lock) : std::nullopt;
  }

  /// A folder's wheels are never used again; those of a file as long as it is there.
  static bool is_useless(const SourceRecord& record) {
    if (!record.commit.empty()) return false;
    if (record.sha256.empty()) return true;
    const auto url = base::parse_url(record.url);
    if (!url || !url->is_file()) return false;
    const auto path = base::file_url_to_path(*url);
    return path && !base::exists(*path);
  }

  /// Reads the record again, now that no process can change it.
  void prune_shard(const std::string& shard) {
    const auto held = lock(shard);
    BuiltCache cache(store_, shard, "");
    auto record = cache.record();
    if (!held || !record) return;
    replaced_.insert(record->replaced.begin(), record->replaced.end());
    if (is_useless(*record)) {
      for (const auto& [name, wheel] : record->wheels) {
        replaced_.insert(wheel.sha256);
        remove(Bucket::built_wheels, cat(shard, "/", BuiltCache::disk_name(name)), 1);
      }
      remove(Bucket::built_wheel_metadata, cat(shard, "/source.json"), 0);
      remove(Bucket::built_wheel_metadata, cat(shard, "/metadata.json"), 1);
      records_[shard] = SourceRecord();
      return;
    }
    if (!record->replaced.empty()) {
      record->replaced.clear();
      cache.write_record(*record);
    }
    records_[shard] = std::move(*record);
  }

  /// Wheels that no record lists.
  Result<void> prune_wheels() {
    const std::string top = store_.bucket_path(Bucket::built_wheels);
    PIPIT_TRY(const auto files, base::list_tree(top));
    for (const std::string& file : files) {
      if (file.starts_with('.') || !file.ends_with(".whl")) continue;
      const std::string shard(base::parent_path(file));
      if (is_listed(shard, base::base_name(file))) continue;
      const auto held = lock(shard);
      if (!held) continue;
      // It may have been made, or listed, since we looked.
      auto record = BuiltCache(store_, shard, "").record();
      records_[shard] = record ? std::move(*record) : SourceRecord();
      if (!is_listed(shard, base::base_name(file))) remove(Bucket::built_wheels, file, 1);
    }
    return {};
  }

  bool is_listed(const std::string& shard, std::string_view disk_name) const {
    const auto record = records_.find(shard);
    if (record == records_.end()) return false;
    for (const auto& [name, wheel] : record->second.wheels)
      if (BuiltCache::disk_name(name) == disk_name) return true;
    return false;
  }

  void prune_replaced() {
    for (const auto& [shard, record] : records_)
      for (const auto& [name, wheel] : record.wheels) replaced_.erase(wheel.sha256);
    for (const std::string& sha256 : replaced_) remove(Bucket::wheels, sha256, 1);
  }

  Result<void> prune_archives() {
    std::set<std::string> named;
    for (const auto& [shard, record] : records_) named.insert(record.sha256);
    const std::string top = cat(store_.bucket_path(Bucket::files), "/archives");
    PIPIT_TRY(const auto entries, base::list_directory(top));
    for (const base::DirEntry& entry : entries)
      if (!named.contains(entry.name) && is_older_than_a_day(cat(top, "/", entry.name)))
        remove(Bucket::files, cat("archives/", entry.name), 1);
    return {};
  }

  void remove(Bucket bucket, const std::string& key, std::uint64_t entries) {
    const std::string path = store_.entry_path(bucket, key);
    if (path.empty() || !base::exists(path)) return;
    std::uint64_t bytes = 0;
    if (const auto files = base::is_directory(path) ? base::list_tree(path)
                                                    : Result<std::vector<std::string>>({""})) {
      for (const std::string& file : *files) {
        const auto info = base::file_info(file.empty() ? path : base::join_path(path, file));
        if (info && *info) bytes += (*info)->size;
      }
    }
    store_.remove(bucket, key);
    freed_.entries += entries;
    freed_.bytes += bytes;
  }

  cache::Store& store_;
  cache::Usage freed_;
  Shards records_;
  std::set<std::string> replaced_;  // unpacked wheels
};

}  // namespace

Result<cache::Usage> prune(cache::Store& store) { return Pruner(store).run(); }

}  // namespace pipit::distribution
