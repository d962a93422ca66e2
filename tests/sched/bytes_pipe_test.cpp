#include "sched/bytes_pipe.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>

namespace pipit::sched {
namespace {

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("bytes pipe: everything arrives in order through a small buffer") {
  BytesPipe pipe(7);
  std::string sent;
  for (int i = 0; i < 5000; ++i) sent.push_back(static_cast<char>('a' + i % 26));
  std::jthread writer([&] {
    for (std::size_t at = 0; at < sent.size(); at += 100) {
      CHECK(pipe.write(as_bytes(std::string_view(sent).substr(at, 100)), {}));
    }
    pipe.close({});
  });
  std::string got, piece;
  while (true) {
    const auto count = pipe.read(piece, {});
    REQUIRE(count);
    CHECK_EQ(*count, piece.size());
    CHECK_LE(piece.size(), 7);
    if (*count == 0) break;
    got += piece;
  }
  CHECK_EQ(got, sent);
}

TEST_CASE("bytes pipe: the writer's error comes after its bytes") {
  BytesPipe pipe(100);
  CHECK(pipe.write(as_bytes("abc"), {}));
  pipe.close(fail(Code::network, "connection lost"));
  pipe.close({});
  std::string piece;
  CHECK_EQ(*pipe.read(piece, {}), 3);
  CHECK_EQ(pipe.read(piece, {}).error().message, "connection lost");
  CHECK_EQ(pipe.read(piece, {}).error().code, Code::network);
}

TEST_CASE("bytes pipe: a reader that leaves frees the writer") {
  BytesPipe pipe(2);
  std::jthread writer([&] { CHECK_FALSE(pipe.write(as_bytes("abcdef"), {})); });
  std::string piece;
  CHECK(pipe.read(piece, {}));
  pipe.abandon();
  writer.join();
  CHECK_FALSE(pipe.write(as_bytes("x"), {}));
}

TEST_CASE("bytes pipe: a stop frees a waiting reader and a waiting writer") {
  BytesPipe pipe(2);
  std::stop_source stop;
  std::string piece;
  {
    std::jthread reader(
        [&] { CHECK_EQ(pipe.read(piece, stop.get_token()).error().code, Code::cancelled); });
    stop.request_stop();
  }
  std::stop_source second;
  std::jthread writer([&] { CHECK_FALSE(pipe.write(as_bytes("abcdef"), second.get_token())); });
  second.request_stop();
}

}  // namespace pipit::sched
