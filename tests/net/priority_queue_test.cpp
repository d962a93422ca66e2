#include "net/priority_queue.h"

#include <doctest/doctest.h>

namespace {

using namespace pipit;
using net::Kind;
using sched::Priority;

sched::SharedPriorityPtr put(net::PriorityQueue& queue, std::uint64_t number, Kind kind,
                             Priority at_first) {
  auto exchange = std::make_unique<net::WaitingExchange>();
  exchange->number = number;
  exchange->request.kind = kind;
  exchange->request.priority = sched::make_priority(at_first);
  sched::SharedPriorityPtr priority = exchange->request.priority;
  queue.push(std::move(exchange));
  return priority;
}

std::string order(net::PriorityQueue& queue, bool files = true) {
  std::string out;
  while (const auto exchange = queue.take(files)) out += std::to_string(exchange->number) + " ";
  return out;
}

}  // namespace

TEST_CASE("queue: most wanted first, then pages and metadata, then the oldest") {
  net::PriorityQueue queue;
  put(queue, 1, Kind::file, Priority::speculative);
  put(queue, 2, Kind::page, Priority::speculative);
  put(queue, 3, Kind::metadata, Priority::speculative);
  put(queue, 4, Kind::file, Priority::blocking);
  put(queue, 5, Kind::page, Priority::blocking);
  put(queue, 6, Kind::page, Priority::soon);
  CHECK_EQ(order(queue), "5 4 6 2 3 1 ");
}

TEST_CASE("queue: a demand made while waiting counts") {
  net::PriorityQueue queue;
  put(queue, 1, Kind::page, Priority::speculative);
  const sched::SharedPriorityPtr second = put(queue, 2, Kind::page, Priority::speculative);
  second->raise(Priority::blocking);
  CHECK_EQ(order(queue), "2 1 ");
}

TEST_CASE("queue: without room for files only the others are taken") {
  net::PriorityQueue queue;
  put(queue, 1, Kind::file, Priority::blocking);
  put(queue, 2, Kind::metadata, Priority::speculative);
  CHECK_EQ(queue.files(), 1);
  CHECK_EQ(order(queue, false), "2 ");
  CHECK_EQ(queue.size(), 1);
}

TEST_CASE("queue: one can be taken back by its number, once") {
  net::PriorityQueue queue;
  put(queue, 1, Kind::page, Priority::speculative);
  put(queue, 2, Kind::page, Priority::speculative);
  CHECK(queue.remove(1));
  CHECK_FALSE(queue.remove(1));
  CHECK_EQ(order(queue), "2 ");
}

TEST_CASE("queue: files never get all connections, but always one") {
  CHECK_EQ(net::file_share(1), 1);
  CHECK_EQ(net::file_share(2), 1);
  CHECK_EQ(net::file_share(4), 3);
  CHECK_EQ(net::file_share(32), 24);
}
