#include "base/hash_spec.h"
#include "base/hash.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::base {

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

TEST_CASE("hash: each algorithm has a length of its own, and hashes have an order") {
  struct Row {
    std::string_view algorithm;
    std::size_t digits;
  };
  for (const Row& row : {Row{"md5", 32},
                         {"sha1", 40},
                         {"sha224", 56},
                         {"sha256", 64},
                         {"sha384", 96},
                         {"sha512", 128}}) {
    CAPTURE(row.algorithm);
    const std::string name = std::string(row.algorithm) + "=";
    const auto spec = parse_hash_spec(name + std::string(row.digits, '7'));
    REQUIRE(spec);
    CHECK_EQ(spec->hex.size(), row.digits);
    CHECK_FALSE(parse_hash_spec(name + std::string(row.digits + 2, '7')));
    CHECK_FALSE(parse_hash_spec(name + std::string(row.digits - 1, '7') + " "));
  }
  CHECK(HashSpec{"md5", "f"} < HashSpec{"sha1", "0"});
  CHECK(HashSpec{"md5", "0"} < HashSpec{"md5", "1"});
}

}  // namespace pipit::base
