// A bounded pipe of bytes between two threads: a slow reader stops only its own writer.
#pragma once
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>

#include "base/mutex.h"
#include "base/result.h"

namespace pipit::sched {

class BytesPipe {
 public:
  explicit BytesPipe(std::size_t capacity);
  /// Blocks while full. False when the reader has left or a stop was requested: the writer should
  /// give up.
  bool write(std::span<const std::uint8_t> bytes, std::stop_token stop);
  /// End of data, or the error that ended it.
  void close(Result<void> end);
  /// Moves at least one byte into `out` (replacing it), or returns 0 at the end; or returns the
  /// error that the writer closed with.
  Result<std::size_t> read(std::string& out, std::stop_token stop);
  /// The reader wants no more: write() returns false from here on.
  void abandon();

 private:
  const std::size_t capacity_;
  base::Mutex mu_;
  base::Condition changed_;
  std::string buffer_ PIPIT_GUARDED_BY(mu_);
  bool closed_ PIPIT_GUARDED_BY(mu_) = false;
  bool abandoned_ PIPIT_GUARDED_BY(mu_) = false;
  Result<void> end_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::sched
