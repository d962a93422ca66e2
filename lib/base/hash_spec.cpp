// Digests as text. Separate from their computation (hash.cpp), which needs a library: reading a
// requirements file does not.
#include "base/hash_spec.h"

#include <cstddef>

#include "base/text.h"

namespace pipit::base {
namespace {

struct Algorithm {
  std::string_view name;
  std::size_t bytes;
};
constexpr Algorithm kAlgorithms[] = {{"md5", 16},    {"sha1", 20},   {"sha224", 28},
                                     {"sha256", 32}, {"sha384", 48}, {"sha512", 64}};

const Algorithm* find_algorithm(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.name == name) return &algorithm;
  }
  return nullptr;
}

}  // namespace

std::optional<HashSpec> parse_hash_spec(std::string_view text) {
  const std::size_t separator = text.find_first_of("=:");
  if (separator == std::string_view::npos) return std::nullopt;
  HashSpec spec{to_lower(text.substr(0, separator)), to_lower(text.substr(separator + 1))};
  const Algorithm* algorithm = find_algorithm(spec.algorithm);
  if (!algorithm || spec.hex.size() != algorithm->bytes * 2 || !unhex(spec.hex))
    return std::nullopt;
  return spec;
}

bool is_hash_algorithm(std::string_view name) { return find_algorithm(to_lower(name)) != nullptr; }

}  // namespace pipit::base
