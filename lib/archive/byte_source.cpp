// Files are read with pread(), so a source has no position that could be wrong: a zip is read at
// its end, then here and there. Every read is checked against the size first, since offsets come
// from the archive.
#include "archive/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/fd.h"
#include "base/text.h"

namespace pipit::archive {
namespace {

// Written without overflow: offset + length may overflow.
bool reaches_behind(std::uint64_t offset, std::size_t length, std::uint64_t size) {
  return offset > size || length > size - offset;
}

}  // namespace

FileSource::FileSource(base::Fd fd, std::uint64_t size, std::string path)
    : fd_(std::move(fd)), size_(size), path_(std::move(path)) {}

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
  // O_NONBLOCK: opening a pipe of that name must not block before we see that it is one.
  base::Fd fd = base::open_path(path, O_RDONLY | O_NONBLOCK);
  if (!fd && errno == ENOENT) return fail(Code::not_found, cat(path, ": no such file"));
  if (!fd) return fail(base::system_error(path, errno));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return fail(base::system_error(path, errno));
  if (!S_ISREG(info.st_mode)) return fail(Code::io, cat(path, ": not a regular file"));
  auto size = static_cast<std::uint64_t>(info.st_size);
  return std::unique_ptr<FileSource>(new FileSource(std::move(fd), size, path));
}

Result<void> FileSource::read_at(std::uint64_t offset, std::span<char> out) {
  if (reaches_behind(offset, out.size(), size_)) {
    return fail(Code::bad_archive, cat(path_, ": ends too early"));
  }
  while (!out.empty()) {
    ssize_t count = ::pread(fd_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(base::system_error(path_, errno));
    if (count == 0) return fail(Code::bad_archive, cat(path_, ": became shorter while being read"));
    out = out.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

Result<void> MemorySource::read_at(std::uint64_t offset, std::span<char> out) {
  if (reaches_behind(offset, out.size(), bytes_.size())) {
    return fail(Code::bad_archive, "ends too early");
  }
  if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
  return {};
}

}  // namespace pipit::archive
