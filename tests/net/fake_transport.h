// A transport that answers from a function, at once and on the caller's thread.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/text.h"
#include "net/transport.h"

namespace pipit::net {

struct Reply {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
  Result<void> end;  // an error after the body (status 0: instead of any answer)
};

class FakeTransport final : public Transport {
 public:
  using Answer = std::function<Reply(const Request&)>;
  /// `log` gets "GET <url>" of every request; both outlive the object.
  FakeTransport(std::vector<Request>& log, Answer answer) : log_(log), answer_(std::move(answer)) {}
  void start(Request request, Sink sink, std::stop_token stop) override {
    if (stop.stop_requested()) return sink.on_done(fail_cancelled());
    {
      base::Lock lock(mu_);
      log_.push_back(request);
    }
    if (sink.on_start) sink.on_start();
    Reply reply = answer_(request);
    if (reply.status == 0) return sink.on_done(std::move(reply.end));
    if (sink.on_head({reply.status, reply.headers}) == Flow::stop) return sink.on_done({});
    for (std::size_t at = 0; at < reply.body.size(); at += 7) {
      const std::string piece = reply.body.substr(at, 7);
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(piece.data());
      if (sink.on_data({bytes, piece.size()}) == Flow::stop) return sink.on_done({});
    }
    sink.on_done(std::move(reply.end));
  }
  void preconnect(const base::Url&) override {}

 private:
  base::Mutex mu_;
  std::vector<Request>& log_;
  Answer answer_;
};

inline std::string requests_of(const std::vector<Request>& log) {
  std::string out;
  for (const Request& request : log)
    out += cat(out.empty() ? "" : " ", base::to_string(request.url));
  return out;
}

/// A port where nobody listens and errors like it.
inline Reply refused() {
  return {0, {}, "", fail(Code::network, "cannot connect to a: connection refused")};
}

}  // namespace pipit::net
