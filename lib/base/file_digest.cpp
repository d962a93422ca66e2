// Reads a file piece by piece, so that its size does not matter.
#include "base/file_digest.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "base/fd.h"
#include "base/hash.h"

namespace pipit::base {

Result<std::string> file_digest(const std::string& path, std::string_view algorithm) {
  PIPIT_TRY(Hasher hasher, Hasher::create(algorithm));
  const Fd fd = open_path(path, O_RDONLY);
  if (!fd) return fail(system_error(path, errno));
  std::array<char, 65536> piece;
  for (;;) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error(path, errno));
    if (got == 0) return hasher.hex_digest();
    hasher.update(std::string_view(piece.data(), static_cast<std::size_t>(got)));
  }
}

}  // namespace pipit::base
