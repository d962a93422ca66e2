// Digests. SHA-256 is our own (sha256_blocks.cpp has the rounds); BearSSL computes the others,
// which only old indexes still use, behind one variant.
#include "base/hash.h"

#include <algorithm>
#include <concepts>
#include <cstring>
#include <type_traits>
#include <variant>

#include "base/sha256_blocks.h"
#include "base/text.h"
#include "third_party/bearssl.hpp"

namespace pipit::base {
namespace {

constexpr std::array<std::uint32_t, 8> kSha256Start = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr std::size_t kSha256StateSize = 32 + 8 + 64;

template <std::unsigned_integral Number>
void append_big_endian(std::string& out, Number number) {
  for (int shift = static_cast<int>(sizeof number) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift));
  }
}

template <std::unsigned_integral Number>
Number take_big_endian(std::string_view& bytes) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    number = static_cast<Number>((number << 8) | static_cast<unsigned char>(bytes[i]));
  }
  bytes.remove_prefix(sizeof number);
  return number;
}

}  // namespace

Sha256::Sha256() : state_(kSha256Start) {}

void Sha256::update(std::span<const std::uint8_t> bytes) {
  const std::size_t held = count_ % 64;
  count_ += bytes.size();
  if (held > 0) {
    const std::size_t taken = std::min(bytes.size(), 64 - held);
    std::memcpy(block_.data() + held, bytes.data(), taken);
    bytes = bytes.subspan(taken);
    if (held + taken < 64) return;
    sha256_blocks(state_, block_.data(), 1);
  }
  const std::size_t whole = bytes.size() / 64;
  if (whole > 0) sha256_blocks(state_, bytes.data(), whole);
  bytes = bytes.subspan(whole * 64);
  if (!bytes.empty()) std::memcpy(block_.data(), bytes.data(), bytes.size());
}

void Sha256::update(std::string_view bytes) {
  update(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

Sha256Digest Sha256::digest() const {
  // FIPS 180-4 section 5.1.1: a one bit, zeros, the length in bits.
  std::array<std::uint8_t, 128> tail{};
  const std::size_t held = count_ % 64;
  std::memcpy(tail.data(), block_.data(), held);
  tail[held] = 0x80;
  const std::size_t size = held < 56 ? 64 : 128;
  for (std::size_t i = 0; i < 8; ++i)
    tail[size - 1 - i] = static_cast<std::uint8_t>((count_ * 8) >> (8 * i));
  std::array<std::uint32_t, 8> state = state_;
  sha256_blocks(state, tail.data(), size / 64);
  Sha256Digest out;
  for (std::size_t i = 0; i < 32; ++i)
    out[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  return out;
}

std::string Sha256::save() const {
  std::string out;
  out.reserve(kSha256StateSize);
  for (std::uint32_t word : state_) append_big_endian(out, word);
  append_big_endian(out, count_);
  const std::size_t held = count_ % 64;
  out.append(reinterpret_cast<const char*>(block_.data()), held);
  out.append(64 - held, '\0');  // the rest of the buffer is from an older block
  return out;
}

bool Sha256::restore(std::string_view state) {
  if (state.size() != kSha256StateSize) return false;
  for (std::uint32_t& word : state_) word = take_big_endian<std::uint32_t>(state);
  count_ = take_big_endian<std::uint64_t>(state);
  std::memcpy(block_.data(), state.data(), block_.size());
  return true;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.digest();
}

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

std::string hex(const Sha256Digest& digest) { return hex(std::span<const std::uint8_t>(digest)); }

struct Hasher::State {
  // SHA-384 is SHA-512 with another initial value, truncated; BearSSL uses one context type for
  // both.
  std::variant<Sha256, br_md5_context, br_sha1_context, br_sha224_context, br_sha512_context> hash;
};

Hasher::Hasher(std::unique_ptr<State> state) : state_(std::move(state)) {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

Result<Hasher> Hasher::create(std::string_view algorithm) {
  auto state = std::make_unique<State>();
  if (algorithm == "md5") {
    br_md5_init(&state->hash.emplace<br_md5_context>());
  } else if (algorithm == "sha1") {
    br_sha1_init(&state->hash.emplace<br_sha1_context>());
  } else if (algorithm == "sha224") {
    br_sha224_init(&state->hash.emplace<br_sha224_context>());
  } else if (algorithm == "sha384") {
    br_sha384_init(&state->hash.emplace<br_sha512_context>());
  } else if (algorithm == "sha512") {
    br_sha512_init(&state->hash.emplace<br_sha512_context>());
  } else if (algorithm != "sha256") {
    return fail(Code::unsupported, cat(printable(algorithm), ": unknown hash algorithm"));
  }
  return Hasher(std::move(state));
}

void Hasher::update(std::string_view bytes) {
  if (auto* own = std::get_if<Sha256>(&state_->hash)) return own->update(bytes);
  // Every BearSSL context begins with a pointer to its functions.
  std::visit(
      [&](auto& context) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(context)>, Sha256>) {
          context.vtable->update(&context.vtable, bytes.data(), bytes.size());
        }
      },
      state_->hash);
}

std::string Hasher::hex_digest() const {
  return std::visit(
      [](const auto& context) {
        if constexpr (std::is_same_v<std::decay_t<decltype(context)>, Sha256>) {
          return hex(context.digest());
        } else {
          std::array<std::uint8_t, 64> out;
          const std::size_t size =
              (context.vtable->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
          context.vtable->out(&context.vtable, out.data());
          return hex(std::span(out.data(), size));
        }
      },
      state_->hash);
}

}  // namespace pipit::base
