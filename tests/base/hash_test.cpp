// Known answers are those of FIPS 180-4's and RFC 1321's examples; the rest is checked against
// another way to compute it.
#include "base/hash.h"

#include <doctest/doctest.h>

#include <string>

#include "base/sha256_blocks.h"
#include "base/text.h"

namespace pipit::base {
namespace {

std::string counted_bytes(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(i * 131 + i / 251));
  return out;
}

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

TEST_CASE("hash: the processor's rounds equal the portable ones") {
  const std::string bytes = counted_bytes(64 * 17);
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  std::array<std::uint32_t, 8> fast = {1, 2, 3, 4, 5, 6, 7, 0xffffffff}, plain = fast;
  for (std::size_t blocks : {1, 2, 17}) {
    sha256_blocks(fast, data, blocks);
    sha256_blocks_portable(plain, data, blocks);
    CHECK(fast == plain);
  }
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

TEST_CASE("hash: a hash is named with = or : and must have its length") {
  const std::string sha(64, 'A');
  CHECK_EQ(parse_hash_spec("sha256=" + sha)->hex, std::string(64, 'a'));
  CHECK_EQ(parse_hash_spec("SHA256:" + sha)->algorithm, "sha256");
  CHECK_EQ(parse_hash_spec("md5=" + std::string(32, '0'))->algorithm, "md5");
  CHECK_FALSE(parse_hash_spec("sha256=" + sha.substr(1)));
  CHECK_FALSE(parse_hash_spec("sha256=" + sha.substr(1) + "g"));
  CHECK_FALSE(parse_hash_spec("blake2=" + sha));
  CHECK_FALSE(parse_hash_spec("sha256"));
  CHECK_FALSE(parse_hash_spec(""));
}

TEST_CASE("hash: crc32 gives the check value, in any pieces") {
  CHECK_EQ(crc32(0, "123456789"), 0xcbf43926u);
  CHECK_EQ(crc32(0, ""), 0u);
  const std::string bytes = counted_bytes(100);
  const std::uint32_t whole = crc32(0, bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::string_view view = bytes;
    CHECK_EQ(crc32(crc32(0, view.substr(0, cut)), view.substr(cut)), whole);
  }
}

}  // namespace pipit::base
