// Why a release cannot be used.
#pragma once
#include <string>
#include <string_view>

#include "resolve/candidates.h"

namespace pipit::resolve {

// Why releases were passed over, following the package's name: how the reasons begin.
inline constexpr std::string_view kPlatformReason = "has no wheel for this platform";
inline constexpr std::string_view kReachReason = "has no wheel where";
inline constexpr std::string_view kPythonReason = "requires Python";
inline constexpr std::string_view kYankedReason = "was yanked";
inline constexpr std::string_view kTooNewReason = "is newer than --exclude-newer allows";
inline constexpr std::string_view kNoUploadTimeReason =
    "has no upload time, which --exclude-newer needs";
inline constexpr std::string_view kBinaryReason =
    "has no file that --only-binary and --no-binary allow";
inline constexpr std::string_view kPrereleaseReason = "is a pre-release";

/// The reason of a release that cannot be used; "" of one that can.
std::string reason_text(const Judged& judged);

}  // namespace pipit::resolve
