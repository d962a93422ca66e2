// Standard output: only what was asked for. Collected, written once, and a reader that has gone is
// an error exit without words.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::cli {

/// Writes everything to standard output. Code::io when it cannot be written (message empty when the
/// reader has gone).
Result<void> write_stdout(std::string_view text);

}  // namespace pipit::cli
