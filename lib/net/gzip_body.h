// Content-Encoding: gzip, undone while the content arrives.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::net {

/// Decodes a content that is there as a whole, in one call: several times as fast as Gunzip.
/// nullopt when it cannot: the content is broken, of several members, or longer than `max_out`.
std::optional<std::string> gunzip_at_once(std::string_view content, std::uint64_t max_out);

class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
  /// Appends the decoded bytes. Code::network with a bare cause when the content is not gzip, or
  /// when `out` would grow beyond `max_out` bytes (a small response may hide a large one).
  Result<void> feed(std::span<const std::uint8_t> bytes, std::string& out, std::uint64_t max_out);
  /// To be called after the last bytes: Code::network when gzip's end was not reached.
  Result<void> finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::net
