// Digests as text.
#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace pipit::base {

/// "sha256=<hex>" and its kind, as in URL fragments and requirement hashes.
struct HashSpec {
  std::string algorithm;  // lower case: md5 sha1 sha224 sha256 sha384 sha512
  std::string hex;        // lower case
  bool operator==(const HashSpec&) const = default;
  auto operator<=>(const HashSpec&) const = default;
};
/// "sha256=abc…" or "sha256:abc…"; nullopt when the algorithm is unknown or the digits do not fit
/// its length.
std::optional<HashSpec> parse_hash_spec(std::string_view text);

/// Whether it is the name of an algorithm, in any case.
bool is_hash_algorithm(std::string_view name);

}  // namespace pipit::base
