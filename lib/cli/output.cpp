// Everything is written, or it is an error: a result that nobody got is not one.
#include "cli/output.h"

#include <unistd.h>

#include <cerrno>

#include "base/fd.h"

namespace pipit::cli {

Result<void> write_stdout(std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(STDOUT_FILENO, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno == EPIPE) return fail(Code::io, "");
    if (wrote < 0) return fail(base::system_error("standard output", errno));
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace pipit::cli
