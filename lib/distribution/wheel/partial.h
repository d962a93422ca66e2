// The begin of a large download, kept in the cache until all of it is there: what a run that was
// broken off or killed leaves for the next.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "cache/store.h"

namespace pipit::distribution {

/// The bytes as the server sent them, from the first on, in one file that is locked as long as this
/// object lives. Nothing here is trusted: the hash of the whole, or its checksums, decide in the
/// end. Failing to keep something is nobody's problem. One thread at a time.
class Partial {
 public:
  /// Smaller files are fetched anew rather than written twice.
  static constexpr std::uint64_t kWorthIt = 1u << 20;

  /// What was kept under `key`, a component of a path. Holds nothing, and keeps nothing, when
  /// another process is at it or the cache cannot be written.
  Partial(const cache::Store& store, std::string_view key);
  ~Partial();
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;

  /// What was kept: bytes, of how many (0: unknown), and what says "the same bytes" in an If-Range
  /// (RFC 9110 section 13.1.5). Zero bytes: nothing.
  std::uint64_t size() const { return size_; }
  std::uint64_t whole() const { return whole_; }
  const std::string& validator() const { return validator_; }
  /// Gives back what was kept, in order. Errors of `take` end it.
  Result<void> replay(const std::function<Result<void>(std::string_view)>& take) const;

  /// A new answer begins: what was kept is forgotten. Without a validator, or with little to come,
  /// nothing is kept of it.
  void begin(std::string_view validator, std::uint64_t whole);
  /// The next bytes of it.
  void append(std::string_view bytes);
  /// The download is complete, or of no use: the file goes.
  void discard();

 private:
  bool open(int flags);
  void read_head();

  base::Fd fd_;
  std::string path_;
  std::string validator_;
  std::uint64_t head_ = 0, size_ = 0, whole_ = 0;
};

}  // namespace pipit::distribution
