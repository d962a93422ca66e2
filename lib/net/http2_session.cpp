// nghttp2 does the framing; this turns its callbacks into heads, content and ends of streams.
//
// Its own checks are on: field names and values, pseudo-fields, content against Content-Length,
// settings and pings by the thousand, CONTINUATION without end. Windows are given back by hand, so
// that a slow reader stops its own stream.
#include "net/http2_session.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"
#include "net/head.h"
#include "net/hosts.h"
#include "third_party/nghttp2.hpp"

namespace pipit::net {
namespace {

constexpr std::size_t kFieldOverhead = 32;    // what RFC 9113 section 6.5.2 adds for each field
constexpr std::size_t kStreamsAtFirst = 100;  // until the server's settings are there
constexpr std::size_t kMaxSettings = 32;      // in one frame

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  nghttp2_nv nv{};
  // The library does not write to them; its type is older than const.
  nv.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data()));
  nv.value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
  nv.namelen = name.size();
  nv.valuelen = value.size();
  nv.flags = NGHTTP2_NV_FLAG_NONE;
  return nv;
}

std::string authority_of(const base::Url& url) {
  const std::string full = host_and_port(url.host, base::effective_port(url));
  const bool is_default = base::effective_port(url) == (url.scheme == "https" ? 443 : 80);
  return is_default ? full.substr(0, full.rfind(':')) : full;
}

/// What a field may hold; anything else is left out, as in HTTP/1.1.
bool is_field_value(std::string_view value) {
  return nghttp2_check_header_value(reinterpret_cast<const std::uint8_t*>(value.data()),
                                    value.size()) != 0;
}

/// Fields that belong to one connection (RFC 9113 section 8.2.2).
bool is_of_connection(std::string_view name) {
  return name == "connection" || name == "host" || name == "transfer-encoding" ||
         name == "keep-alive" || name == "upgrade" || name == "proxy-connection";
}

struct Stream {
  ResponseHead head;
  std::size_t head_size = 0;
  int informational = 0;
  bool has_head = false;
  std::string fault;  // why we gave it up
};

}  // namespace

