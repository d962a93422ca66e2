// HTTP/2 as a client speaks it (RFC 9113): bytes in, bytes out, streams between. No socket, no
// thread, no clock.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/transport.h"

namespace pipit::net {

using StreamId = std::int32_t;

/// How a stream has ended.
enum class StreamEnd {
  complete,  // the response is whole
  refused,   // the server has not begun to work on it: it may be sent again
  broken,
};

/// What a session tells. Called from within receive() only.
class StreamEvents {
 public:
  virtual ~StreamEvents() = default;
  /// The final response's head (never 1xx).
  virtual void on_head(StreamId stream, ResponseHead head) = 0;
  /// Content. What was taken is to be given back by consumed(), or the stream stands still.
  virtual void on_data(StreamId stream, std::span<const std::uint8_t> bytes) = 0;
  /// `why` is a cause in a sentence; "" when complete. Nothing follows for this stream.
  virtual void on_end(StreamId stream, StreamEnd end, std::string_view why) = 0;
};

/// One connection's state. Used by one thread at a time.
class Http2Session {
 public:
  /// `events` outlives the session. Push is refused, a head may have 64 KiB; a stream's window
  /// begins at kStreamWindow, the connection's has kConnectionWindow.
  explicit Http2Session(StreamEvents& events);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// Takes in what the server sent. Code::network when it breaks the protocol or floods: the
  /// connection is to be closed.
  Result<void> receive(std::span<const std::uint8_t> bytes);
  /// The next bytes to send; empty when there are none. Valid until the next call.
  std::span<const std::uint8_t> output();
  /// Begins a GET. Code::network when the connection takes no more (closing() tells so before).
  Result<StreamId> get(const Request& request, const std::string& user_agent);
  /// Gives a stream up; nothing more is told of it.
  void cancel(StreamId stream);
  /// Gives back that much of the windows.
  void consumed(StreamId stream, std::size_t bytes);
  /// Lets the server send that much of this stream ahead, at most kConnectionWindow.
  void widen(StreamId stream, std::uint64_t bytes);
  /// How many streams the server lets be open at once, as far as it is known.
  std::size_t max_streams() const;
  /// The server has said goodbye, or the protocol is broken: no new streams.
  bool closing() const;
  /// False once nothing is to be sent or received any more: output() has sent the reason.
  bool alive() const;

  static constexpr std::uint32_t kStreamWindow = 256 * 1024;
  static constexpr std::uint32_t kConnectionWindow = 32 * 1024 * 1024;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::net
