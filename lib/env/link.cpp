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

Result<CopyEnds> open_ends(const std::string& from, const std::string& to, std::uint32_t mode) {
  CopyEnds ends;
  ends.in.reset(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!ends.in) return fail(base::system_error(from, errno));
  ends.out.reset(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!ends.out) return fail(base::system_error(to, errno));
  return ends;
}

// False when this pair of files cannot be reflinked; nothing is left at `to` then. Not every such
// failure means "never on this file system", but another attempt for each of 10,000 files would
// cost time.
Result<bool> reflink_file(const std::string& from, const std::string& to, std::uint32_t mode) {
  PIPIT_TRY(const CopyEnds ends, open_ends(from, to, mode));
  if (::ioctl(ends.out.get(), FICLONE, ends.in.get()) == 0) return true;
  if (::unlink(to.c_str()) != 0) return fail(base::system_error(to, errno));
  return false;
}

Result<void> copy_file(const std::string& from, const std::string& to, std::uint32_t mode) {
  PIPIT_TRY(const CopyEnds ends, open_ends(from, to, mode));
  return copy_bytes(ends.in.get(), ends.out.get(), to);
}

Result<void> check_manifest(const base::FileInfo& info, const cache::WheelFile& manifest,
                            const std::string& from) {
  if (info.kind == base::FileInfo::Kind::file && info.size == manifest.size &&
      info.mtime_ns == manifest.mtime_ns)
    return {};
  return fail(Code::io, cat(from, ": changed since it was put into the cache"));
}

}  // namespace

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

Result<void> Linker::link(const std::string& from, const cache::WheelFile& manifest,
                          const std::string& to) {
  const std::uint32_t mode = (manifest.executable ? 0777u : 0666u) & ~umask_;
  PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(from));
  if (!info) return fail(base::system_error(from, ENOENT));
  PIPIT_TRY(check_manifest(*info, manifest, from));

  const bool runs = !manifest.executable || (info->mode & 0111) != 0;
  if (mode_ == LinkMode::symlink && runs && ::symlink(from.c_str(), to.c_str()) == 0) return {};
  // Where reflinks work they come first: as cheap as a hard link, and nothing is shared.
  if (reflink_works_) {
    PIPIT_TRY(const bool cloned, reflink_file(from, to, mode));
    if (cloned) return {};
    reflink_works_ = false;
  }
  if (hardlink_works_ && info->mode == mode && info->uid == user_) {
    if (::link(from.c_str(), to.c_str()) == 0) return {};
    if (errno != EMLINK) hardlink_works_ = false;
  }
  return copy_file(from, to, mode);
}

}  // namespace pipit::env
