// The store. Writers never lock readers out: an entry is written under another name in the same
// directory and renamed, a directory is staged and renamed. Two processes with the same entry write
// the same content, so it does not matter whose rename comes last (files) or first (directories).
//
// A cache is a convenience: no problem with it stops the program. Failed reads are misses, failed
// writes are noted, and a directory that cannot be used at all is replaced for this run.
#include "cache/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <utility>

#include "base/environ.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "cache/entry.h"

namespace pipit::cache {
namespace {

constexpr std::string_view kTagFile = "CACHEDIR.TAG";
constexpr std::string_view kTagContent =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This directory can be removed at any time: see https://bford.info/cachedir/\n";

constexpr std::string_view kAside = ".aside";

constexpr Bucket kAllBuckets[] = {Bucket::index,
                                  Bucket::wheel_metadata,
                                  Bucket::wheels,
                                  Bucket::built_wheels,
                                  Bucket::built_wheel_metadata,
                                  Bucket::files,
                                  Bucket::interpreter,
                                  Bucket::trees,
                                  Bucket::git,
                                  Bucket::bytecode};

bool is_key_char(char c) {
  return base::is_alnum(c) || c == '.' || c == '_' || c == '+' || c == '-' || c == '@';
}

bool is_key_component(std::string_view component) {
  if (component.empty() || component.starts_with('.') || component.size() > 255) return false;
  for (char c : component) {
    if (!is_key_char(c)) return false;
  }
  return true;
}

/// `path`, or its nearest parent that exists.
std::string nearest_existing(std::string path) {
  while (!base::exists(path) && path != "/" && !path.empty()) {
    path = std::string(base::parent_path(path));
  }
  return path;
}

/// With sudo, HOME may still be the caller's, who could not change what root writes there.
bool is_foreign_home(const std::string& directory) {
  const std::string home = base::environment_variable("HOME").value_or("");
  if (::geteuid() != 0 || home.size() < 2) return false;
  const std::string inside = cat(base::absolute_path(home), "/");
  if (!directory.starts_with(inside)) return false;
  const auto info = base::file_info(nearest_existing(directory), true);
  return info && *info && (*info)->uid != 0;
}

bool may_use(const std::string& path, int how) {
  if (::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0) return true;
  // Sandboxes that do not know the newer system call behind it answer so. The older one differs in
  // set-uid programs alone.
  return errno == EPERM && ::access(path.c_str(), how) == 0;
}

/// Whether the directory and all our buckets in it can be written. (A bucket made by root in our
/// own directory is a common accident.)
bool is_writable_cache(const std::string& directory) {
  if (!may_use(directory, W_OK | X_OK)) return false;
  for (Bucket bucket : kAllBuckets) {
    const std::string path = base::join_path(directory, bucket_name(bucket));
    if (!may_use(path, W_OK | X_OK) && errno != ENOENT) return false;
  }
  return true;
}

std::optional<std::string> home_cache() {
  const std::string home = base::environment_variable("HOME").value_or("");
  if (home.size() < 2 || !home.starts_with('/') || !base::is_directory(home)) return std::nullopt;
  return base::join_path(home, ".cache/pipit");
}

/// "~/x" expanded as a shell does it; other text as it is.
std::string expand_home(const std::string& path) {
  const std::optional<std::string> home = base::environment_variable("HOME");
  if (!home || !path.starts_with("~/")) return path;
  return base::join_path(*home, std::string_view(path).substr(2));
}

}  // namespace

std::string_view bucket_name(Bucket bucket) {
  switch (bucket) {
    case Bucket::index:
      return "index-v0";
    case Bucket::wheel_metadata:
      return "wheel-metadata-v0";
    case Bucket::wheels:
      return "wheels-v0";
    case Bucket::built_wheels:
      return "built-wheels-v0";
    case Bucket::built_wheel_metadata:
      return "built-wheel-metadata-v0";
    case Bucket::files:
      return "files-v0";
    case Bucket::interpreter:
      return "interpreter-v0";
    case Bucket::trees:
      return "trees-v0";
    case Bucket::git:
      return "git-v0";
    case Bucket::bytecode:
      return "bytecode-v0";
  }
  return "unknown-v0";
}

bool is_valid_key(std::string_view key) {
  for (std::string_view component : base::split(key, '/')) {
    if (!is_key_component(component)) return false;
  }
  return true;
}

Store::Store(const StoreOptions& options, base::Events& events)
    : events_(events), temporary_parent_(options.temporary_parent), optional_(options.optional) {
  if (temporary_parent_.empty())
    temporary_parent_ = base::environment_variable("TMPDIR").value_or("");
  if (temporary_parent_.empty()) temporary_parent_ = "/tmp";
  open(options.directory.empty() ? "" : base::absolute_path(options.directory));
}

Store::~Store() = default;

void Store::do_without(std::string_view why) {
  if (optional_) return;
  if (!why.empty()) events_.warn(why);
  use_stand_in();
}

void Store::open(const std::string& directory) {
  if (directory.empty()) return do_without("");
  if (is_foreign_home(directory))
    return do_without(cat(directory, ": the cache belongs to another user; going without it"));
  if (Result<void> made = base::make_directories(directory); !made)
    return do_without(cat(made.error().message, "; going without a cache"));
  if (!may_use(directory, R_OK | X_OK))
    return do_without(cat(directory, ": the cache cannot be read; going without it"));
  writable_ = is_writable_cache(directory);
  if (!writable_ && !optional_) {
    events_.warn(cat(directory, ": the cache cannot be written; nothing new will be kept"));
    use_stand_in();
    temporary_ = writable_ = false;
  } else if (const std::string tag = base::join_path(directory, kTagFile);
             writable_ && !base::exists(tag)) {
    (void)base::write_file_atomically(tag, kTagContent);  // tells backup programs to skip it
  }
  directory_ = directory;
}

void Store::use_stand_in() {
  Result<base::TempDir> stand_in = base::TempDir::create(temporary_parent_, "pipit-cache-");
  if (!stand_in) {
    events_.warn(cat(stand_in.error().message, "; going without a temporary cache"));
    return;
  }
  stand_in_ = std::move(*stand_in);
  directory_ = stand_in_->path();
  temporary_ = writable_ = true;
}

const std::string& Store::write_root() const { return stand_in_ ? stand_in_->path() : directory_; }

std::string Store::bucket_path(Bucket bucket) const {
  return base::join_path(directory_, bucket_name(bucket));
}

std::string Store::entry_path(Bucket bucket, std::string_view key) const {
  if (directory_.empty() || !is_valid_key(key)) return {};
  if (stand_in_ && !temporary_) {
    // A read-only cache: what this run staged lies in the temporary directory.
    const std::string own =
        base::join_path(base::join_path(write_root(), bucket_name(bucket)), key);
    if (base::exists(own)) return own;
  }
  return base::join_path(bucket_path(bucket), key);
}

std::optional<base::SharedText> Store::view(Bucket bucket, std::string_view key,
                                            std::uint64_t max_bytes) const {
  const std::string path = entry_path(bucket, key);
  if (path.empty()) return std::nullopt;
  const Result<base::SharedText> file = base::map_file(path, max_bytes + kMaxTrailer);
  if (!file) {
    if (file.error().code != Code::not_found) events_.note(cat("cache: ", file.error().message));
    return std::nullopt;
  }
  const auto content = decode_entry(file->text, is_json_key(key));
  if (!content) events_.note(cat("cache: ", path, ": damaged, not used"));
  if (!content || content->size() > max_bytes) return std::nullopt;
  // A page's entry is large, and a few of its records are what is needed.
  base::give_pages_back(*file);
  return file->part(*content);
}

std::optional<std::string> Store::read(Bucket bucket, std::string_view key,
                                       std::uint64_t max_bytes) const {
  const auto seen = view(bucket, key, max_bytes);
  return seen ? std::optional<std::string>(seen->text) : std::nullopt;
}

bool Store::keeps(Bucket bucket) const {
  const bool is_remembered = bucket == Bucket::index || bucket == Bucket::wheel_metadata;
  return writable_ && !(temporary_ && is_remembered);
}

bool Store::write(Bucket bucket, std::string_view key, std::string_view content) {
  if (!keeps(bucket)) return false;
  const std::string path = entry_path(bucket, key);
  if (path.empty()) {
    events_.note(cat("cache: ", base::printable(key), ": not a valid key"));
    return false;
  }
  const std::string file = encode_entry(content, is_json_key(key));
  Result<void> done = base::write_file_atomically(path, file);
  if (!done) {  // mostly because its directory does not exist yet
    done = base::make_directories(std::string(base::parent_path(path)));
    if (done) done = base::write_file_atomically(path, file);
  }
  if (!done) events_.note(cat("cache: ", done.error().message));
  return done.has_value();
}

void Store::remove(Bucket bucket, std::string_view key) {
  const std::string path = entry_path(bucket, key);
  if (path.empty()) return;
  if (Result<void> done = base::remove_tree(path); !done) {
    events_.note(cat("cache: ", done.error().message));
  }
}

Result<std::string> Store::staging_directory(Bucket bucket) {
  if (write_root().empty()) {
    return fail(Error{
        Code::io, "no directory to unpack in: neither the cache nor a temporary directory works"}
                    .with_hint("set TMPDIR or --cache-dir to a directory that can be written"));
  }
  const std::string parent = base::join_path(write_root(), bucket_name(bucket));
  PIPIT_TRY(base::make_directories(parent));
  std::string path = base::join_path(parent, base::unique_name(".staging-"));
  PIPIT_TRY(base::make_directories(path));
  return path;
}

Result<std::string> Store::publish(Bucket bucket, const std::string& staging,
                                   std::string_view key) {
  if (!is_valid_key(key)) {
    return fail(Code::internal, cat("cache: ", base::printable(key), ": not a valid key"));
  }
  std::string path = base::join_path(base::join_path(write_root(), bucket_name(bucket)), key);
  PIPIT_TRY(base::make_directories(std::string(base::parent_path(path))));
  if (::rename(staging.c_str(), path.c_str()) == 0) return path;
  const int reason = errno;
  if (reason != EEXIST && reason != ENOTEMPTY) {
    return fail(base::system_error(cat(staging, ": cannot rename to ", path), reason));
  }
  if (Result<void> done = base::remove_tree(staging); !done) {
    events_.note(cat("cache: ", done.error().message));
  }
  return path;
}

Result<std::string> Store::place_file(Bucket bucket, const std::string& path,
                                      std::string_view key) {
  if (!is_valid_key(key)) {
    return fail(Code::internal, cat("cache: ", base::printable(key), ": not a valid key"));
  }
  std::string place = base::join_path(base::join_path(write_root(), bucket_name(bucket)), key);
  PIPIT_TRY(base::make_directories(std::string(base::parent_path(place))));
  PIPIT_TRY(base::rename_path(path, place));
  return place;
}

bool Store::put_aside(const std::string& directory) {
  if (temporary_ || !writable_) return false;
  const std::string parent = base::join_path(directory_, kAside);
  if (!base::make_directories(parent)) return false;
  return ::rename(directory.c_str(), base::join_path(parent, base::unique_name("")).c_str()) == 0;
}

std::uint64_t Store::remove_aside() const {
  if (!writable_) return 0;
  const std::string parent = base::join_path(directory_, kAside);
  const auto files = base::list_tree(parent);
  if (!files) return 0;
  std::uint64_t bytes = 0;
  for (const std::string& file : *files) {
    const auto info = base::file_info(base::join_path(parent, file));
    if (info && *info) bytes += (*info)->size;
  }
  if (Result<void> done = base::remove_tree(parent); !done)
    events_.note(cat("cache: ", done.error().message));
  return bytes;
}

void Store::sweep_aside(const std::function<bool()>& go_on) const {
  if (writable_) (void)base::remove_tree(base::join_path(directory_, kAside), go_on);
}

std::string Store::lock_path(Bucket bucket, std::string_view key) const {
  // The digest, not the key: a lock file's name has no directories and a limited length.
  const std::string name = cat(bucket_name(bucket), "-", base::sha256_hex(key).substr(0, 32));
  return base::join_path(base::join_path(write_root(), ".locks"), name);
}

Result<base::FileLock> Store::lock(Bucket bucket, std::string_view key, base::FileLock::Mode mode,
                                   int stop_fd) {
  if (write_root().empty()) return fail(Code::io, "no directory for lock files");
  const std::string path = lock_path(bucket, key);
  PIPIT_TRY(base::make_directories(std::string(base::parent_path(path))));
  return base::FileLock::acquire(path, mode, stop_fd);
}

std::string default_directory() {
  const auto set = [](const char* name) -> std::optional<std::string> {
    std::optional<std::string> value = base::environment_variable(name);
    return value && !value->empty() ? value : std::nullopt;
  };
  if (const auto own = set("PIPIT_CACHE_DIR")) return base::absolute_path(expand_home(*own));
  if (const auto pip = set("PIP_CACHE_DIR")) {
    return base::absolute_path(base::join_path(expand_home(*pip), "pipit"));
  }
  // The XDG base directory specification: relative paths must be ignored.
  const auto xdg = set("XDG_CACHE_HOME");
  if (xdg && xdg->starts_with('/')) return base::absolute_path(base::join_path(*xdg, "pipit"));
  if (const auto home = home_cache()) return base::absolute_path(*home);
  return {};
}

}  // namespace pipit::cache
