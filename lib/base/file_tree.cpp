// Directories: making, listing and removing whole trees.
//
// Removal walks by descriptors (openat, unlinkat) and opens every directory with O_NOFOLLOW: a link
// swapped in while we walk is removed as a link and never entered, so nothing outside the tree can
// be reached. A directory that does not permit changes is given that permission and tried once
// more, as build back ends often leave read-only trees.
#include "base/file_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::base {
namespace {

struct CloseDirectory {
  void operator()(DIR* dir) const { ::closedir(dir); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr std::size_t kMaxDepth = 400;  // each level keeps a descriptor open

bool is_dot_name(const char* name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

FileInfo::Kind kind_of_entry(int dir_fd, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG:
      return FileInfo::Kind::file;
    case DT_DIR:
      return FileInfo::Kind::directory;
    case DT_LNK:
      return FileInfo::Kind::symlink;
    case DT_UNKNOWN:
      break;  // some file systems do not give it
    default:
      return FileInfo::Kind::other;
  }
  struct stat st;
  if (::fstatat(dir_fd, entry.d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) return FileInfo::Kind::other;
  if (S_ISREG(st.st_mode)) return FileInfo::Kind::file;
  if (S_ISDIR(st.st_mode)) return FileInfo::Kind::directory;
  return S_ISLNK(st.st_mode) ? FileInfo::Kind::symlink : FileInfo::Kind::other;
}

/// All entries of an open directory; takes ownership of the descriptor. The whole list is read
/// before anything is removed, as POSIX does not define what a reader sees of a directory that
/// changes.
Result<std::vector<DirEntry>> read_entries(Fd fd, const std::string& path) {
  const Directory dir(::fdopendir(fd.get()));
  if (!dir) return fail(system_error(path, errno));
  fd.release();  // owned by `dir` now
  std::vector<DirEntry> entries;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(dir.get());
    if (!entry && errno != 0) return fail(system_error(path, errno));
    if (!entry) break;
    if (is_dot_name(entry->d_name)) continue;
    entries.push_back({entry->d_name, kind_of_entry(::dirfd(dir.get()), *entry)});
  }
  std::sort(entries.begin(), entries.end(),
            [](const DirEntry& a, const DirEntry& b) { return a.name < b.name; });
  return entries;
}

int unlink_with_permission(int parent, const std::string& name, int flags) {
  if (::unlinkat(parent, name.c_str(), flags) == 0) return 0;
  if (errno != EACCES && errno != EPERM) return -1;
  const int denied = errno;
  struct stat st;
  if (parent == AT_FDCWD || ::fstat(parent, &st) != 0 || (st.st_mode & 0300) == 0300 ||
      ::fchmod(parent, st.st_mode | 0700) != 0) {
    errno = denied;
    return -1;
  }
  return ::unlinkat(parent, name.c_str(), flags);
}

Fd open_for_removal(int parent, const std::string& name) {
  Fd fd(::openat(parent, name.c_str(), kOpenDirectory));
  if (fd || errno != EACCES) return fd;
  struct stat st;
  // fchmodat follows links: only a real directory gets the permission. Only its owner could swap
  // it.
  if (::fstatat(parent, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
      ::fchmodat(parent, name.c_str(), 0700, 0) == 0) {
    fd.reset(::openat(parent, name.c_str(), kOpenDirectory));
  }
  return fd;
}

using GoOn = std::function<bool()>;

Result<void> remove_at(int parent, const std::string& name, const std::string& path,
                       std::size_t depth, const GoOn& go_on);

Result<void> remove_children(Fd directory, const std::string& path, std::size_t depth,
                             const GoOn& go_on) {
  Fd listing(::openat(directory.get(), ".", kOpenDirectory));
  if (!listing) return fail(system_error(path, errno));
  PIPIT_TRY(const std::vector<DirEntry> entries, read_entries(std::move(listing), path));
  for (const DirEntry& entry : entries) {
    if (go_on && !go_on()) return fail_cancelled();
    const std::string child = join_path(path, entry.name);
    if (entry.kind == FileInfo::Kind::directory) {
      PIPIT_TRY(remove_at(directory.get(), entry.name, child, depth + 1, go_on));
    } else if (unlink_with_permission(directory.get(), entry.name, 0) != 0 && errno != ENOENT) {
      return fail(system_error(cat(child, ": cannot remove"), errno));
    }
  }
  return {};
}

Result<void> remove_at(int parent, const std::string& name, const std::string& path,
                       std::size_t depth, const GoOn& go_on) {
  if (depth > kMaxDepth) return fail(Code::io, cat(path, ": directories nested too deep"));
  Fd directory = open_for_removal(parent, name);
  if (!directory && errno == ENOENT) return {};
  const bool not_a_directory = errno == ENOTDIR || errno == ELOOP;
  if (!directory && !not_a_directory) return fail(system_error(path, errno));
  const bool entered = static_cast<bool>(directory);
  if (entered) PIPIT_TRY(remove_children(std::move(directory), path, depth, go_on));
  if (unlink_with_permission(parent, name, entered ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT)
    return {};
  return fail(system_error(cat(path, ": cannot remove"), errno));
}

Result<void> collect_tree(const std::string& path, const std::string& prefix, std::size_t depth,
                          std::vector<std::string>& out) {
  if (depth > kMaxDepth) return fail(Code::io, cat(path, ": directories nested too deep"));
  PIPIT_TRY(const std::vector<DirEntry> entries, list_directory(path));
  for (const DirEntry& entry : entries) {
    std::string relative = join_path(prefix, entry.name);
    if (entry.kind == FileInfo::Kind::directory) {
      PIPIT_TRY(collect_tree(join_path(path, entry.name), relative, depth + 1, out));
    } else if (entry.kind != FileInfo::Kind::other) {
      out.push_back(std::move(relative));
    }
  }
  return {};
}

}  // namespace

Result<void> make_directories(const std::string& path) {
  if (path.empty() || ::mkdir(path.c_str(), 0777) == 0) return {};
  int reason = errno;
  // EEXIST above all: another thread or process may make the same directories at this moment. EROFS
  // and EACCES, too, may be returned for a directory that exists.
  if (is_directory(path)) return {};
  if (reason != ENOENT) {
    if (reason == EEXIST) return fail(Code::io, cat(path, ": exists and is not a directory"));
    return fail(system_error(cat(path, ": cannot make the directory"), reason));
  }
  const std::string parent(parent_path(path));
  if (parent.empty() || parent == path) return fail(system_error(path, reason));
  PIPIT_TRY(make_directories(parent));
  if (::mkdir(path.c_str(), 0777) == 0) return {};
  reason = errno;
  if (is_directory(path)) return {};
  return fail(system_error(cat(path, ": cannot make the directory"), reason));
}

Result<void> remove_tree(const std::string& path) { return remove_tree(path, {}); }

Result<void> remove_tree(const std::string& path, const std::function<bool()>& go_on) {
  std::string_view plain = path;
  while (plain.size() > 1 && plain.ends_with('/'))
    plain.remove_suffix(1);  // "link/" would follow it
  if (plain.empty() || plain == "/") return fail(Code::io, "refusing to remove the root directory");
  return remove_at(AT_FDCWD, std::string(plain), path, 0, go_on);
}

Result<std::vector<DirEntry>> list_directory(const std::string& path) {
  // With a null byte it names nothing, but the system would list what stands before that.
  if (path.find('\0') != std::string::npos) return std::vector<DirEntry>();
  Fd fd = open_path(path, O_RDONLY | O_DIRECTORY);
  if (!fd && errno == ENOENT) return std::vector<DirEntry>();
  if (!fd) return fail(system_error(path, errno));
  return read_entries(std::move(fd), path);
}

Result<std::vector<std::string>> list_tree(const std::string& path) {
  std::vector<std::string> out;
  PIPIT_TRY(collect_tree(path, "", 0, out));
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace pipit::base
