#include "archive/inflate.h"

#include <doctest/doctest.h>

#include <string>

#include "base/hash.h"
#include "tests/archive/zip_maker.h"

namespace pipit::archive {
namespace {

std::string repetitive() {
  std::string out;
  for (int i = 0; i < 30'000; ++i) out += static_cast<char>('a' + i * i % 23);
  return out;
}

/// In pieces of `step` bytes into a window of `room`; what is left of the input goes to `rest`.
Result<std::string> inflated(Inflater& inflater, std::string_view in, std::size_t step,
                             std::size_t room, std::string* rest = nullptr) {
  std::string out, window(room, '\0');
  std::string_view piece;
  while (true) {
    if (piece.empty()) {
      piece = in.substr(0, step);
      in.remove_prefix(piece.size());
    }
    PIPIT_TRY(const Inflater::Step done, inflater.step(piece, window));
    piece.remove_prefix(done.consumed);
    out.append(window, 0, done.produced);
    if (done.done) {
      if (rest) *rest = std::string(piece) + std::string(in);
      return out;
    }
    if (done.consumed == 0 && done.produced == 0 && piece.empty() && in.empty())
      return fail(Code::not_found, "more input is needed");
  }
}

}  // namespace

TEST_CASE("inflate: in one go it must fit exactly") {
  const std::string content = repetitive(), packed = test::deflate_raw(content);
  std::string out(content.size(), '\0');
  CHECK(inflate_whole(packed, out));
  CHECK_EQ(out, content);
  std::string more(content.size() + 1, '\0'), less(content.size() - 1, '\0');
  CHECK_FALSE(inflate_whole(packed, more));
  CHECK_FALSE(inflate_whole(packed, less));
  CHECK_FALSE(inflate_whole(packed + "x", out));
  CHECK_FALSE(inflate_whole(packed.substr(0, packed.size() - 1), out));
  CHECK_FALSE(inflate_whole("", out));
  std::string none;
  CHECK(inflate_whole(test::deflate_raw(""), none));
}

TEST_CASE("inflate: piece by piece, whatever the pieces and the window") {
  const std::string content = repetitive(), packed = test::deflate_raw(content);
  for (const std::size_t step : {std::size_t{1}, std::size_t{100}, packed.size()}) {
    for (const std::size_t room : {std::size_t{1}, std::size_t{4096}, std::size_t{100'000}}) {
      Inflater inflater(Inflater::Format::raw);
      std::string rest;
      const auto out = inflated(inflater, packed + "behind", step, room, &rest);
      REQUIRE(out);
      CHECK_EQ(*out, content);
      CHECK_EQ(rest, "behind");
    }
  }
}

TEST_CASE("inflate: begins anew after a reset, and moves") {
  Inflater inflater(Inflater::Format::raw);
  for (const std::string content : {"one", "two", ""}) {
    CHECK_EQ(*inflated(inflater, test::deflate_raw(content), 2, 2), content);
    inflater.reset();
  }
  Inflater other(std::move(inflater));
  CHECK_EQ(*inflated(other, test::deflate_raw("three"), 9, 9), "three");
}

TEST_CASE("inflate: broken data is told from data that has not all come") {
  const std::string packed = test::deflate_raw(repetitive());
  Inflater cut(Inflater::Format::raw);
  CHECK_EQ(inflated(cut, packed.substr(0, packed.size() / 2), 100, 4096).error().code,
           Code::not_found);
  Inflater broken(Inflater::Format::raw);
  CHECK_EQ(inflated(broken, "\xff\xff\xff\xff", 4, 100).error().code, Code::bad_archive);
}

TEST_CASE("inflate: gzip's own checksum and length are checked") {
  const std::string packed = test::gzip_bytes("content");
  Inflater good(Inflater::Format::gzip);
  CHECK_EQ(*inflated(good, packed, 3, 100), "content");
  for (const std::size_t back : {1, 5}) {
    std::string wrong = packed;
    wrong[wrong.size() - back] = static_cast<char>(wrong[wrong.size() - back] ^ 1);
    Inflater inflater(Inflater::Format::gzip);
    CHECK_EQ(inflated(inflater, wrong, 100, 100).error().code, Code::bad_archive);
  }
}

TEST_CASE("inflate: its checksum is that of zip") {
  CHECK_EQ(fast_crc32(0, "123456789"), 0xcbf43926u);
  CHECK_EQ(fast_crc32(fast_crc32(0, "1234"), "56789"), 0xcbf43926u);
}

}  // namespace pipit::archive
