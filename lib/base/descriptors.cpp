// The limit on open files, divided between what needs several at once.
#include "base/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace pipit::base {
namespace {

constexpr std::size_t kEach = 4;
constexpr std::size_t kElse = 24;

}  // namespace

std::size_t affordable_transfers(std::size_t wished) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wished;
  const std::size_t descriptors = static_cast<std::size_t>(limit.rlim_cur);
  const std::size_t affordable = descriptors >= kElse + kEach ? (descriptors - kElse) / kEach : 1;
  return std::min(wished, affordable);
}

}  // namespace pipit::base
