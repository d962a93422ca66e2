// The words for what keeps a release from being used; they follow its name and version.
#include "resolve/reasons.h"

#include "base/text.h"

namespace pipit::resolve {

std::string reason_text(const Judged& judged) {
  switch (judged.reason) {
    case Unusable::none:
      return "";
    case Unusable::no_compatible_wheel:
      return std::string(kPlatformReason);
    case Unusable::requires_python:
      return judged.detail;
    case Unusable::yanked:
      return judged.detail.empty() ? std::string(kYankedReason)
                                   : cat(kYankedReason, " (", base::printable(judged.detail), ")");
    case Unusable::too_new:
      return std::string(kTooNewReason);
    case Unusable::upload_time_unknown:
      return std::string(kNoUploadTimeReason);
    case Unusable::other_hash:
      return "has no file with a hash that was asked for";
    case Unusable::binary_policy:
      return std::string(kBinaryReason);
    case Unusable::no_files:
      return "has no usable file";
  }
  return "";
}

}  // namespace pipit::resolve
