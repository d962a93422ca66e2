// The seam between requests and how their bytes travel. HTTP/1.1 implements it (one thread per
// connection); tests implement a fake.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "sched/shared_priority.h"

namespace pipit::net {

/// What the content is. It decides limits, socket buffers, and which waiting request goes first.
enum class Kind : std::uint8_t {
  page,      // an index page
  metadata,  // a .metadata file, a byte range of a wheel, a wheel read only up to METADATA
  /// A distribution to keep: at most --concurrent-downloads of them at once, and never all
  /// connections.
  file,
};

struct Header {
  std::string name;  // lower case
  std::string value;
};
/// The value of the first field of that name ("" if there is none).
std::string_view find_header(std::span<const Header> headers, std::string_view name);

struct Request {
  base::Url url;  // http or https; without user information (credentials travel as headers)
  Kind kind = Kind::page;
  /// Lower-case names. The transport adds Host, Connection and User-Agent.
  std::vector<Header> headers;
  sched::SharedPriorityPtr priority;  // read whenever a connection becomes free
};

/// What went along with a request to say who asks.
enum class Login : std::uint8_t { none, user_alone, with_password };

/// Whose response it is, for messages (answer_error.h). Written by the client.
struct Answerer {
  std::string what;  // what was asked for: "page requests"; may be ""
  /// Where it came from: scheme, host, port and path, and what redirected there. Holds no secret.
  std::string place;
  Login login = Login::none;
  int tries = 1;  // this response and those that were not taken for an answer
};

struct ResponseHead {
  int status = 0;
  std::vector<Header> headers;  // lower-case names
  Answerer from = {};
};

enum class Flow { go_on, stop };

/// Receives one exchange's response. Calls come from the transport's threads, one at a time, in
/// this order; on_done exactly once, last. on_data may block: it stalls its own connection only.
struct Sink {
  /// The final response only (never 1xx); stop: the connection is dropped, on_done(ok).
  std::function<Flow(const ResponseHead&)> on_head;
  /// Content as it was sent (not decoded); stop: dropped at once, on_done(ok).
  std::function<Flow(std::span<const std::uint8_t>)> on_data;
  /// Errors: network, tls, cancelled. Content shorter than announced is Code::network.
  std::function<void(Result<void>)> on_done;
  /// May be unset. Called when the exchange leaves the queue: from here on it takes time on the
  /// wire.
  std::function<void()> on_start;
};

class Transport {
 public:
  virtual ~Transport() = default;
  /// Queues the exchange and returns. When `stop` is requested it ends with Code::cancelled soon.
  virtual void start(Request request, Sink sink, std::stop_token stop) = 0;
  /// Opens a connection for a request to this origin that will follow, if none is open. Errors are
  /// dropped: the request will meet them again.
  virtual void preconnect(const base::Url& origin) = 0;
  /// Whether this origin was asked by HTTP/1.1 though HTTP/2 was offered, and to take that for
  /// granted.
  virtual bool is_http1(const base::Url&) { return false; }
  virtual void learn_http1(const base::Url&) {}
  /// Ends every exchange with Code::cancelled and joins the threads. Exchanges started later end at
  /// once.
  virtual void shutdown() {}
};

}  // namespace pipit::net
