// The place of an error: put in front of its message once, however many callers add it.
#include "base/result.h"

#include "base/text.h"

namespace pipit {
namespace {

constexpr std::string_view kLineWord = "line ";

}  // namespace

Error& Error::in(std::string_view where) & {
  if (where.empty()) return *this;
  const std::string_view place = std::string_view(message).substr(0, place_length);
  if (place_is_line) {
    message.replace(0, kLineWord.size(), cat(where, ":"));
    place_length += static_cast<std::uint32_t>(where.size() + 1 - kLineWord.size());
    place_is_line = false;
    return *this;
  }
  const bool same =
      place.starts_with(where) && (place.size() == where.size() || place[where.size()] == ':');
  if (same) return *this;
  message = cat(where, ": ", message);
  place_length = static_cast<std::uint32_t>(where.size());
  return *this;
}

Error& Error::at_line(std::size_t line) & {
  if (line == 0) return *this;
  in(cat(kLineWord, line));
  place_is_line = true;
  return *this;
}

}  // namespace pipit
