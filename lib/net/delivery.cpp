// The thread that reads a connection only stores what came; couriers call the sinks. So the reading
// goes on while a page is inflated or a wheel's pipe is full, and several sinks work at once.
#include "net/delivery.h"

#include <utility>

#include "base/thread.h"

namespace pipit::net {
namespace {

constexpr std::size_t kPortion = 64 * 1024;  // of taken bytes, before they are told

}  // namespace

void Couriers::finish() {
  std::vector<std::thread> threads;
  {
    base::Lock lock(mu_);
    ending_ = true;
    threads.swap(threads_);
    wanted_.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
}

void Couriers::post(std::shared_ptr<Delivery> delivery) {
  {
    base::Lock lock(mu_);
    if (waiting_.size() >= idle_ && threads_.size() < limit_ && !ending_) {
      std::thread thread;
      if (base::start_thread(thread, [this] { work(); })) threads_.push_back(std::move(thread));
    }
    if (!threads_.empty() || ending_) {
      waiting_.push_back(std::move(delivery));
      wanted_.notify_one();
      return;
    }
  }
  delivery->run();  // the system gives no thread
}

void Couriers::work() {
  while (true) {
    std::shared_ptr<Delivery> next;
    {
      base::Lock lock(mu_);
      ++idle_;
      wanted_.wait(mu_, [&]() PIPIT_REQUIRES(mu_) { return ending_ || !waiting_.empty(); });
      --idle_;
      if (waiting_.empty()) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next->run();
  }
}

/// Whether a courier is to be sent for.
bool Delivery::must_schedule() {
  if (scheduled_ || over_) return false;
  scheduled_ = true;
  return true;
}

void Delivery::head(ResponseHead head) {
  {
    base::Lock lock(mu_);
    head_ = std::move(head);
    if (!must_schedule()) return;
  }
  couriers_.post(shared_from_this());
}

void Delivery::data(std::span<const std::uint8_t> bytes) {
  {
    base::Lock lock(mu_);
    if (over_) return on_taken_(bytes.size(), false);
    content_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!must_schedule()) return;
  }
  couriers_.post(shared_from_this());
}

void Delivery::end(Result<void> result) {
  {
    base::Lock lock(mu_);
    if (end_) return;
    if (!result && result.error().code == Code::cancelled) {
      if (!content_.empty()) on_taken_(content_.size(), false);
      content_.clear();
    }
    end_ = std::move(result);
    if (!must_schedule()) return;
  }
  couriers_.post(shared_from_this());
}

bool Delivery::is_behind() const {
  base::Lock lock(mu_);
  return busy_ || !content_.empty();
}

/// Hands over until nothing is left.
void Delivery::run() {
  while (true) {
    std::optional<ResponseHead> head;
    std::string content;
    std::optional<Result<void>> end;
    {
      base::Lock lock(mu_);
      busy_ = false;
      head = std::exchange(head_, std::nullopt);
      if (!head) content.swap(content_);
      if (!head && content.empty()) end = end_;
      if (over_ || (!head && content.empty() && !end)) {
        scheduled_ = false;
        return;
      }
      over_ = end.has_value();
      busy_ = true;
    }
    if (head && sink_.on_head && sink_.on_head(*head) == Flow::stop) stop_early();
    if (!content.empty()) hand_over(content);
    if (end) {
      if (taken_ > 0) on_taken_(std::exchange(taken_, 0), false);
      sink_.on_done(std::move(*end));
    }
  }
}

void Delivery::hand_over(const std::string& bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const bool stop = sink_.on_data && sink_.on_data({data, bytes.size()}) == Flow::stop;
  taken_ += bytes.size();
  if (stop) return stop_early();
  if (taken_ >= kPortion) on_taken_(std::exchange(taken_, 0), false);
}

void Delivery::stop_early() {
  {
    base::Lock lock(mu_);
    over_ = true;
    taken_ += content_.size();
    content_.clear();
  }
  on_taken_(std::exchange(taken_, 0), true);
  sink_.on_done({});
}

}  // namespace pipit::net
