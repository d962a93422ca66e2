// How many processors there are for us.
#pragma once
#include <cstddef>

namespace pipit::sched {

/// Processors this process may use (affinity and cgroup quota), at least 1.
std::size_t usable_cores();

}  // namespace pipit::sched
