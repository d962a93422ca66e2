// cpp-httplib reads the content, but only sees what ServerStream shows it. Three things follow.
//
// First, the connection is ours: the library never opens, closes or polls a socket, and every wait
// has our deadline and our stop descriptor.
//
// Second, the heads are ours. ServerStream collects the response's head under one deadline and one
// size limit, drops interim (1xx) responses and parses it (net/head). So no head that a hostile
// server sends reaches the library's own line reader and regular expressions.
//
// Third, only the three content readers of the library's client are linked: the rest would bring
// regular expressions, files and locales into a small program.
#include "net/http.h"

#include <algorithm>
#include <cstring>

#include "base/events.h"
#include "base/text.h"
#include "net/head.h"
#include "net/hosts.h"
#include "third_party/httplib.hpp"

namespace pipit::net {
namespace {

constexpr std::size_t kMaxLine = 16 * 1024;  // a chunk's size line, a trailer field

/// The server's bytes as the library reads them.
class ServerStream final : public httplib::Stream {
 public:
  ServerStream(Connection& connection, const ExchangeLimits& limits, int stop_fd)
      : connection_(connection), limits_(limits), stop_fd_(stop_fd) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* into, std::size_t size) override;
  ssize_t write(const char* bytes, std::size_t size) override;
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

  /// Receives the response's head, or the reason why there is none; once, before the content is
  /// read.
  bool receive_head();
  const ParsedHead& head() const { return head_; }
  const Result<void>& failure() const { return failure_; }
  bool heard() const { return heard_; }
  bool has_leftover() const { return at_ < buffer_.size(); }
  /// Content was delivered: a new line may follow.
  void end_line() { line_bytes_ = 0; }

 private:
  Result<void> collect_head();
  Result<std::size_t> receive(std::span<std::uint8_t> into, std::int64_t until_us);
  Result<std::size_t> receive_body(std::span<std::uint8_t> into);
  bool give_up(Error error);

  Connection& connection_;
  const ExchangeLimits& limits_;
  const int stop_fd_;
  ParsedHead head_;
  bool heard_ = false;
  std::string buffer_;  // given to the library before the connection is read again
  std::size_t at_ = 0;
  std::size_t line_bytes_ = 0;
  std::int64_t slow_waited_ = 0;
  std::uint64_t slow_bytes_ = 0;
  Result<void> failure_;
};

bool ServerStream::give_up(Error error) {
  if (failure_) failure_ = fail(std::move(error));
  return false;
}

ssize_t ServerStream::write(const char* bytes, std::size_t size) {
  const Deadline deadline = patience_of(limits_.silence_seconds, stop_fd_);
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes);
  const Result<void> sent = connection_.write({data, size}, deadline);
  if (sent) return static_cast<ssize_t>(size);
  give_up(sent.error());
  return -1;
}

Result<std::size_t> ServerStream::receive(std::span<std::uint8_t> into, std::int64_t until_us) {
  Deadline deadline = patience_of(limits_.silence_seconds, stop_fd_);
  deadline.until_us = std::min(deadline.until_us, until_us);
  Result<std::size_t> count = connection_.read(into, deadline);
  if (count && *count > 0) heard_ = true;
  return count;
}

bool ServerStream::receive_head() {
  const Result<void> received = collect_head();
  return received || give_up(received.error());
}

Result<void> ServerStream::collect_head() {
  const std::int64_t until = base::now_us() + std::int64_t{limits_.head_seconds} * 1'000'000;
  int informational = 0;
  std::uint8_t piece[8192];
  while (true) {
    const std::size_t length = head_length(buffer_);
    if (length > kMaxHeadBytes || (length == 0 && buffer_.size() > kMaxHeadBytes)) {
      return fail(Code::network, "the head of its answer is longer than 64 KiB");
    }
    if (length > 0) {
      PIPIT_TRY(head_, parse_head(std::string_view(buffer_).substr(0, length)));
      buffer_.erase(0, length);
      if (head_.head.status >= 200) return {};
      if (head_.head.status == 101 || ++informational > kMaxInformational) {
        return fail(Code::network, "too many informational answers");
      }
      continue;
    }
    PIPIT_TRY(const std::size_t count, receive(piece, until));
    // An alert of TLS, or a handshake, instead of a head.
    if (buffer_.empty() && count > 1 && (piece[0] == 0x15 || piece[0] == 0x16) && piece[1] == 3)
      return fail(Error{Code::tls, "it speaks TLS at this port, not plain http"}.with_hint(
          "the URL of an https server begins with https://"));
    if (count == 0) return fail(Code::network, "connection closed before an answer came");
    buffer_.append(reinterpret_cast<const char*>(piece), count);
  }
}

// Only waiting counts: a slow sink does not make the server slow.
Result<std::size_t> ServerStream::receive_body(std::span<std::uint8_t> into) {
  const std::int64_t before = base::now_us();
  Result<std::size_t> count = receive(into, INT64_MAX);
  if (!count) return count;
  slow_waited_ += base::now_us() - before;
  slow_bytes_ += *count;
  if (slow_waited_ < std::int64_t{limits_.slow_seconds} * 1'000'000) return count;
  if (slow_bytes_ < limits_.slow_bytes) {
    return fail(Code::network,
                cat("too slow: ", slow_bytes_, " bytes in ", limits_.slow_seconds, " s"));
  }
  slow_waited_ = 0;
  slow_bytes_ = 0;
  return count;
}

