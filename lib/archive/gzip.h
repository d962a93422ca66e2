// gzip (RFC 1952) decompressed. Checksum and length in the trailer are checked; several members one
// after the other are one file.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "archive/inflate.h"
#include "base/result.h"

namespace pipit::archive {

/// The whole content; Code::bad_archive when it is broken, cut short, or longer than `max_out`
/// bytes. The message is a bare reason.
Result<std::string> gunzip(std::string_view bytes, std::uint64_t max_out);

/// The same while the bytes arrive, in fixed memory.
class GunzipStream {
 public:
  /// `out` gets the content in pieces; its error ends the reading and is what feed() returns.
  GunzipStream(std::function<Result<void>(std::string_view)> out, std::uint64_t max_out);
  Result<void> feed(std::string_view bytes);
  /// No more bytes come: the last trailer must have been read.
  Result<void> finish() const;

 private:
  Result<void> inflate_some(std::string_view& bytes);

  std::function<Result<void>(std::string_view)> out_;
  std::uint64_t left_;
  Inflater inflater_{Inflater::Format::gzip};
  std::unique_ptr<char[]> window_;
  bool begun_ = false;    // a member has been read or is being read
  bool between_ = true;   // no member is under way
  bool padding_ = false;  // zeros fill the rest, as on tapes
};

}  // namespace pipit::archive
