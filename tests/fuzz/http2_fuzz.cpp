// What an HTTP/2 server may send: no input crashes, a head comes before content, and nothing comes
// after the end of a stream.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <span>

#include "net/http2_session.h"

namespace {

using pipit::net::StreamId;

struct Checker final : pipit::net::StreamEvents {
  enum class State { asked, answered, over };
  void on_head(StreamId stream, pipit::net::ResponseHead head) override {
    if (at(stream) != State::asked || head.status < 200) std::abort();
    states[stream] = State::answered;
  }
  void on_data(StreamId stream, std::span<const std::uint8_t> bytes) override {
    if (at(stream) != State::answered) std::abort();
    waiting += bytes.size();
  }
  void on_end(StreamId stream, pipit::net::StreamEnd end, std::string_view why) override {
    if (at(stream) == State::over) std::abort();
    if (end == pipit::net::StreamEnd::complete && at(stream) != State::answered) std::abort();
    if (end != pipit::net::StreamEnd::complete && why.empty()) std::abort();
    states[stream] = State::over;
  }
  State at(StreamId stream) {
    const auto found = states.find(stream);
    if (found == states.end()) std::abort();
    return found->second;
  }
  std::map<StreamId, State> states;
  std::size_t waiting = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Checker checker;
  pipit::net::Http2Session session(checker);
  pipit::net::Request request;
  request.url = *pipit::base::parse_url("https://host/simple/a/");
  for (int n = 0; n < 3; ++n) {
    const auto id = session.get(request, "fuzz");
    if (!id) std::abort();
    checker.states[*id] = Checker::State::asked;
  }
  while (!session.output().empty()) {
  }
  const std::size_t half = size / 2;
  for (const auto part : {std::span(data, half), std::span(data + half, size - half)}) {
    if (!session.receive(part)) return 0;
    while (!session.output().empty()) {
    }
  }
  if (checker.waiting > pipit::net::Http2Session::kConnectionWindow) std::abort();
  return 0;
}
