// Known answers are those of FIPS 180-4's and RFC 1321's examples; the rest is checked against
// another way to compute it.
#include "base/hash.h"
#include "base/crc32.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"
#include "tests/base/counted_bytes.h"

namespace pipit::base {
namespace {

std::string digest_of(std::string_view algorithm, std::string_view text) {
  auto hasher = Hasher::create(algorithm);
  REQUIRE(hasher);
  hasher->update(text.substr(0, text.size() / 2));
  hasher->update(text.substr(text.size() / 2));
  return hasher->hex_digest();
}

}  // namespace

TEST_CASE("hash: sha256 gives the standard's answers") {
  CHECK_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK_EQ(sha256_hex(std::string(1000000, 'a')),
           "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("hash: the pieces in which bytes come do not matter, nor does a saved state") {
  const std::string bytes = counted_bytes(300);
  const Sha256Digest whole = sha256(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Sha256 first;
    first.update(std::string_view(bytes).substr(0, cut));
    const std::string state = first.save();
    CHECK_EQ(state.size(), 104);
    Sha256 second;
    REQUIRE(second.restore(state));
    second.update(std::string_view(bytes).substr(cut));
    CHECK(second.digest() == whole);
    CHECK(second.digest() == whole);
  }
}

TEST_CASE("hash: a state of another size is refused") {
  Sha256 hash;
  CHECK_FALSE(hash.restore(""));
  CHECK_FALSE(hash.restore(std::string(103, 'x')));
  CHECK_EQ(hex(hash.digest()), sha256_hex(""));
}

TEST_CASE("hash: every algorithm gives its answer for abc") {
  CHECK_EQ(digest_of("md5", "abc"), "900150983cd24fb0d6963f7d28e17f72");
  CHECK_EQ(digest_of("sha1", "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK_EQ(digest_of("sha224", "abc"), "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  CHECK_EQ(digest_of("sha256", "abc"), sha256_hex("abc"));
  CHECK_EQ(digest_of("sha384", "abc"),
           "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca"
           "134c825a7");
  CHECK_EQ(digest_of("sha512", "abc"),
           "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
           "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  CHECK_EQ(Hasher::create("sha3_256").error().code, Code::unsupported);
}

}  // namespace pipit::base
