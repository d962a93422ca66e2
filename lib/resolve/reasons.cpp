// One table of what keeps a release from being used. Its words are for messages only; code that
// depends on a reason uses its code.
#include "resolve/reasons.h"

#include "base/text.h"

namespace pipit::resolve {
namespace {

/// How the detail is attached, if there is one.
enum class DetailStyle : std::uint8_t { none, after, in_brackets };

struct ReasonWords {
  Unusable reason;
  std::string_view text;
  DetailStyle style = DetailStyle::none;
};

constexpr ReasonWords kReasons[] = {
    {Unusable::no_files, "has no usable file"},
    {Unusable::bad_file_name, "has a file whose name is invalid", DetailStyle::in_brackets},
    {Unusable::no_compatible_wheel, "has no wheel for this platform"},
    {Unusable::no_wheel_for_python, "has no wheel for this Python"},
    {Unusable::binary_policy, "has no file that --only-binary and --no-binary allow"},
    {Unusable::requires_python, "requires Python", DetailStyle::after},
    {Unusable::yanked, "was yanked", DetailStyle::in_brackets},
    {Unusable::too_new, "is newer than --exclude-newer allows"},
    {Unusable::only_others_timely, "has usable files, all newer than --exclude-newer allows"},
    {Unusable::upload_time_unknown, "has no upload time, which --exclude-newer needs"},
    {Unusable::other_hash, "has no file with a hash that was asked for"},
    {Unusable::prerelease, "is a pre-release"},
    {Unusable::no_wheel_where_required, "has no wheel where", DetailStyle::after},
    {Unusable::not_found, "was not found", DetailStyle::after},
    {Unusable::empty_page, "has no files on its page", DetailStyle::after},
    {Unusable::bad_distribution, "cannot be used", DetailStyle::in_brackets},
    {Unusable::build_failed, "cannot be built"},
    {Unusable::url_requirement, "needs", DetailStyle::after},
};

}  // namespace

std::string reason_text(Unusable reason, std::string_view detail) {
  for (const ReasonWords& words : kReasons) {
    if (words.reason != reason) continue;
    if (detail.empty() || words.style == DetailStyle::none) return std::string(words.text);
    if (words.style == DetailStyle::after) return cat(words.text, " ", detail);
    return cat(words.text, " (", detail, ")");
  }
  return "";
}

solve::Reason reason(Unusable reason, std::string_view detail) {
  return {reason_text(reason, detail), static_cast<int>(reason)};
}

bool is_unusable_for(const solve::Incompatibility& incompatibility, Unusable reason) {
  return incompatibility.kind == solve::Incompatibility::Kind::unavailable &&
         incompatibility.reason == static_cast<int>(reason);
}

}  // namespace pipit::resolve
