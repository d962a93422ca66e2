// Decompresses gzip (RFC 1952). The checksum and length in each trailer are checked; several
// members in a row are one file (section 2.2).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "archive/inflate.h"
#include "base/result.h"

namespace pipit::archive {

/// The whole content. Code::bad_archive when it is broken, cut short, or longer than `max_out`
/// bytes; the message is a bare reason.
Result<std::string> gunzip(std::string_view bytes, std::uint64_t max_out);

/// The same for bytes that arrive in pieces, in fixed memory.
class GunzipStream {
 public:
  /// `out` receives the content in pieces; its error ends the reading and is what feed() returns.
  GunzipStream(std::function<Result<void>(std::string_view)> out, std::uint64_t max_out);
  Result<void> feed(std::string_view bytes);
  /// To be called after the last bytes: the last trailer must have been read.
  Result<void> finish() const;

 private:
  Result<void> inflate_some(std::string_view& bytes);

  std::function<Result<void>(std::string_view)> out_;
  std::uint64_t left_;
  Inflater inflater_{Inflater::Format::gzip};
  std::unique_ptr<char[]> window_;
  bool begun_ = false;    // a member has been read or is being read
  bool between_ = true;   // not inside a member
  bool padding_ = false;  // zeros fill the rest, as on tapes
};

}  // namespace pipit::archive
