#include "base/meter.h"

#include <doctest/doctest.h>

namespace pipit::base {
namespace {

struct Watcher : NoEvents {
  void watch(const Meter& meter) override { log += "+" + meter.facts().what; }
  void unwatch(const Meter& meter) override {
    log += "-" + meter.facts().what + "=" + std::to_string(meter.done()) + "/" +
           std::to_string(meter.total());
  }
  std::string log;
};

}  // namespace

TEST_CASE("meter: it is watched for as long as it lives, and has its last count at its end") {
  Watcher events;
  {
    Meter meter(events, {.kind = MeterFacts::Kind::gather, .what = "Preparing"});
    meter.set_total(3);
    meter.step();
    meter.step();
  }
  CHECK_EQ(events.log, "+Preparing-Preparing=2/3");
}

TEST_CASE("meter: requests and pauses are no phases") {
  using Kind = MeterFacts::Kind;
  NoEvents events;
  for (const Kind kind : {Kind::request, Kind::pause})
    CHECK_FALSE(Meter(events, {.kind = kind}).is_phase());
  for (const Kind kind : {Kind::resolve, Kind::gather, Kind::change})
    CHECK(Meter(events, {.kind = kind}).is_phase());
}

TEST_CASE("meter: nothing is heard before something is") {
  NoEvents events;
  Meter meter(events, {});
  CHECK_EQ(meter.heard(), 0);
  CHECK_FALSE(meter.busy());
  meter.hear();
  CHECK_GE(meter.heard(), meter.began());
  meter.set_subject("a");
  CHECK_EQ(meter.subject(), "a");
}

}  // namespace pipit::base
