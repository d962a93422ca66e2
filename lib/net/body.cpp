// Pages and metadata are read whole. Their size is bounded after decoding, since a megabyte of gzip
// can hold a gigabyte. Of an error response only the beginning of its content is kept: nobody
// parses it.
#include "net/body.h"

#include <algorithm>

#include "base/text.h"

namespace pipit::net {
namespace {

constexpr std::uint64_t kMaxErrorPage = 64 * 1024;

std::string_view status_name(int status) {
  switch (status) {
    case 400:
      return " (bad request)";
    case 401:
      return " (unauthorized)";
    case 403:
      return " (forbidden)";
    case 404:
      return " (not found)";
    case 407:
      return " (proxy authentication required)";
    case 410:
      return " (gone)";
    case 416:
      return " (range not satisfiable)";
    case 429:
      return " (too many requests)";
    case 500:
      return " (internal server error)";
    case 502:
      return " (bad gateway)";
    case 503:
      return " (service unavailable)";
    case 504:
      return " (gateway timeout)";
    default:
      return "";
  }
}

}  // namespace

Flow BodyCollector::refuse(Error error) {
  failure_ = std::move(error);
  return Flow::stop;
}

Flow BodyCollector::on_head(const base::Url& url, const ResponseHead& head) {
  gunzip_.reset();
  failure_.reset();
  response_ = {head.status, url, head.headers, {}};
  is_error_page_ = head.status < 200 || head.status > 299;
  limit_ = is_error_page_ ? std::min(max_body_, kMaxErrorPage) : max_body_;
  const std::string encoding =
      base::to_lower(base::trim(find_header(head.headers, "content-encoding")));
  if (encoding == "gzip" || encoding == "x-gzip") {
    gunzip_ = std::make_unique<Gunzip>();
  } else if (!encoding.empty() && encoding != "identity" && !is_error_page_) {
    return refuse(
        Error{Code::network, cat(url.host, ": the answer is encoded as ", base::printable(encoding),
                                 ", which was not asked for")});
  }
  const std::optional<std::uint64_t> length =
      base::parse_uint(find_header(head.headers, "content-length"));
  if (length && *length > limit_ && !is_error_page_) {
    return refuse(Error{Code::network, cat(url.host, ": the answer is too large (",
                                           base::format_bytes(*length), ")")});
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
  return refuse(Error{Code::network, cat(response_.url.host, ": ", added.error().message)});
}

Result<Response> BodyCollector::finish(const Result<void>& end) {
  if (!end) return fail(end.error());
  if (failure_) return fail(*failure_);
  if (gunzip_ && !is_error_page_) {
    const Result<void> whole = gunzip_->finish();
    if (!whole) return fail(Code::network, cat(response_.url.host, ": ", whole.error().message));
  }
  return std::move(response_);
}

Error status_error(std::string_view what, const base::Url& url, int status) {
  Error error{
      Code::http_status,
      cat(what, what.empty() ? "" : ": ", url.host, " answered ", status, status_name(status)),
      {}};
  if (status == 401 || status == 403) {
    error.with_hint(
        "give a user and password in the index URL or in ~/.netrc if the index wants one");
  }
  if (status == 407)
    error.with_hint("give the proxy's user: --proxy http://user:password@host:port");
  return error;
}

}  // namespace pipit::net
