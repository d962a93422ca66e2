// Decompresses deflate (RFC 1951): in one go when a member is small and complete, else piece by
// piece.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::archive {

/// CRC-32 as in zip and gzip; start with 0. Uses the processor's carry-less multiplication.
std::uint32_t fast_crc32(std::uint32_t crc, std::string_view bytes);

/// Raw deflate of a whole member. Fills `out` exactly. False when the data is broken, gives more or
/// fewer bytes, or does not use all of `compressed`.
bool inflate_whole(std::string_view compressed, std::span<char> out);

/// A decompressor that takes bytes as they arrive; about 45 kB of memory whatever the data.
class Inflater {
 public:
  enum class Format { raw, gzip };  // gzip: header and trailer (CRC-32, length) are checked, too
  explicit Inflater(Format format);
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;
  ~Inflater();

  struct Step {
    std::size_t consumed = 0;  // of the input
    std::size_t produced = 0;  // into `out`
    bool done = false;         // the end of the compressed data was reached
  };
  /// One step. If nothing was consumed or produced, more input is needed. Code::bad_archive on
  /// broken data (the message is a bare reason).
  Result<Step> step(std::string_view in, std::span<char> out);
  /// Makes it ready for the next compressed stream.
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::archive
