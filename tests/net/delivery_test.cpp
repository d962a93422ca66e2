#include "net/delivery.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"

namespace {

using namespace pipit;
using net::Couriers;
using net::Delivery;
using net::Flow;

/// What one sink was told, and what was told of it.
struct Receiver {
  base::Mutex mu;
  std::string said PIPIT_GUARDED_BY(mu);
  std::size_t stop_after = SIZE_MAX;  // bytes
  std::size_t size PIPIT_GUARDED_BY(mu) = 0;
  std::atomic<std::size_t> taken = 0;
  std::atomic<bool> stopped = false;

  void say(const std::string& what) {
    base::Lock lock(mu);
    said += what;
  }
  std::string all() {
    base::Lock lock(mu);
    return said;
  }
  net::Sink sink() {
    net::Sink out;
    out.on_head = [this](const net::ResponseHead& head) {
      say(cat("head ", head.status, " "));
      return stop_after == 0 ? Flow::stop : Flow::go_on;
    };
    out.on_data = [this](std::span<const std::uint8_t> bytes) {
      base::Lock lock(mu);
      said.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      size += bytes.size();
      return size >= stop_after ? Flow::stop : Flow::go_on;
    };
    out.on_done = [this](Result<void> end) { say(end ? " done" : cat(" ", end.error().message)); };
    return out;
  }
  std::shared_ptr<Delivery> delivery(Couriers& couriers) {
    return std::make_shared<Delivery>(sink(), couriers, [this](std::size_t bytes, bool stop) {
      taken += bytes;
      stopped = stopped || stop;
    });
  }
};

void send(Delivery& delivery, std::string_view bytes) {
  delivery.data({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

net::ResponseHead answer_head(int status) {
  net::ResponseHead head;
  head.status = status;
  return head;
}

}  // namespace

TEST_CASE("delivery: head, content, end, whatever the number of couriers; all is accounted for") {
  for (const std::size_t count : {1, 4}) {
    Couriers couriers(count);
    std::vector<std::unique_ptr<Receiver>> sinks;
    std::vector<std::shared_ptr<Delivery>> deliveries;
    for (int n = 0; n < 20; ++n) {
      sinks.push_back(std::make_unique<Receiver>());
      deliveries.push_back(sinks.back()->delivery(couriers));
    }
    for (const auto& delivery : deliveries) delivery->head(answer_head(200));
    for (int piece = 0; piece < 30; ++piece)
      for (const auto& delivery : deliveries) send(*delivery, cat("<", piece, ">"));
    for (const auto& delivery : deliveries) delivery->end({});
    couriers.finish();
    std::string expected = "head 200 ";
    for (int piece = 0; piece < 30; ++piece) expected += cat("<", piece, ">");
    for (const auto& sink : sinks) {
      CHECK_EQ(sink->all(), expected + " done");
      CHECK_EQ(sink->taken, expected.size() - 9);
      CHECK_FALSE(sink->stopped);
    }
  }
}

TEST_CASE("delivery: a sink that wants no more is done, and what comes is given back") {
  Couriers couriers(2);
  Receiver told;
  told.stop_after = 3;
  const auto delivery = told.delivery(couriers);
  delivery->head(answer_head(200));
  send(*delivery, "abcd");
  while (!told.stopped) std::this_thread::yield();
  send(*delivery, "efgh");
  delivery->end(fail(Code::network, "late"));
  couriers.finish();
  CHECK_EQ(told.all(), "head 200 abcd done");
  CHECK_EQ(told.taken, 8u);
}

TEST_CASE("delivery: a head alone may be enough") {
  Couriers couriers(1);
  Receiver told;
  told.stop_after = 0;
  const auto delivery = told.delivery(couriers);
  delivery->head(answer_head(404));
  couriers.finish();
  CHECK_EQ(told.all(), "head 404  done");
  CHECK(told.stopped);
}

TEST_CASE("delivery: an error comes after what has arrived, a cancellation before") {
  for (const bool cancelled : {false, true}) {
    auto couriers = std::make_unique<Couriers>(1);
    Receiver told;
    const auto delivery = told.delivery(*couriers);
    send(*delivery, "abc");
    delivery->end(cancelled ? fail_cancelled() : fail(Code::network, "broken"));
    couriers->finish();
    const std::string all = told.all();
    CHECK((cancelled ? all.ends_with(" cancelled") : all == "abc broken"));
    CHECK_FALSE(delivery->is_behind());
    CHECK_EQ(told.taken, 3u);
  }
}
