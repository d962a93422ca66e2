// Pages and metadata are read whole. Their size is bounded after decoding, since a megabyte of gzip
// can hold a gigabyte. Of an error response only the beginning of its content is kept: nobody
// parses it.
#include "net/body.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/answer_error.h"
#include "net/content_coding.h"

namespace pipit::net {
namespace {

constexpr std::uint64_t kMaxErrorPage = 64 * 1024;
/// Up to here a compressed content is held as it came until it is complete, and decoded at once.
constexpr std::uint64_t kMaxHeld = 1 << 20;

}  // namespace

Flow BodyCollector::refuse(Error error) {
  failure_ = exchange_error(std::move(error), response_.from);
  return Flow::stop;
}

Flow BodyCollector::on_head(const base::Url& url, const ResponseHead& head) {
  gunzip_.reset();
  failure_.reset();
  is_held_ = false;
  response_ = {head.status, url, head.headers, {}, head.from};
  is_error_page_ = head.status < 200 || head.status > 299;
  limit_ = is_error_page_ ? std::min(max_body_, kMaxErrorPage) : max_body_;
  const std::optional<std::uint64_t> length =
      base::parse_uint(find_header(head.headers, "content-length"));
  const ContentCoding coding = content_coding(head.headers);
  if (coding.kind == ContentCoding::Kind::gzip) {
    is_held_ = !is_error_page_ && length && *length <= kMaxHeld;
    if (!is_held_) gunzip_ = std::make_unique<Gunzip>();
  } else if (coding.kind == ContentCoding::Kind::unread && !is_error_page_) {
    return refuse(Error{
        Code::network, cat("the answer is encoded as ", coding.name, ", which was not asked for")});
  }
  if (length && *length > limit_ && !is_error_page_) {
    return refuse(
        Error{Code::network, cat("the answer is too large (", base::format_bytes(*length), ")")});
  }
  if (length && !gunzip_ && !is_error_page_)
    response_.body.reserve(static_cast<std::size_t>(std::min(*length, kMaxHeld)));
  return Flow::go_on;
}

Flow BodyCollector::on_data(std::span<const std::uint8_t> bytes) {
  std::string& body = response_.body;
  Result<void> added;
  if (gunzip_)
    added = gunzip_->feed(bytes, body, limit_);
  else if (bytes.size() > limit_ - body.size())
    added = fail(Code::network, "the answer is too large");
  else
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (added) return Flow::go_on;
  if (is_error_page_) return Flow::stop;
  return refuse(std::move(added.error()));
}

Result<Response> BodyCollector::finish(const Result<void>& end) {
  if (!end) return fail(end.error());
  if (failure_) return fail(*failure_);
  if (Result<void> whole = decode(); !whole)
    return fail(exchange_error(std::move(whole.error()), response_.from));
  return std::move(response_);
}

/// What cannot be decoded at once is decoded as it would have been piece by piece, which also says
/// what is wrong with it.
Result<void> BodyCollector::decode() {
  if (is_error_page_ || (!gunzip_ && !is_held_)) return {};
  if (is_held_) {
    const std::string coded = std::exchange(response_.body, {});
    if (auto decoded = gunzip_at_once(coded, limit_)) {
      response_.body = std::move(*decoded);
      return {};
    }
    gunzip_ = std::make_unique<Gunzip>();
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(coded.data());
    PIPIT_TRY(gunzip_->feed({bytes, coded.size()}, response_.body, limit_));
  }
  return gunzip_->finish();
}

}  // namespace pipit::net
