// Digests. SHA-256 is on the hot path (every wheel byte), so it uses the processor's instructions
// where it has them.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::base {

using Sha256Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  void update(std::span<const std::uint8_t> bytes);
  void update(std::string_view bytes);
  /// The digest so far; the object can still be updated afterwards.
  Sha256Digest digest() const;

  /// The state between two updates as 104 opaque bytes (for resumed downloads): chaining value,
  /// count, partial block.
  std::string save() const;
  /// False when the bytes are not such a state.
  bool restore(std::string_view state);

 private:
  std::array<std::uint32_t, 8> state_;
  std::uint64_t count_ = 0;
  std::array<std::uint8_t, 64> block_{};
};

Sha256Digest sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string hex(const Sha256Digest& digest);

/// Any of the algorithms of hash_spec.h, in one pass.
class Hasher {
 public:
  /// Error Code::unsupported for an algorithm not listed there.
  static Result<Hasher> create(std::string_view algorithm);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();
  void update(std::string_view bytes);
  std::string hex_digest() const;

 private:
  struct State;
  explicit Hasher(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace pipit::base
