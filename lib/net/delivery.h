// From a connection that many responses share to the sinks, each of which may take its time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "net/transport.h"

namespace pipit::net {

class Delivery;

/// Threads that hand over what has arrived: started when needed, at most `limit` of them.
class Couriers {
 public:
  explicit Couriers(std::size_t limit) : limit_(limit) {}
  ~Couriers() { finish(); }
  Couriers(const Couriers&) = delete;
  Couriers& operator=(const Couriers&) = delete;
  /// Hands over what has arrived and joins the threads.
  void finish() PIPIT_EXCLUDES(mu_);
  void post(std::shared_ptr<Delivery> delivery) PIPIT_EXCLUDES(mu_);

 private:
  void work();
  const std::size_t limit_;
  base::Mutex mu_;
  base::Condition wanted_;
  std::deque<std::shared_ptr<Delivery>> waiting_ PIPIT_GUARDED_BY(mu_);
  std::vector<std::thread> threads_ PIPIT_GUARDED_BY(mu_);
  std::size_t idle_ PIPIT_GUARDED_BY(mu_) = 0;
  bool ending_ PIPIT_GUARDED_BY(mu_) = false;
};

/// One exchange's response on its way to its sink: head, content, end, in this order, on one thread
/// at a time. Thread-safe.
class Delivery : public std::enable_shared_from_this<Delivery> {
 public:
  /// `on_taken` is told what the sink has taken or will not take, in portions; true: it wants no
  /// more. It is called on a courier's thread, or on that which calls us, and must not block.
  Delivery(Sink sink, Couriers& couriers,
           std::function<void(std::size_t bytes, bool stop)> on_taken)
      : sink_(std::move(sink)), couriers_(couriers), on_taken_(std::move(on_taken)) {}
  void head(ResponseHead head) PIPIT_EXCLUDES(mu_);
  void data(std::span<const std::uint8_t> bytes) PIPIT_EXCLUDES(mu_);
  /// The end. What has arrived goes first; of a cancelled exchange it is dropped.
  void end(Result<void> result) PIPIT_EXCLUDES(mu_);
  /// Whether the sink has yet to take what has arrived.
  bool is_behind() const PIPIT_EXCLUDES(mu_);

 private:
  friend class Couriers;
  void run() PIPIT_EXCLUDES(mu_);
  bool must_schedule() PIPIT_REQUIRES(mu_);
  void store(std::string_view bytes) PIPIT_REQUIRES(mu_);
  void hand_over(std::vector<std::string> pieces) PIPIT_EXCLUDES(mu_);
  void stop_early() PIPIT_EXCLUDES(mu_);

  const Sink sink_;
  Couriers& couriers_;
  const std::function<void(std::size_t, bool)> on_taken_;
  std::size_t taken_ = 0;  // not yet told; the courier's
  mutable base::Mutex mu_;
  std::optional<ResponseHead> head_ PIPIT_GUARDED_BY(mu_);
  std::vector<std::string> content_ PIPIT_GUARDED_BY(mu_);
  std::size_t unread_ PIPIT_GUARDED_BY(mu_) = 0;  // bytes of content_
  std::optional<Result<void>> end_ PIPIT_GUARDED_BY(mu_);
  bool scheduled_ PIPIT_GUARDED_BY(mu_) = false;
  bool busy_ PIPIT_GUARDED_BY(mu_) = false;
  bool over_ PIPIT_GUARDED_BY(mu_) = false;  // the sink has had its end
};

}  // namespace pipit::net
