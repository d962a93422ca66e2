#include "archive/gzip.h"

#include <doctest/doctest.h>

#include "tests/archive/zip_maker.h"

namespace pipit::archive {
namespace {

Result<std::string> gunzip_in_pieces(const std::string& bytes, std::size_t piece,
                                     std::uint64_t max = 1u << 24) {
  std::string content;
  GunzipStream stream(
      [&](std::string_view part) -> Result<void> {
        content += part;
        return {};
      },
      max);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    PIPIT_TRY(stream.feed(std::string_view(bytes).substr(at, piece)));
  }
  PIPIT_TRY(stream.finish());
  return content;
}

TEST_CASE("gzip: content comes back whatever the pieces") {
  std::string content = test::noise(100'000) + std::string(500'000, 'a');
  std::string bytes = test::gzip_bytes(content);
  for (std::size_t piece : {std::size_t{1}, std::size_t{1000}, bytes.size()}) {
    auto back = gunzip_in_pieces(bytes, piece);
    REQUIRE(back.has_value());
    CHECK(*back == content);
  }
  CHECK(gunzip(test::gzip_bytes(""), 0).value_or("?") == "");
}

TEST_CASE("gzip: members follow each other, zeros fill up") {
  std::string bytes = test::gzip_bytes("one ") + test::gzip_bytes("two") + std::string(100, '\0');
  CHECK(gunzip(bytes, 100).value_or("?") == "one two");
  CHECK(gunzip_in_pieces(bytes, 1).value_or("?") == "one two");
}

TEST_CASE("gzip: every byte of the trailer counts") {
  std::string good = test::gzip_bytes("hello");
  for (std::size_t i = good.size() - 8; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    CHECK_FALSE(gunzip(bad, 100).has_value());
  }
}

TEST_CASE("gzip: cut short, foreign, followed by something, or too long is refused") {
  std::string good = test::gzip_bytes("hello");
  for (std::size_t i = 0; i < good.size(); ++i)
    CHECK_FALSE(gunzip(good.substr(0, i), 100).has_value());
  CHECK(gunzip("<html>", 100).error().message == "is not a gzip file");
  CHECK(gunzip(good + "x", 100).error().message == "data behind the end of the gzip file");
  CHECK(gunzip(good, 4).error().message == "inflates to more than is allowed");
  CHECK(gunzip(test::gzip_bytes(std::string(1u << 22, '0')), 1u << 20).error().code ==
        Code::bad_archive);
}

}  // namespace
}  // namespace pipit::archive