struct Http2Session::State {
  explicit State(StreamEvents& told) : events(told) {}
  ~State() { nghttp2_session_del(session); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Stream* find(StreamId id) {
    const auto found = streams.find(id);
    return found == streams.end() ? nullptr : &found->second;
  }
  void give_up(StreamId id, Stream& stream, std::string why) {
    stream.fault = std::move(why);
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }
  void add_field(StreamId id, std::string_view name, std::string_view value);
  void end_of_head(StreamId id);
  void close(StreamId id, std::uint32_t code);

  StreamEvents& events;
  nghttp2_session* session = nullptr;
  std::map<StreamId, Stream> streams;
  bool heard_settings = false;
  bool goodbye = false;
  bool broken = false;
};

void Http2Session::State::add_field(StreamId id, std::string_view name, std::string_view value) {
  Stream* stream = find(id);
  if (!stream || stream->has_head || !stream->fault.empty()) return;  // trailers are of no use
  stream->head_size += name.size() + value.size() + kFieldOverhead;
  if (stream->head_size > kMaxHeadBytes)
    return give_up(id, *stream, "the head of its answer is longer than 64 KiB");
  if (name == ":status") {
    stream->head.status = static_cast<int>(base::parse_uint(value).value_or(0));
    return;
  }
  stream->head.headers.push_back({std::string(name), std::string(value)});
}

void Http2Session::State::end_of_head(StreamId id) {
  Stream* stream = find(id);
  if (!stream || stream->has_head || !stream->fault.empty()) return;
  if (stream->head.status < 200) {
    if (++stream->informational > kMaxInformational)
      return give_up(id, *stream, "too many informational answers");
    stream->head = {};
    return;
  }
  stream->has_head = true;
  events.on_head(id, std::move(stream->head));
}

void Http2Session::State::close(StreamId id, std::uint32_t code) {
  const auto found = streams.find(id);
  if (found == streams.end()) return;
  const Stream stream = std::move(found->second);
  streams.erase(found);
  if (!stream.fault.empty()) return events.on_end(id, StreamEnd::broken, stream.fault);
  if (code == NGHTTP2_NO_ERROR && stream.has_head)
    return events.on_end(id, StreamEnd::complete, "");
  if (code == NGHTTP2_REFUSED_STREAM && !stream.has_head)
    return events.on_end(id, StreamEnd::refused, "it refuses the request");
  if (code == NGHTTP2_PROTOCOL_ERROR)
    return events.on_end(id, StreamEnd::broken, "malformed answer: not as HTTP/2 has it");
  events.on_end(
      id, StreamEnd::broken,
      stream.has_head
          ? cat("it ended the answer in the middle (", nghttp2_http2_strerror(code), ")")
          : cat("it ended the request without an answer (", nghttp2_http2_strerror(code), ")"));
}

Http2Session::Http2Session(StreamEvents& events) : state_(std::make_unique<State>(events)) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* user) {
        static_cast<State*>(user)->add_field(frame->hd.stream_id, view(name, name_size),
                                             view(value, value_size));
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        State& state = *static_cast<State*>(user);
        if (frame->hd.type == NGHTTP2_HEADERS) state.end_of_head(frame->hd.stream_id);
        if (frame->hd.type == NGHTTP2_SETTINGS) state.heard_settings = true;
        if (frame->hd.type == NGHTTP2_GOAWAY) state.goodbye = true;
        return 0;
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks, [](nghttp2_session* session, std::uint8_t, std::int32_t id,
                    const std::uint8_t* bytes, std::size_t size, void* user) {
        State& state = *static_cast<State*>(user);
        const Stream* stream = state.find(id);
        if (stream && stream->fault.empty())
          state.events.on_data(id, {bytes, size});
        else
          nghttp2_session_consume(session, id, size);  // of the connection's window at least
        return 0;
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, [](nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
        static_cast<State*>(user)->close(id, code);
        return 0;
      });
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_max_settings(option, kMaxSettings);
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_session_client_new2(&state_->session, callbacks, state_.get(), option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(kMaxHeadBytes)},
  };
  nghttp2_submit_settings(state_->session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(state_->session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

Http2Session::~Http2Session() = default;

Result<void> Http2Session::receive(std::span<const std::uint8_t> bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(state_->session, bytes.data(), bytes.size());
  if (taken >= 0) return {};
  state_->broken = true;
  return fail(Code::network, cat("malformed answer: ", nghttp2_strerror(static_cast<int>(taken))));
}

std::span<const std::uint8_t> Http2Session::output() {
  const std::uint8_t* bytes = nullptr;
  const ssize_t size = nghttp2_session_mem_send(state_->session, &bytes);
  if (size <= 0) return {};
  return {bytes, static_cast<std::size_t>(size)};
}

Result<StreamId> Http2Session::get(const Request& request, const std::string& user_agent) {
  const std::string authority = authority_of(request.url);
  std::string path = request.url.path.empty() ? "/" : request.url.path;
  if (!request.url.query.empty()) path += cat("?", request.url.query);
  std::vector<nghttp2_nv> fields = {field(":method", "GET"), field(":scheme", request.url.scheme),
                                    field(":authority", authority), field(":path", path)};
  if (is_field_value(user_agent)) fields.push_back(field("user-agent", user_agent));
  if (find_header(request.headers, "accept").empty()) fields.push_back(field("accept", "*/*"));
  for (const Header& header : request.headers) {
    if (!is_of_connection(header.name) && is_field_value(header.value))
      fields.push_back(field(header.name, header.value));
  }
  const StreamId id = nghttp2_submit_request(state_->session, nullptr, fields.data(), fields.size(),
                                             nullptr, nullptr);
  if (id < 0) return fail(Code::network, cat("no new request: ", nghttp2_strerror(id)));
  state_->streams.emplace(id, Stream());
  return id;
}

void Http2Session::cancel(StreamId id) {
  if (state_->streams.erase(id) == 0) return;
  nghttp2_submit_rst_stream(state_->session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
}

void Http2Session::consumed(StreamId id, std::size_t bytes) {
  // A stream that is gone still owes the connection's window.
  if (state_->streams.contains(id))
    nghttp2_session_consume(state_->session, id, bytes);
  else
    nghttp2_session_consume_connection(state_->session, bytes);
}

void Http2Session::widen(StreamId id, std::uint64_t bytes) {
  const std::uint64_t size = std::min<std::uint64_t>(bytes, kConnectionWindow);
  if (size <= kStreamWindow || !state_->streams.contains(id)) return;
  nghttp2_session_set_local_window_size(state_->session, NGHTTP2_FLAG_NONE, id,
                                        static_cast<std::int32_t>(size));
}

std::size_t Http2Session::max_streams() const {
  if (!state_->heard_settings) return kStreamsAtFirst;
  return nghttp2_session_get_remote_settings(state_->session,
                                             NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Http2Session::closing() const {
  return state_->goodbye || state_->broken ||
         nghttp2_session_check_request_allowed(state_->session) == 0;
}

bool Http2Session::alive() const {
  return nghttp2_session_want_read(state_->session) != 0 ||
         nghttp2_session_want_write(state_->session) != 0;
}

}  // namespace pipit::net
