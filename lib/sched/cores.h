// How many processors this process may use.
#pragma once
#include <cstddef>

namespace pipit::sched {

/// The number of processors allowed by affinity and cgroup quota, at least 1.
std::size_t usable_cores();

}  // namespace pipit::sched
