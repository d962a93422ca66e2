#include "archive/deflate_stream.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "archive/inflate.h"
#include "tests/archive/zip_maker.h"

namespace pipit::archive {
namespace {

struct Outcome {
  std::string content, rest;  // `rest`: of the input, behind the end
  enum class End { done, starved, broken } end = End::done;
  bool operator==(const Outcome&) const = default;
};

/// In pieces of `piece` bytes.
Outcome streamed(DeflateStream& stream, std::string_view in, std::size_t piece) {
  Outcome out;
  std::string_view now;
  while (true) {
    if (now.empty()) {
      now = in.substr(0, piece);
      in.remove_prefix(now.size());
    }
    const std::size_t before = now.size();
    const auto step = stream.step(now);
    if (!step) {
      out.end = Outcome::End::broken;
      return out;
    }
    out.content += step->content;
    if (step->done) {
      out.rest = std::string(now) + std::string(in);
      return out;
    }
    if (now.size() == before && step->content.empty() && now.empty() && in.empty()) {
      out.end = Outcome::End::starved;
      return out;
    }
  }
}

Outcome streamed(std::string_view in, std::size_t piece) {
  DeflateStream stream;
  return streamed(stream, in, piece);
}

/// The same by zlib.
Outcome by_zlib(std::string_view in) {
  z_stream z{};
  REQUIRE(inflateInit2(&z, -15) == Z_OK);
  Outcome out;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(in.size());
  int status = Z_OK;
  while (status == Z_OK) {
    char window[4096];
    z.next_out = reinterpret_cast<Bytef*>(window);
    z.avail_out = sizeof window;
    status = inflate(&z, Z_NO_FLUSH);
    out.content.append(window, sizeof window - z.avail_out);
  }
  out.end = status == Z_STREAM_END  ? Outcome::End::done
            : status == Z_BUF_ERROR ? Outcome::End::starved
                                    : Outcome::End::broken;
  if (status == Z_STREAM_END) out.rest = std::string(in.substr(in.size() - z.avail_in));
  inflateEnd(&z);
  return out;
}

std::string packed(std::string_view content, int level, int strategy) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, level, Z_DEFLATED, -15, 9, strategy) == Z_OK);
  std::string out(deflateBound(&z, static_cast<uLong>(content.size())) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

/// Of 32 bits, below `end`.
std::uint32_t below(std::mt19937& random, std::uint32_t end) {
  return static_cast<std::uint32_t>(random() % end);
}

/// Text-like: words come again from near and far, with noise and runs between them.
std::string mixture(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string out;
  while (out.size() < size) {
    const unsigned what = below(random, 8);
    if (what == 0) out += test::noise(below(random, 400), below(random, 1u << 31));
    if (what == 1) out.append(below(random, 900), static_cast<char>(random()));
    if (what > 1 && !out.empty()) {
      const std::size_t back = std::min<std::size_t>(out.size(), 1 + below(random, 40'000));
      out += out.substr(out.size() - back, 3 + below(random, 300));
    }
    if (what > 5) out += "the quick brown fox";
  }
  out.resize(size);
  return out;
}

}  // namespace

TEST_CASE("deflate stream: every kind of block, in pieces of any size") {
  for (const std::size_t size : {0u, 1u, 300u, 70'000u, 400'000u}) {
    const std::string content = mixture(size, static_cast<std::uint32_t>(size));
    for (const int level : {0, 1, 6, 9}) {
      for (const int strategy : {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE}) {
        const std::string in = packed(content, level, strategy) + "behind";
        for (const std::size_t piece :
             {std::size_t{1}, std::size_t{7}, std::size_t{1460}, std::size_t{65536}, in.size()}) {
          CAPTURE(size);
          CAPTURE(level);
          CAPTURE(strategy);
          CAPTURE(piece);
          const Outcome out = streamed(in, piece);
          CHECK(out.end == Outcome::End::done);
          CHECK(out.content == content);
          CHECK(out.rest == "behind");
        }
      }
    }
  }
}

TEST_CASE("deflate stream: cut anywhere it asks for more, and goes on from there") {
  const std::string content = mixture(3000, 5);
  const std::string in = packed(content, 9, Z_DEFAULT_STRATEGY);
  for (std::size_t cut = 0; cut < in.size(); ++cut) {
    DeflateStream stream;
    Outcome first = streamed(stream, std::string_view(in).substr(0, cut), 4096);
    REQUIRE(first.end == Outcome::End::starved);
    const Outcome second = streamed(stream, std::string_view(in).substr(cut), 4096);
    REQUIRE(second.end == Outcome::End::done);
    REQUIRE(first.content + second.content == content);
  }
}

TEST_CASE("deflate stream: broken data is what it is to zlib") {
  std::mt19937 random(7);
  int broken = 0, whole = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string content = mixture(below(random, 2000), below(random, 1u << 31));
    const int strategy = i % 3 == 0 ? Z_FIXED : Z_DEFAULT_STRATEGY;
    std::string in = packed(content, 1 + i % 9, strategy);
    const int changes = 1 + static_cast<int>(below(random, 3));
    for (int change = 0; change < changes && !in.empty(); ++change) {
      // Headers of blocks are where most can go wrong.
      const std::size_t at = random() % (i % 2 ? std::min<std::size_t>(in.size(), 90) : in.size());
      in[at] = static_cast<char>(in[at] ^ (1u << below(random, 8)));
    }
    CAPTURE(i);
    const Outcome expected = by_zlib(in);
    const Outcome out = streamed(in, i % 2 ? in.size() : 1 + below(random, 50));
    REQUIRE(out.end == expected.end);
    broken += out.end == Outcome::End::broken;
    whole += out.end == Outcome::End::done;
    if (out.end == Outcome::End::broken) continue;  // how far each came does not matter
    REQUIRE(out == expected);
  }
  CHECK(broken > 1000);
  CHECK(whole > 100);
}

TEST_CASE("deflate stream: noise is not taken for data, and does no harm") {
  for (std::uint32_t seed = 1; seed < 4000; ++seed) {
    const std::string in = test::noise(1 + seed % 300, seed);
    const Outcome expected = by_zlib(in);
    const Outcome out = streamed(in, 1 + seed % 17);
    CAPTURE(seed);
    REQUIRE(out.end == expected.end);
    if (out.end != Outcome::End::broken) REQUIRE(out == expected);
  }
}

TEST_CASE("deflate stream: begins anew after a reset, and moves") {
  DeflateStream stream;
  const std::string broken = "\xff\xff\xff\xff";
  for (const std::string& content : {std::string("one"), mixture(200'000, 3), std::string()}) {
    CHECK(streamed(stream, packed(content, 6, Z_DEFAULT_STRATEGY), 1000).content == content);
    stream.reset();
    CHECK(streamed(stream, broken, 2).end == Outcome::End::broken);
    stream.reset();
  }
  DeflateStream other(std::move(stream));
  CHECK(streamed(other, packed("three", 6, Z_FIXED), 9).content == "three");
}

TEST_CASE("deflate stream: a distance behind the beginning is broken") {
  // A fixed block: the literal "a", a match of length 3 at distance 2.
  const std::string in("\x4b\x04\x22\x00", 4);
  CHECK(streamed(in, 4).end == by_zlib(in).end);
  CHECK(streamed(in, 4).end == Outcome::End::broken);
}

}  // namespace pipit::archive
