#include "cli/progress_board.h"

#include <doctest/doctest.h>

#include <optional>

#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

/// A board that hears of meters as the reporter's does.
struct Watching : base::NoEvents {
  void watch(const base::Meter& meter) override { board.watch(meter); }
  void unwatch(const base::Meter& meter) override { last_phase = board.unwatch(meter); }
  ProgressState look(std::int64_t later) { return board.look(base::now_us() + later); }
  ProgressBoard board;
  bool last_phase = false;
};

base::MeterFacts request(const std::string& what, const std::string& place, bool file = false) {
  base::MeterFacts facts;
  facts.what = what;
  facts.place = place;
  facts.attempt = 2;
  facts.attempts = 6;
  facts.is_file = file;
  return facts;
}

/// "http://h:1+2" for three requests that wait for it.
std::string waits_of(const ProgressState& state) {
  std::string out;
  for (const ProgressState::Wait& one : state.waits)
    out += cat(out.empty() ? "" : " ", one.server, one.others ? cat("+", one.others) : "");
  return out;
}

TEST_CASE("progress board: a phase is shown while it lasts, and its end is told") {
  Watching events;
  {
    base::Meter outer(events, {.kind = base::MeterFacts::Kind::gather, .what = "Preparing"});
    outer.set_total(3);
    outer.step();
    CHECK_EQ(events.look(0).phase->done, 1);
    {
      base::Meter inner(events, {.kind = base::MeterFacts::Kind::change, .what = "Installing"});
    }
    CHECK_FALSE(events.last_phase);
  }
  CHECK(events.last_phase);
  CHECK_FALSE(events.look(0).phase);
}

