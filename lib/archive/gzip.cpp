// gzip members in a row (RFC 1952, section 2.2). zlib reads header and trailer of each; this file
// checks what lies between members. Zeros pad the last member to a tape's block. Anything else that
// does not begin as a member does is refused, where gunzip(1) would only warn: two readers that
// disagree about it would see two archives in one file.
#include "archive/gzip.h"

#include <algorithm>

namespace pipit::archive {
namespace {

constexpr std::size_t kGunzipWindow = 64u << 10;

}  // namespace

Result<std::string> gunzip(std::string_view bytes, std::uint64_t max_out) {
  std::string content;
  GunzipStream stream(
      [&content](std::string_view piece) -> Result<void> {
        content.append(piece);
        return {};
      },
      max_out);
  PIPIT_TRY(stream.feed(bytes));
  PIPIT_TRY(stream.finish());
  return content;
}

GunzipStream::GunzipStream(std::function<Result<void>(std::string_view)> out, std::uint64_t max_out)
    : out_(std::move(out)),
      left_(max_out),
      window_(std::make_unique_for_overwrite<char[]>(kGunzipWindow)) {}

Result<void> GunzipStream::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!between_) {
      PIPIT_TRY(inflate_some(bytes));
      continue;
    }
    // Zeros are padding only after a member; a file of nothing but zeros is not gzip.
    if (begun_ && bytes.front() == '\0') padding_ = true;
    if (padding_) {
      bool zeros = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
      if (!zeros) return fail(Code::bad_archive, "data behind the end of the gzip file");
      return {};
    }
    // ID1 of the header. zlib checks the rest, but would call this "broken gzip data".
    if (bytes.front() != '\x1f') {
      return fail(Code::bad_archive,
                  begun_ ? "data behind the end of the gzip file" : "is not a gzip file");
    }
    inflater_.reset();
    begun_ = true;
    between_ = false;
  }
  return {};
}

/// One step of the current member.
Result<void> GunzipStream::inflate_some(std::string_view& bytes) {
  while (true) {
    Result<Inflater::Step> step = inflater_.step(bytes, {window_.get(), kGunzipWindow});
    if (!step) return fail(Code::bad_archive, "broken gzip data");
    bytes.remove_prefix(step->consumed);
    // The limit counts the output: a kilobyte can hold a gigabyte of zeros.
    if (step->produced > left_) return fail(Code::bad_archive, "inflates to more than is allowed");
    left_ -= step->produced;
    if (step->produced != 0) PIPIT_TRY(out_({window_.get(), step->produced}));
    between_ = step->done;
    if (step->done) return {};
    if (step->consumed == 0 && step->produced == 0) {
      if (bytes.empty()) return {};
      return fail(Code::bad_archive, "broken gzip data");
    }
  }
}

Result<void> GunzipStream::finish() const {
  if (begun_ && between_) return {};
  return fail(Code::bad_archive, begun_ ? "gzip file ends too early" : "is not a gzip file");
}

}  // namespace pipit::archive
