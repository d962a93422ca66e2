// Decompresses deflate (RFC 1951) as it arrives, in fixed memory.
#pragma once
#include <memory>
#include <string_view>

#include "base/result.h"

namespace pipit::archive {

/// Twice as fast as zlib, which takes its input and output in pieces of any size; here the content
/// comes out of a buffer of our own, which is also the window. About 110 kB.
class DeflateStream {
 public:
  DeflateStream();
  DeflateStream(DeflateStream&&) noexcept;
  DeflateStream& operator=(DeflateStream&&) noexcept;
  ~DeflateStream();

  struct Step {
    std::string_view content;  // valid until the next call
    bool done = false;         // the end of the compressed data was reached
  };
  /// Takes what it can from the front of `in`. When nothing was taken and nothing came out, more
  /// input is needed. Code::bad_archive on broken data (the message is a bare reason).
  Result<Step> step(std::string_view& in);
  /// Makes it ready for the next compressed stream.
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::archive