TEST_CASE("progress board: files are shown by name and version, with what has come of them") {
  Watching events;
  std::optional<base::Meter> wheel, sdist, page, large;
  wheel.emplace(events,
                request("wheel numpy-2.1.0-cp311-cp311-linux_x86_64.whl", "http://h/1", true));
  sdist.emplace(events, request("sdist foo-bar-1.0.tar.gz", "http://h/2", true));
  page.emplace(events, request("page small", "http://h/3"));
  large.emplace(events, request("metadata big-3-py3-none-any.whl", "http://h/4"));
  for (auto* one : {&wheel, &sdist, &page, &large}) (*one)->hear();
  wheel->set_total(1000);
  wheel->set_done(400);
  page->set_done(900);
  large->set_total(5'000'000);
  large->set_done(300'000);
  ProgressState state = events.look(kSecond);
  REQUIRE_EQ(state.transfers.size(), 3);
  CHECK_EQ(state.transfers[0].name, "numpy 2.1.0");
  CHECK_EQ(state.transfers[0].done, 400);
  CHECK_EQ(state.transfers[0].total, 1000);
  CHECK_EQ(state.transfers[1].name, "foo-bar 1.0");
  CHECK_EQ(state.transfers[2].name, "big 3");
  CHECK_EQ(state.bytes, 301'300);
  wheel.reset();  // what has come stays counted
  CHECK_EQ(events.look(kSecond).bytes, 301'300);
}

TEST_CASE("progress board: a queued file has no line of its own") {
  Watching events;
  base::Meter queued(events, request("wheel a-1-py3-none-any.whl", "http://h/1", true));
  CHECK(events.look(0).transfers.empty());
}

TEST_CASE("progress board: a rate is that of the last seconds") {
  Watching events;
  base::Meter meter(events, request("wheel a-1-py3-none-any.whl", "http://h/1", true));
  meter.hear();
  const std::int64_t start = meter.began();
  std::uint64_t done = 0;
  ProgressState state;
  for (int i = 1; i <= 10; ++i) {
    meter.set_done(done += 100'000);
    state = events.board.look(start + i * kSecond / 10);
  }
  CHECK_GT(state.transfers[0].rate, 900'000);
  CHECK_LT(state.transfers[0].rate, 1'100'000);
  for (int i = 11; i <= 60; ++i) state = events.board.look(start + i * kSecond / 10);
  CHECK_LT(state.waits.size() + state.transfers.size(), 2);
}

TEST_CASE(
    "progress board: silence is told after two seconds, not before, and not while we are busy") {
  Watching events;
  base::Meter meter(events, request("page a", "http://h:1/simple/a/"));
  meter.hear();
  CHECK_EQ(waits_of(events.look(kSecond)), "");
  const ProgressState state = events.look(2 * kSecond + 1);
  REQUIRE_EQ(waits_of(state), "http://h:1");
  CHECK_EQ(state.waits[0].place, "http://h:1/simple/a/");
  CHECK_EQ(state.waits[0].attempt, 2);
  CHECK_EQ(state.waits[0].attempts, 6);
  meter.set_busy(true);
  CHECK_EQ(waits_of(events.look(9 * kSecond)), "");
}

TEST_CASE("progress board: what is queued waits for its server, not for its turn") {
  Watching events;
  base::Meter queued(events, request("page a", "http://h:1/simple/a/"));
  base::Meter elsewhere(events, request("page a", "http://other:1/simple/a/"));
  CHECK_EQ(waits_of(events.look(3 * kSecond)), "http://h:1 http://other:1");
  base::Meter answered(events, request("page b", "http://h:1/simple/b/"));
  answered.hear();
  const std::int64_t now = answered.heard();
  CHECK_EQ(waits_of(events.board.look(now + kSecond)), "");
  CHECK_EQ(waits_of(events.board.look(now + 3 * kSecond)), "http://h:1+1 http://other:1");
}

TEST_CASE("progress board: one line for all that wait for the same server") {
  Watching events;
  base::Meter a(events, request("page a", "http://h:1/a")),
      b(events, request("page b", "http://h:1/b")), c(events, request("page c", "http://h:1/c"));
  CHECK_EQ(waits_of(events.look(3 * kSecond)), "http://h:1+2");
}

TEST_CASE("progress board: a pause before the next try counts down") {
  Watching events;
  base::MeterFacts facts = request("page a", "http://h:1/a");
  facts.kind = base::MeterFacts::Kind::pause;
  facts.until = base::now_us() + 60 * kSecond;
  std::optional<base::Meter> meter;
  meter.emplace(events, facts);
  const ProgressState state = events.look(10 * kSecond);
  REQUIRE_EQ(state.waits.size(), 1);
  CHECK(state.waits[0].is_pause);
  CHECK_EQ(state.waits[0].time / kSecond, 50);
  facts.until = base::now_us() + kSecond / 4;
  meter.emplace(events, facts);
  CHECK_EQ(waits_of(events.look(0)), "");  // over before it is read
}

TEST_CASE("progress board: builds and git have lines, hooks and links have none") {
  ProgressBoard board;
  const auto span = [&](base::SpanKind kind, const std::string& name, std::uint64_t id) {
    base::SpanRecord record;
    record.kind = kind;
    record.subject = record.name = name;
    record.id = id;
    record.start = 5 * kSecond;
    board.begin(record);
    return record;
  };
  const auto build = span(base::SpanKind::build, "foo==1", 1);
  span(base::SpanKind::prepare, "bar==1", 2);
  span(base::SpanKind::git, "git fetch https://h/x", 3);
  span(base::SpanKind::other, "stage 3 files", 4);
  ProgressState state = board.look(8 * kSecond);
  REQUIRE_EQ(state.tasks.size(), 3);
  CHECK_EQ(state.tasks[0].name, "Building foo==1");
  CHECK_EQ(state.tasks[0].time, 3 * kSecond);
  CHECK_EQ(state.tasks[1].name, "Preparing metadata of bar==1");
  CHECK_EQ(state.tasks[2].name, "git fetch https://h/x");
  board.end(build);
  CHECK_EQ(board.look(0).tasks.size(), 2);
}

}  // namespace
}  // namespace pipit::cli
