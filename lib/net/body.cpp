// Pages and metadata are read whole, long ones by a reader while they arrive. Their size is bounded
// after decoding, since a megabyte of gzip can hold a gigabyte. Of an error response only the
// beginning of its content is kept: nobody parses it.
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
/// The most that is decoded in one call for a reader that need not have the whole.
constexpr std::uint64_t kMaxAtOnce = 8 * kMaxCollected;
constexpr std::size_t kHeldPiece = 16 * 1024;

}  // namespace

Flow BodyCollector::refuse(Error error) {
  failure_ = exchange_error(std::move(error), response_.from);
  return Flow::stop;
}

Flow BodyCollector::on_head(const base::Url& url, const ResponseHead& head) {
  gunzip_.reset();
  failure_.reset();
  is_held_ = false;
  reader_.reset();
  response_ = {head.status, url, head.headers, {}, 0, head.from};
  is_error_page_ = head.status < 200 || head.status > 299;
  may_pass_on_ = make_reader_ && !is_error_page_;
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

/// response_.length counts what was passed on before; the rest of the content is in response_.body.
Result<void> BodyCollector::add(std::span<const std::uint8_t> bytes) {
  std::string& body = response_.body;
  const std::uint64_t limit = limit_ - response_.length;
  if (gunzip_) {
    PIPIT_TRY(gunzip_->feed(bytes, body, limit));
  } else {
    if (bytes.size() > limit - body.size()) return fail(Code::network, "the answer is too large");
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  if (may_pass_on_ && !is_held_) pass_on();
  return {};
}

void BodyCollector::pass_on() {
  std::string& body = response_.body;
  if (!reader_) {
    if (body.size() <= kMaxCollected) return;
    reader_ = make_reader_(response_);
    may_pass_on_ = reader_ != nullptr;
    if (!reader_) return;
  }
  reader_->feed(body);
  response_.length += body.size();
  body.clear();
}

Flow BodyCollector::on_data(std::span<const std::uint8_t> bytes) {
  const Result<void> added = add(bytes);
  if (added) return Flow::go_on;
  if (is_error_page_) return Flow::stop;
  return refuse(added.error());
}

Result<Response> BodyCollector::finish(const Result<void>& end) {
  if (!end) return fail(end.error());
  if (failure_) return fail(*failure_);
  if (Result<void> whole = decode(); !whole)
    return fail(exchange_error(std::move(whole.error()), response_.from));
  response_.length += response_.body.size();
  return std::move(response_);
}

/// What cannot be decoded at once is decoded as it would have been piece by piece, which also says
/// what is wrong with it.
Result<void> BodyCollector::decode() {
  if (is_error_page_ || (!gunzip_ && !is_held_)) return {};
  if (is_held_) {
    const std::string coded = std::exchange(response_.body, {});
    const std::uint64_t most = may_pass_on_ ? std::min(limit_, kMaxAtOnce) : limit_;
    if (auto decoded = gunzip_at_once(coded, most)) {
      response_.body = std::move(*decoded);
      return {};
    }
    is_held_ = false;
    gunzip_ = std::make_unique<Gunzip>();
    std::span rest(reinterpret_cast<const std::uint8_t*>(coded.data()), coded.size());
    for (; !rest.empty(); rest = rest.subspan(std::min(kHeldPiece, rest.size())))
      PIPIT_TRY(add(rest.first(std::min(kHeldPiece, rest.size()))));
  }
  return gunzip_->finish();
}

}  // namespace pipit::net
