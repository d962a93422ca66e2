// One writer, one reader, one buffer. The writer may fill up to `capacity`; the reader takes the
// whole buffer at a time, so a byte is copied once on its way in and moved on its way out.
#include "sched/bytes_pipe.h"

#include <algorithm>
#include <utility>

namespace pipit::sched {

using base::Lock;

BytesPipe::BytesPipe(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

bool BytesPipe::write(std::span<const std::uint8_t> bytes, std::stop_token stop) {
  while (!bytes.empty()) {
    Lock lock(mu_);
    const bool room = changed_.wait(mu_, stop, [this]() PIPIT_REQUIRES(mu_) {
      return abandoned_ || closed_ || buffer_.size() < capacity_;
    });
    if (!room || abandoned_ || closed_) return false;
    const std::size_t count = std::min(bytes.size(), capacity_ - buffer_.size());
    buffer_.append(reinterpret_cast<const char*>(bytes.data()), count);
    bytes = bytes.subspan(count);
    changed_.notify_all();
  }
  Lock lock(mu_);
  return !abandoned_ && !stop.stop_requested();
}

void BytesPipe::close(Result<void> end) {
  Lock lock(mu_);
  if (closed_) return;  // the first end is the true one
  closed_ = true;
  end_ = std::move(end);
  changed_.notify_all();
}

Result<std::size_t> BytesPipe::read(std::string& out, std::stop_token stop) {
  out.clear();
  Lock lock(mu_);
  const bool ready = changed_.wait(
      mu_, std::move(stop), [this]() PIPIT_REQUIRES(mu_) { return closed_ || !buffer_.empty(); });
  if (!ready) return fail_cancelled();
  if (!buffer_.empty()) {
    std::swap(out, buffer_);
    changed_.notify_all();
    return out.size();
  }
  PIPIT_TRY(Result<void>(end_));
  return std::size_t{0};
}

void BytesPipe::abandon() {
  Lock lock(mu_);
  abandoned_ = true;
  buffer_.clear();
  changed_.notify_all();
}

}  // namespace pipit::sched
