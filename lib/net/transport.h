// The seam between what pipit asks for and how bytes travel. HTTP/1.1 stands behind it (one thread
// per connection); tests put a fake there.
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

/// What the body is: decides limits, socket buffers and which waiting request goes first.
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
/// The first header of that name ("" if none).
std::string_view find_header(std::span<const Header> headers, std::string_view name);

struct Request {
  base::Url url;  // http or https; without user information (credentials travel as headers)
  Kind kind = Kind::page;
  /// Lower-case names; Host, Connection and User-Agent are the transport's.
  std::vector<Header> headers;
  sched::SharedPriorityPtr priority;  // looked at whenever a connection becomes free
};

struct ResponseHead {
  int status = 0;
  std::vector<Header> headers;  // lower-case names
};

enum class Flow { go_on, stop };

/// Receives one exchange. Calls come from the transport's threads, one at a time, in this order;
/// on_done exactly once, last. on_data may block: it stalls its own connection only.
struct Sink {
  /// The final response only (never 1xx); stop: the connection is dropped, on_done(ok).
  std::function<Flow(const ResponseHead&)> on_head;
  /// Content as sent (not decoded); stop: dropped at once, on_done(ok).
  std::function<Flow(std::span<const std::uint8_t>)> on_data;
  /// Error: network, tls, cancelled. A body shorter than announced is Code::network.
  std::function<void(Result<void>)> on_done;
  /// May be unset. The exchange leaves the queue: from here on it takes time on the wire.
  std::function<void()> on_start;
};

class Transport {
 public:
  virtual ~Transport() = default;
  /// Queues the exchange and returns. After `stop` is asked it ends with Code::cancelled, soon.
  virtual void start(Request request, Sink sink, std::stop_token stop) = 0;
  /// Opens a connection that a request to this origin is going to use, if none is there. Errors are
  /// dropped: the request will meet them.
  virtual void preconnect(const base::Url& origin) = 0;
  /// Ends every exchange with Code::cancelled and joins the threads; what is started later ends at
  /// once.
  virtual void shutdown() {}
};

}  // namespace pipit::net
