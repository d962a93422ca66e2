#include "net/range_gate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace {

using namespace pipit;
using net::RangeGate;
using net::Ranges;

struct Askers {
  /// Asks as number `n`; its turn, if it got one, is kept.
  void ask(int n, const char* url = "https://a/x") {
    gate->when_known(*base::parse_url(url), [this, n](RangeGate::Turn turn) {
      called.push_back(turn ? n : -n);
      turns.push_back(std::move(turn));
    });
  }
  std::shared_ptr<RangeGate> gate = std::make_shared<RangeGate>();
  std::vector<int> called;  // negative: without a turn
  std::vector<RangeGate::Turn> turns;
};

}  // namespace

TEST_CASE("range gate: one finds out, the others hear of it") {
  Askers stage;
  stage.ask(1);
  stage.ask(2);
  stage.ask(3);
  stage.ask(4, "https://b/");
  CHECK_EQ(stage.called, std::vector<int>{1, 4});
  stage.gate->learn(*base::parse_url("https://a/other"), Ranges::no);
  CHECK_EQ(stage.called, std::vector<int>{1, 4, -2, -3});
  stage.turns.clear();
  stage.ask(5);
  CHECK_EQ(stage.called.back(), -5);
  CHECK_EQ(stage.gate->known(*base::parse_url("https://a/")), Ranges::no);
  CHECK_EQ(stage.gate->known(*base::parse_url("https://c/")), Ranges::unknown);
}

TEST_CASE("range gate: a thousand that give up at once need no deep stack") {
  auto gate = std::make_shared<RangeGate>();
  const base::Url url = *base::parse_url("https://a/");
  int called = 0, deepest = 0, depth = 0;
  RangeGate::Turn first;
  gate->when_known(url, [&](RangeGate::Turn turn) { first = std::move(turn); });
  for (int n = 0; n < 1000; ++n) {
    gate->when_known(url, [&](RangeGate::Turn turn) {
      deepest = std::max(deepest, ++depth);
      ++called;
      turn.reset();
      --depth;
    });
  }
  first.reset();
  CHECK_EQ(called, 1000);
  CHECK_EQ(deepest, 1);
}

TEST_CASE("range gate: who gives up passes the turn on") {
  Askers stage;
  stage.turns.reserve(9);
  stage.ask(1);
  stage.ask(2);
  stage.ask(3);
  stage.turns[0].reset();
  CHECK_EQ(stage.called, std::vector<int>{1, 2});
  stage.turns[1].reset();
  CHECK_EQ(stage.called, std::vector<int>{1, 2, 3});
  stage.turns[2].reset();
  stage.ask(4);
  CHECK_EQ(stage.called.back(), 4);
}
