// Pages and metadata are read whole. Their size is bounded after decoding, since a megabyte of gzip
// can hold a gigabyte. Of an error response only the beginning of its content is kept: nobody
// parses it.
#include "net/body.h"

#include <algorithm>

#include "base/text.h"
#include "net/answer_error.h"
#include "net/content_coding.h"

namespace pipit::net {
namespace {

constexpr std::uint64_t kMaxErrorPage = 64 * 1024;

}  // namespace

Flow BodyCollector::refuse(Error error) {
  failure_ = exchange_error(std::move(error), response_.from);
  return Flow::stop;
}

Flow BodyCollector::on_head(const base::Url& url, const ResponseHead& head) {
  gunzip_.reset();
  failure_.reset();
  response_ = {head.status, url, head.headers, {}, head.from};
  is_error_page_ = head.status < 200 || head.status > 299;
  limit_ = is_error_page_ ? std::min(max_body_, kMaxErrorPage) : max_body_;
  const ContentCoding coding = content_coding(head.headers);
  if (coding.kind == ContentCoding::Kind::gzip) {
    gunzip_ = std::make_unique<Gunzip>();
  } else if (coding.kind == ContentCoding::Kind::unread && !is_error_page_) {
    return refuse(Error{
        Code::network, cat("the answer is encoded as ", coding.name, ", which was not asked for")});
  }
  const std::optional<std::uint64_t> length =
      base::parse_uint(find_header(head.headers, "content-length"));
  if (length && *length > limit_ && !is_error_page_) {
    return refuse(
        Error{Code::network, cat("the answer is too large (", base::format_bytes(*length), ")")});
  }
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
  if (gunzip_ && !is_error_page_) {
    Result<void> whole = gunzip_->finish();
    if (!whole) return fail(exchange_error(std::move(whole.error()), response_.from));
  }
  return std::move(response_);
}

}  // namespace pipit::net
