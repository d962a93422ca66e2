// std::random_device opens /dev/urandom and throws where there is none, as in a bare root.
#include "base/random.h"

#include <sys/random.h>

#include "base/events.h"

namespace pipit::base {

std::uint32_t random_word() {
  std::uint32_t word = 0;
  if (::getrandom(&word, sizeof word, GRND_NONBLOCK) == sizeof word) return word;
  return static_cast<std::uint32_t>(now_us() * 2654435761);  // no entropy yet
}

}  // namespace pipit::base
