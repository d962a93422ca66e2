// The platforms whose wheels a machine runs (PEP 600 manylinux, PEP 656 musllinux, PEP 730 and 738
// mobile systems).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pipit::pep {

/// The platform tags of a machine: "manylinux_2_28_x86_64", "musllinux_1_2_aarch64",
/// "macosx_14_0_arm64", "win_amd64", "linux_x86_64", and uv's names ("linux",
/// "x86_64-manylinux_2_28", "aarch64-unknown-linux-musl", "macos", "windows", …). Code::usage for
/// an unknown one.
Result<std::vector<std::string>> expand_platform(std::string_view platform);

}  // namespace pipit::pep
