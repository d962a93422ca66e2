// The store on disk: versioned buckets of entries that appear by rename. Knows no HTTP and no
// Python.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/events.h"
#include "base/file_lock.h"
#include "base/result.h"
#include "base/shared_text.h"
#include "base/temp_dir.h"

namespace pipit::cache {

/// The buckets of this version. Directories of other names below the cache directory are left
/// alone.
enum class Bucket {
  index,
  wheel_metadata,
  wheels,
  built_wheels,
  built_wheel_metadata,
  files,
  interpreter,
  trees,
  git,
  bytecode
};
std::string_view bucket_name(Bucket bucket);  // "index-v0"
/// Whether Store accepts `key`.
bool is_valid_key(std::string_view key);

struct StoreOptions {
  std::string directory;         // "" : no cache is wanted
  std::string temporary_parent;  // where a temporary cache goes ("" : TMPDIR, else /tmp)
  /// For commands that only get faster by it: an unusable one is done without, and not told.
  bool optional = false;
};

/// One cache directory. Thread-safe; any number of processes may share it.
class Store {
 public:
  /// Opens (and creates) it. An unusable directory (cannot be made or read, or is another user's in
  /// HOME while we are root) is replaced by a temporary one, with one warning; "" is replaced
  /// without a warning; an optional one by nothing. If that fails too, directory() is "" and
  /// nothing can be staged. A directory that can be read but not written is read; staged entries
  /// then live in a temporary directory.
  Store(const StoreOptions& options, base::Events& events);
  ~Store();  // removes a temporary directory
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const std::string& directory() const { return directory_; }
  bool temporary() const { return temporary_; }
  /// False when entries cannot be written (a read-only cache is still read).
  bool writable() const { return writable_; }
  std::string bucket_path(Bucket bucket) const;

  /// Reads a small entry. It is stored with a checksum, so torn or flipped bytes are a miss, never
  /// wrong content. `key` consists of letters, digits and ._+-@, and of "/" for directories; no
  /// component begins with ".". An entry of another key is never found and cannot be written. Keys
  /// that end in ".json" are stored as JSON that other programs can read (docs/formats).
  std::optional<std::string> read(Bucket bucket, std::string_view key,
                                  std::uint64_t max_bytes = 256u << 20) const;
  /// The same without a copy: a large entry stays a file in memory.
  std::optional<base::SharedText> view(Bucket bucket, std::string_view key,
                                       std::uint64_t max_bytes = 256u << 20) const;
  /// Whether an entry of this bucket will be read by anybody. In a temporary cache those are not
  /// that a run asks for once and remembers: pages and metadata.
  bool keeps(Bucket bucket) const;
  /// Writes a small entry, if its bucket is kept. A failure is not the caller's problem: it is
  /// noted with -v, and false returned.
  bool write(Bucket bucket, std::string_view key, std::string_view content);
  /// Removes a small entry or a published directory; no error when it is absent.
  void remove(Bucket bucket, std::string_view key);

  /// A new directory beside a bucket's entries, for publish(). Name: ".staging-<unique>".
  Result<std::string> staging_directory(Bucket bucket);
  /// Renames a staged directory to its final key and returns its path. When another process was
  /// faster, its entry stays and ours is removed; to replace an entry, remove() it first.
  Result<std::string> publish(Bucket bucket, const std::string& staging, std::string_view key);
  /// Renames a finished file from a staging directory to its key, replacing what is there; returns
  /// its path. The file gets no checksum of ours: its reader must know its digest.
  Result<std::string> place_file(Bucket bucket, const std::string& path, std::string_view key);
  /// Moves a directory that nobody needs any more into the cache, where a later run removes it: for
  /// a run that must end at once. False when it is still where it was: it is on another file
  /// system, or the cache is temporary or cannot be written.
  bool put_aside(const std::string& directory);
  /// Removes what put_aside() moved, of other runs, too. Returns the bytes of its files.
  std::uint64_t remove_aside() const;
  /// The same as long as `go_on` says so, without counting.
  void sweep_aside(const std::function<bool()>& go_on) const;
  /// Where the entry is or would be; "" for a key that is not allowed.
  std::string entry_path(Bucket bucket, std::string_view key) const;
  /// A lock between processes for this key (under ".locks/").
  Result<base::FileLock> lock(Bucket bucket, std::string_view key, base::FileLock::Mode mode,
                              int stop_fd = -1);

  /// The path of that lock's file; "" when there is no directory to write to.
  std::string lock_path(Bucket bucket, std::string_view key) const;

 private:
  void open(const std::string& directory);
  void do_without(std::string_view why);
  void use_stand_in();
  /// Where entries are written: the cache, or the temporary directory of one that cannot be
  /// written.
  const std::string& write_root() const;

  base::Events& events_;
  std::string temporary_parent_;
  bool optional_ = false;
  std::string directory_;
  bool temporary_ = false;
  bool writable_ = false;
  std::optional<base::TempDir> stand_in_;
};

/// PIPIT_CACHE_DIR, PIP_CACHE_DIR/pipit, XDG_CACHE_HOME/pipit, ~/.cache/pipit, absolute. "" when
/// none can be named (no HOME, or one that is not a directory, or "/"). An empty variable counts as
/// unset.
std::string default_directory();

}  // namespace pipit::cache
