// Content-Encoding: gzip, undone while it arrives.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace pipit::net {

class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
  /// Appends what the bytes decode to. Code::network with a bare cause when they are no gzip, or
  /// when `out` would grow beyond `max_out` bytes (a small answer may hide a large one).
  Result<void> feed(std::span<const std::uint8_t> bytes, std::string& out, std::uint64_t max_out);
  /// No more bytes come: Code::network when the end was not reached.
  Result<void> finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::net
