#include "base/events.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

namespace pipit::base {
namespace {

struct Recorder : NoEvents {
  void started(const SpanRecord& span) override { log += "+" + span.name; }
  void finished(const SpanRecord& span) override {
    log += "-" + span.name + "=" + span.outcome;
    last = span;
  }
  std::string log;
  SpanRecord last;
};

}  // namespace

TEST_CASE("events: a span is reported once at each end, also when moved") {
  Recorder events;
  {
    Span first = events.span(Lane::fetch, "a");
    Span second = std::move(first);
    second.add_bytes(3);
    second.add_bytes(4);
    second.set_outcome("304");
  }
  CHECK_EQ(events.log, "+a-a=304");
  CHECK_EQ(events.last.bytes, 7);
  CHECK_EQ(events.last.lane, Lane::fetch);
  CHECK_GE(events.last.end, events.last.start);
  CHECK_EQ(events.last.thread, thread_number());
}

TEST_CASE("events: every lane has a name, every thread a number") {
  for (Lane lane : {Lane::page, Lane::metadata, Lane::fetch, Lane::build, Lane::disk, Lane::solve,
                    Lane::command}) {
    CHECK_NE(lane_name(lane), "unknown");
  }
  const std::uint64_t mine = thread_number();
  CHECK_EQ(thread_number(), mine);
  std::jthread([&] { CHECK_NE(thread_number(), mine); }).join();
}

}  // namespace pipit::base
