#include "sched/urgency.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace pipit::sched {

TEST_CASE("urgency: is raised and never lowered") {
  Urgency urgency;
  CHECK_EQ(urgency.level(), Want::guess);
  urgency.raise(Want::soon);
  CHECK_EQ(urgency.level(), Want::soon);
  urgency.raise(Want::guess);
  CHECK_EQ(urgency.level(), Want::soon);
  urgency.raise(Want::demand);
  urgency.raise(Want::soon);
  CHECK_EQ(urgency.level(), Want::demand);
}

TEST_CASE("urgency: all who share it see it raised, whoever comes last") {
  const UrgencyPtr shared = make_urgency(Want::guess);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([shared, i] { shared->raise(i == 3 ? Want::demand : Want::soon); });
    }
  }
  CHECK_EQ(shared->level(), Want::demand);
}

}  // namespace pipit::sched
