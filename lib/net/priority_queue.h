// The exchanges that wait for a connection, and which of them goes next.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "net/transport.h"

namespace pipit::net {

struct WaitingExchange {
  Request request;
  Sink sink;
  std::stop_token stop;
  std::uint64_t number = 0;  // in order of arrival
  int sent = 0;              // how often it went out without being heard (HTTP/2)
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
};

/// Not thread-safe: its owner's lock guards it. Priorities are read when an exchange is taken, so
/// one that rises while it waits counts.
class PriorityQueue {
 public:
  void push(std::unique_ptr<WaitingExchange> exchange);
  /// The exchange of highest priority; among equals pages and metadata before files, then the
  /// oldest. Null when there is none (with `files` false: none other than files).
  std::unique_ptr<WaitingExchange> take(bool files);
  /// The exchange of that number; null when it is not in the queue (any more).
  std::unique_ptr<WaitingExchange> remove(std::uint64_t number);
  /// All of them, in order of arrival.
  std::vector<std::unique_ptr<WaitingExchange>> take_all() { return std::exchange(waiting_, {}); }
  std::size_t size() const { return waiting_.size(); }
  std::size_t files() const;

 private:
  std::vector<std::unique_ptr<WaitingExchange>> waiting_;
};

/// How many of `limit` connections may be busy with files, so that one is always left for metadata.
std::size_t file_share(std::size_t limit);

}  // namespace pipit::net