ssize_t ServerStream::read(char* into, std::size_t size) {
  if (!failure_) return -1;
  // The library reads lines byte by byte, and content in pieces.
  line_bytes_ = size == 1 ? line_bytes_ + 1 : 0;
  if (line_bytes_ > kMaxLine) {
    return give_up(Error{Code::network, "malformed answer: a chunk's line is too long"}), -1;
  }
  if (at_ == buffer_.size() && size < 1024) {  // small reads come out of one larger
    buffer_.resize(8192);
    const Result<std::size_t> count =
        receive_body({reinterpret_cast<std::uint8_t*>(buffer_.data()), buffer_.size()});
    buffer_.resize(count ? *count : 0);
    at_ = 0;
    if (!count) return give_up(count.error()), -1;
  }
  if (at_ < buffer_.size()) {
    const std::size_t count = std::min(size, buffer_.size() - at_);
    std::memcpy(into, buffer_.data() + at_, count);
    at_ += count;
    return static_cast<ssize_t>(count);
  }
  if (size < 1024) return 0;
  const Result<std::size_t> count = receive_body({reinterpret_cast<std::uint8_t*>(into), size});
  if (!count) return give_up(count.error()), -1;
  return static_cast<ssize_t>(*count);
}

std::string request_target(const Connection& connection, const base::Url& url) {
  std::string target = url.path.empty() ? "/" : url.path;
  if (!url.query.empty()) target += cat("?", url.query);
  if (!connection.through_proxy) return target;
  return cat("http://", host_and_port(url.host, base::effective_port(url)), target);
}

/// The request as it is sent. A field that would end its own line early is left out.
std::string request_text(const Connection& connection, const Request& request,
                         const std::string& user_agent) {
  const bool default_port =
      base::effective_port(request.url) == (request.url.scheme == "https" ? 443 : 80);
  const std::string full = host_and_port(request.url.host, base::effective_port(request.url));
  std::string text = cat("GET ", request_target(connection, request.url), " HTTP/1.1\r\n");
  auto add = [&](std::string_view name, const std::string& value) {
    if (httplib::detail::fields::is_field_value(value)) text += cat(name, ": ", value, "\r\n");
  };
  add("Host", default_port ? full.substr(0, full.rfind(':')) : full);
  add("User-Agent", user_agent);
  if (find_header(request.headers, "accept").empty()) add("Accept", "*/*");
  for (const Header& header : request.headers) add(header.name, header.value);
  if (!connection.proxy_authorization.empty()) {
    add("Proxy-Authorization", connection.proxy_authorization);
  }
  return text + "\r\n";
}

struct Trailers {  // the library needs a place for them
  httplib::Headers headers;
};

bool read_content(ServerStream& stream, const httplib::ContentReceiverWithProgress& take) {
  switch (stream.head().framing) {
    case Framing::none:
      return true;
    case Framing::length:
      return httplib::detail::read_content_with_length(stream, stream.head().length, nullptr, take);
    case Framing::chunked: {
      Trailers trailers;
      return httplib::detail::read_content_chunked(stream, trailers, take);
    }
    case Framing::until_close:
      return httplib::detail::read_content_without_length(stream, take);
  }
  return false;
}

Buffer buffer_for(Kind kind) {
  if (kind == Kind::file) return Buffer::large;
  return kind == Kind::page ? Buffer::medium : Buffer::small;
}

}  // namespace

ExchangeOutcome run_exchange(Connection& connection, const Request& request, const Sink& sink,
                             const std::string& user_agent, const ExchangeLimits& limits,
                             int stop_fd) {
  ServerStream stream(connection, limits, stop_fd);
  bool stopped = false;
  auto give_head = [&] {
    stopped = sink.on_head && sink.on_head(stream.head().head) == Flow::stop;
    return !stopped;
  };
  auto take = [&](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
    stream.end_line();
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes);
    stopped = sink.on_data && sink.on_data({data, size}) == Flow::stop;
    return !stopped;
  };
  connection.set_buffer(buffer_for(request.kind));
  const std::string text = request_text(connection, request, user_agent);
  bool complete = false;
  try {
    complete = stream.write(text.data(), text.size()) > 0 && stream.receive_head() && give_head() &&
               read_content(stream, take);
  } catch (const std::exception&) {  // the library's, or no memory left
    return {fail(Code::network, "the answer could not be taken in"), stream.heard(), false};
  }
  ExchangeOutcome outcome;
  outcome.heard = stream.heard();
  if (stopped) return outcome;
  if (!stream.failure()) {
    outcome.result = fail(stream.failure().error());
    return outcome;
  }
  if (!complete) {
    outcome.result =
        fail(Code::network, stream.heard() ? "connection closed in the middle of the answer"
                                           : "connection closed before an answer came");
    return outcome;
  }
  outcome.reusable = stream.head().keep_alive && !stream.has_leftover();
  return outcome;
}

}  // namespace pipit::net
