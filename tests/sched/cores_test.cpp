#include "sched/cores.h"
#include "sched/pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

namespace pipit::sched {

TEST_CASE("cores: at least one, at most what the machine has") {
  CHECK_GE(usable_cores(), 1);
  CHECK_LE(usable_cores(), std::max(1u, std::thread::hardware_concurrency()));
}

TEST_CASE("cores: what a thread may not use does not count") {
  std::thread pinned([] {
    cpu_set_t one;
    CPU_ZERO(&one);
    cpu_set_t mine;
    REQUIRE_EQ(::sched_getaffinity(0, sizeof mine, &mine), 0);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &mine)) ++cpu;
    CPU_SET(cpu, &one);
    REQUIRE_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    CHECK_EQ(usable_cores(), 1);
  });
  pinned.join();
}

}  // namespace pipit::sched
