// A plain list, searched when an exchange is taken: priorities change while exchanges wait, which
// would break a heap, and there are at most hundreds of them.
#include "net/priority_queue.h"

#include <algorithm>
#include <tuple>

namespace pipit::net {
namespace {

/// Greater goes first.
std::tuple<int, bool, std::int64_t> rank_of(const WaitingExchange& exchange) {
  const Request& request = exchange.request;
  const int wanted = request.priority ? static_cast<int>(request.priority->level()) : 0;
  return {wanted, request.kind != Kind::file, -static_cast<std::int64_t>(exchange.number)};
}

}  // namespace

void PriorityQueue::push(std::unique_ptr<WaitingExchange> exchange) {
  waiting_.push_back(std::move(exchange));
}

std::unique_ptr<WaitingExchange> PriorityQueue::take(bool files) {
  auto best = waiting_.end();
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    if (!files && (*it)->request.kind == Kind::file) continue;
    if (best == waiting_.end() || rank_of(**it) > rank_of(**best)) best = it;
  }
  if (best == waiting_.end()) return nullptr;
  std::unique_ptr<WaitingExchange> taken = std::move(*best);
  waiting_.erase(best);
  return taken;
}

std::unique_ptr<WaitingExchange> PriorityQueue::remove(std::uint64_t number) {
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    if ((*it)->number != number) continue;
    std::unique_ptr<WaitingExchange> found = std::move(*it);
    waiting_.erase(it);
    return found;
  }
  return nullptr;
}

std::size_t PriorityQueue::files() const {
  return static_cast<std::size_t>(
      std::count_if(waiting_.begin(), waiting_.end(),
                    [](const auto& exchange) { return exchange->request.kind == Kind::file; }));
}

std::size_t file_share(std::size_t limit) {
  if (limit < 2) return 1;
  return limit - std::max<std::size_t>(1, limit / 4);
}

}  // namespace pipit::net
