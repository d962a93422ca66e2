// The first bytes of a large download, kept in the cache until all of it is there: what an
// interrupted or killed run leaves for the next.
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
/// end. A failure to keep bytes is ignored. One thread at a time.
class Partial {
 public:
  /// Smaller files are fetched again rather than written twice.
  static constexpr std::uint64_t kWorthIt = 1u << 20;

  /// Opens what was kept under `key`, a component of a path. Holds nothing, and keeps nothing, when
  /// another process uses the file or the cache cannot be written.
  Partial(const cache::Store& store, std::string_view key);
  ~Partial();
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;

  /// What was kept: how many bytes, of how many (0: unknown), and their validator for If-Range (RFC
  /// 9110 section 13.1.5). Zero bytes: nothing.
  std::uint64_t size() const { return size_; }
  std::uint64_t whole() const { return whole_; }
  const std::string& validator() const { return validator_; }
  /// Passes on what was kept, in order. An error of `take` ends it.
  Result<void> replay(const std::function<Result<void>(std::string_view)>& take) const;

  /// A new response begins: forgets what was kept. Keeps nothing of it without a validator, or when
  /// little is to come.
  void begin(std::string_view validator, std::uint64_t whole);
  /// The next bytes of the response.
  void append(std::string_view bytes);
  /// The download is complete, or useless: removes the file.
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
