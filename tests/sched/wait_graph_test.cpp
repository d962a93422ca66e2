#include "sched/once_map.h"

#include <doctest/doctest.h>

#include <atomic>
#include <barrier>
#include <string>
#include <thread>

#include "base/text.h"
#include "sched/wait_graph.h"

namespace pipit::sched {
namespace {

using Jobs = OnceMap<std::string, int>;

}  // namespace

TEST_CASE("wait graph: two jobs that would wait for each other end in an error") {
  WaitGraph graph;
  Jobs map(graph);
  std::barrier both(2);
  std::atomic<int> cycles{0};
  std::string message;
  const auto work = [&](const std::string& mine, const std::string& other) {
    const auto value = map.get(mine, "build " + mine, {}, [&]() -> Result<int> {
      both.arrive_and_wait();
      const auto inner = map.get(other, "build " + other, {}, []() -> Result<int> { return 0; });
      if (!inner && inner.error().code == Code::cycle && cycles++ == 0)
        message = inner.error().message;
      return inner;
    });
    CHECK_EQ(value.error().code, Code::cycle);
  };
  {
    std::jthread a([&] { work("a", "b"); });
    std::jthread b([&] { work("b", "a"); });
  }
  CHECK_GE(cycles, 1);
  const bool either = message == "build a needs build b, which needs build a" ||
                      message == "build b needs build a, which needs build b";
  CHECK_MESSAGE(either, message);
}

TEST_CASE("wait graph: a job that needs itself, at any remove and on one thread, is an error") {
  WaitGraph graph;
  Jobs builds(graph), pages(graph);
  const auto build_again = [&]() -> Result<int> {
    return builds.get("a", "build a", {}, []() -> Result<int> { return 0; });
  };
  const auto value = builds.get("a", "build a", {}, [&]() -> Result<int> {
    return pages.get("b", "page b", {}, build_again);
  });
  REQUIRE_FALSE(value);
  CHECK_EQ(value.error().code, Code::cycle);
  CHECK_EQ(value.error().message, "page b needs build a, which needs page b");
  const auto self = builds.get("c", "build c", {}, [&]() -> Result<int> {
    return builds.get("c", "build c", {}, []() -> Result<int> { return 0; });
  });
  CHECK_EQ(self.error().message, "build c needs build c");
}

TEST_CASE("wait graph: a diamond is no cycle") {
  WaitGraph graph;
  Jobs map(graph);
  const auto leaf = [&]() -> Result<int> { return 1; };
  const auto side = [&]() -> Result<int> { return map.get("leaf", "leaf", {}, leaf); };
  const auto top = map.get("top", "top", {}, [&]() -> Result<int> {
    Result<int> right = 0;
    std::jthread other([&] { right = map.get("right", "right", {}, side); });
    const auto left = map.get("left", "left", {}, side);
    other.join();
    return *left + *right;
  });
  CHECK_EQ(*top, 2);
}

TEST_CASE("wait graph: an edge goes when its wait is over") {
  WaitGraph graph;
  const int a = 0, b = 0;
  {
    const WaitGraph::Working working(graph, &a, "a");
    CHECK(graph.begin_wait(&b));
    graph.end_wait(&b);
  }
  const WaitGraph::Working working(graph, &b, "b");
  CHECK(graph.begin_wait(&a));
  graph.end_wait(&a);
}

}  // namespace pipit::sched
