// The thread that reads a connection only stores what came; couriers call the sinks. So the reading
// goes on while a page is inflated or a wheel's pipe is full, and several sinks work at once.
#include "net/delivery.h"

#include <algorithm>
#include <utility>

#include "base/thread.h"

namespace pipit::net {
namespace {

constexpr std::size_t kPortion = 16 * 1024;       // of taken bytes, before they are told
constexpr std::size_t kStored = 32 * 1024 - 32;  // of content, a block of the allocator

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
    store({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!must_schedule()) return;
  }
  couriers_.post(shared_from_this());
}

/// In pieces: one long string would be copied again and again while it grows.
void Delivery::store(std::string_view bytes) {
  if (content_.empty() || content_.back().size() + bytes.size() > content_.back().capacity()) {
    const bool is_first = content_.empty();
    content_.emplace_back().reserve(is_first ? bytes.size() : std::max(bytes.size(), kStored));
  }
  content_.back().append(bytes);
  unread_ += bytes.size();
}

void Delivery::end(Result<void> result) {
  {
    base::Lock lock(mu_);
    if (end_) return;
    if (!result && result.error().code == Code::cancelled) {
      if (unread_ > 0) on_taken_(std::exchange(unread_, 0), false);
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
    std::vector<std::string> content;
    std::optional<Result<void>> end;
    {
      base::Lock lock(mu_);
      busy_ = false;
      head = std::exchange(head_, std::nullopt);
      if (!head) {
        content.swap(content_);
        unread_ = 0;
      }
      if (!head && content.empty()) end = end_;
      if (over_ || (!head && content.empty() && !end)) {
        scheduled_ = false;
        return;
      }
      over_ = end.has_value();
      busy_ = true;
    }
    if (head && sink_.on_head && sink_.on_head(*head) == Flow::stop) stop_early();
    hand_over(std::move(content));
    if (end) {
      if (taken_ > 0) on_taken_(std::exchange(taken_, 0), false);
      sink_.on_done(std::move(*end));
    }
  }
}

void Delivery::hand_over(std::vector<std::string> pieces) {
  for (std::size_t at = 0; at < pieces.size(); ++at) {
    const std::string piece = std::move(pieces[at]);
    const auto* data = reinterpret_cast<const std::uint8_t*>(piece.data());
    const bool stop = sink_.on_data && sink_.on_data({data, piece.size()}) == Flow::stop;
    taken_ += piece.size();
    if (stop) {
      for (const std::string& rest : std::span(pieces).subspan(at + 1)) taken_ += rest.size();
      return stop_early();
    }
    if (taken_ >= kPortion) on_taken_(std::exchange(taken_, 0), false);
  }
}

void Delivery::stop_early() {
  {
    base::Lock lock(mu_);
    over_ = true;
    taken_ += std::exchange(unread_, 0);
    content_.clear();
  }
  on_taken_(std::exchange(taken_, 0), true);
  sink_.on_done({});
}

}  // namespace pipit::net
