#include "sched/shared_priority.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace pipit::sched {

TEST_CASE("priority: is raised and never lowered") {
  SharedPriority priority;
  CHECK_EQ(priority.level(), Priority::speculative);
  priority.raise(Priority::soon);
  CHECK_EQ(priority.level(), Priority::soon);
  priority.raise(Priority::speculative);
  CHECK_EQ(priority.level(), Priority::soon);
  priority.raise(Priority::blocking);
  priority.raise(Priority::soon);
  CHECK_EQ(priority.level(), Priority::blocking);
}

TEST_CASE("priority: all who share it see it raised, whoever comes last") {
  const SharedPriorityPtr shared = make_priority(Priority::speculative);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back(
          [shared, i] { shared->raise(i == 3 ? Priority::blocking : Priority::soon); });
    }
  }
  CHECK_EQ(shared->level(), Priority::blocking);
}

}  // namespace pipit::sched
