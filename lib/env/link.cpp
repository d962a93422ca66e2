// How a cached file becomes an installed one.
//
// A hard link is the cheapest but shares its inode with the cache: a program that writes to the
// installed file in place writes to the cache. pipit itself never does: it only links files that
// already have the right mode and owner (so no chmod is ever needed) and replaces installed files
// by rename. Changes by others are noticed: a file is only linked when size and time are still
// those noted when the wheel was unpacked.
#include "env/link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

namespace {

constexpr std::size_t kCopyBuffer = 64 * 1024;

Result<void> copy_bytes(int in, int out, std::string_view name) {
  std::array<char, kCopyBuffer> buffer;
  for (;;) {
    const ssize_t got = ::read(in, buffer.data(), buffer.size());
    if (got == 0) return {};
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(base::system_error(name, errno));
    PIPIT_TRY(
        base::write_all(out, std::string_view(buffer.data(), static_cast<std::size_t>(got)), name));
  }
}

struct CopyEnds {
  base::Fd in, out;
};

Result<CopyEnds> open_ends(const FileAt& from, const FileAt& to, std::uint32_t mode) {
  CopyEnds ends;
  ends.in = base::open_at(from.directory, from.name, O_RDONLY | O_NOFOLLOW);
  if (!ends.in) return fail(base::system_error(from.path(), errno));
  ends.out = base::open_at(to.directory, to.name, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!ends.out) return fail(base::system_error(to.path(), errno));
  return ends;
}

// A copy has the time that a link would have: trees are equal, however they were made.
void set_time(const CopyEnds& ends, const struct stat& info) {
  const timespec times[2] = {{0, UTIME_OMIT}, info.st_mtim};
  (void)::futimens(ends.out.get(), times);
}

// False when this pair of files cannot be reflinked; nothing is left at `to` then. Not every such
// failure means "never on this file system", but another attempt for each of 10,000 files would
// cost time.
Result<bool> reflink_file(const FileAt& from, const FileAt& to, std::uint32_t mode,
                          const struct stat& info) {
  PIPIT_TRY(const CopyEnds ends, open_ends(from, to, mode));
  if (::ioctl(ends.out.get(), FICLONE, ends.in.get()) == 0) {
    set_time(ends, info);
    return true;
  }
  if (::unlinkat(to.directory, to.name, 0) != 0) return fail(base::system_error(to.path(), errno));
  return false;
}

Result<void> copy_file(const FileAt& from, const FileAt& to, std::uint32_t mode,
                       const struct stat& info) {
  PIPIT_TRY(const CopyEnds ends, open_ends(from, to, mode));
  PIPIT_TRY(copy_bytes(ends.in.get(), ends.out.get(), to.path()));
  set_time(ends, info);
  return {};
}

bool fits_manifest(const struct stat& info, const cache::WheelFile& manifest) {
  const std::int64_t mtime =
      std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  return S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) == manifest.size &&
         mtime == manifest.mtime_ns;
}

}  // namespace

std::string FileAt::path() const { return root.empty() ? name : base::join_path(root, name); }

std::optional<LinkMode> parse_link_mode(std::string_view text) {
  if (text == "auto") return LinkMode::automatic;
  if (text == "reflink" || text == "clone") return LinkMode::reflink;
  if (text == "hardlink") return LinkMode::hardlink;
  if (text == "copy") return LinkMode::copy;
  if (text == "symlink") return LinkMode::symlink;
  return std::nullopt;
}

std::uint32_t current_umask() {
  // umask() can only be read by setting it, which other threads would see; /proc gives it without
  // (Linux 4.7).
  const auto status = base::read_file("/proc/self/status", 1u << 16);
  if (!status) return 0022;
  const std::size_t at = status->find("\nUmask:");
  if (at == std::string::npos) return 0022;
  std::uint32_t mask = 0;
  for (const char c : base::trim(std::string_view(*status).substr(at + 7, 8))) {
    if (c < '0' || c > '7') break;
    mask = mask * 8 + static_cast<std::uint32_t>(c - '0');
  }
  return mask & 0777;
}

Linker::Linker(LinkMode mode)
    : mode_(mode),
      umask_(current_umask()),
      user_(::geteuid()),
      reflink_works_(mode == LinkMode::automatic || mode == LinkMode::reflink),
      hardlink_works_(mode == LinkMode::automatic || mode == LinkMode::hardlink) {}

Result<bool> Linker::link(const FileAt& from, const cache::WheelFile& manifest, bool executable,
                          const FileAt& to, bool like_last) {
  const auto by_hard_link = [&] {
    return ::linkat(from.directory, from.name, to.directory, to.name, 0) == 0;
  };
  if (like_last && hardlink_works_ && by_hard_link()) return true;
  const std::uint32_t mode = mode_of(executable);
  struct stat info{};
  if (::fstatat(from.directory, from.name, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return fail(base::system_error(from.path(), errno));
  if (!fits_manifest(info, manifest))
    return fail(Code::io, cat(from.path(), ": changed since it was put into the cache"));

  const bool runs = !executable || (info.st_mode & 0111) != 0;
  if (mode_ == LinkMode::symlink && runs &&
      ::symlinkat(from.path().c_str(), to.directory, to.name) == 0)
    return false;
  // Where reflinks work they come first: as cheap as a hard link, and nothing is shared.
  if (reflink_works_) {
    PIPIT_TRY(const bool cloned, reflink_file(from, to, mode, info));
    if (cloned) return false;
    reflink_works_ = false;
  }
  if (hardlink_works_ && (info.st_mode & 07777) == mode && info.st_uid == user_) {
    if (by_hard_link()) return true;
    if (errno != EMLINK) hardlink_works_ = false;
  }
  PIPIT_TRY(copy_file(from, to, mode, info));
  return false;
}

bool Linker::may_be_moved(const FileAt& from, const cache::WheelFile& manifest) const {
  struct stat info{};
  return mode_ != LinkMode::symlink &&
         ::fstatat(from.directory, from.name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         fits_manifest(info, manifest) && (info.st_mode & 07777) == mode_of(manifest.executable) &&
         info.st_uid == user_;
}

}  // namespace pipit::env
