// SHA-256 of every wheel byte. The plain rounds reach about 0.3 GB/s, the SHA extensions of x86-64
// 1.9 GB/s and those of aarch64 as much, so they are worth this page.
//
// x86-64: sha256rnds2 works on two registers that hold (A,B,E,F) and (C,D,G,H), two rounds at a
// time. sha256msg1 and sha256msg2 compute the message schedule four words at a time: W[t] =
// s1(W[t-2]) + W[t-7] + s0(W[t-15]) + W[t-16]; msg1 gives the s0 and W[t-16] part, alignr picks
// W[t-7], msg2 adds s1. cpuid decides at the first call; only this function is compiled for its
// target, so the binary still runs on any x86-64.
#include "base/sha256_blocks.h"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#include <sys/auxv.h>
#endif

namespace pipit::base {
namespace {

alignas(16) constexpr std::uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t load_big_endian(const std::uint8_t* p) {
  return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) |
         p[3];
}

void portable_block(std::array<std::uint32_t, 8>& state, const std::uint8_t* data) {
  std::uint32_t w[64];
  for (std::size_t t = 0; t < 16; ++t) w[t] = load_big_endian(data + 4 * t);
  for (std::size_t t = 16; t < 64; ++t) {
    const std::uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
    const std::uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t t = 0; t < 64; ++t) {
    const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kRound[t] + w[t];
    const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1;
    d = c, c = b, b = a, a = t1 + t2;
  }
  const std::uint32_t added[8] = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state[i] += added[i];
}

#if defined(__x86_64__)

bool has_sha_instructions() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
  const bool ssse3 = c & (1u << 9), sse41 = c & (1u << 19);
  if (!ssse3 || !sse41 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  return b & (1u << 29);
}

#define PIPIT_SHA_TARGET __attribute__((target("sha,sse4.1,ssse3")))

/// Four rounds and, as long as they are needed, the schedule's words for the four rounds that come
/// sixteen later. A template, so that `w` is four registers, not an array: worth a factor of two.
template <int kGroup>
PIPIT_SHA_TARGET __attribute__((always_inline)) inline void native_rounds(__m128i& abef,
                                                                          __m128i& cdgh,
                                                                          __m128i (&w)[4]) {
  __m128i& now = w[kGroup & 3];
  const __m128i k = _mm_load_si128(reinterpret_cast<const __m128i*>(kRound) + kGroup);
  const __m128i sum = _mm_add_epi32(now, k);
  cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
  abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
  if constexpr (kGroup < 12) {
    const __m128i last = w[(kGroup + 3) & 3];
    const __m128i seven_back = _mm_alignr_epi8(last, w[(kGroup + 2) & 3], 4);
    const __m128i old = _mm_sha256msg1_epu32(now, w[(kGroup + 1) & 3]);
    now = _mm_sha256msg2_epu32(_mm_add_epi32(old, seven_back), last);
  }
}

PIPIT_SHA_TARGET void native_blocks(std::array<std::uint32_t, 8>& state, const std::uint8_t* data,
                                    std::size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  auto* words = reinterpret_cast<__m128i*>(state.data());
  // ABCD, EFGH in memory order -> ABEF, CDGH with A and C in the high lanes.
  const __m128i dcba = _mm_loadu_si128(words), hgfe = _mm_loadu_si128(words + 1);
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
  for (; count > 0; --count, data += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    const auto* block = reinterpret_cast<const __m128i*>(data);
    __m128i w[4] = {_mm_shuffle_epi8(_mm_loadu_si128(block), swap),
                    _mm_shuffle_epi8(_mm_loadu_si128(block + 1), swap),
                    _mm_shuffle_epi8(_mm_loadu_si128(block + 2), swap),
                    _mm_shuffle_epi8(_mm_loadu_si128(block + 3), swap)};
    native_rounds<0>(abef, cdgh, w), native_rounds<1>(abef, cdgh, w);
    native_rounds<2>(abef, cdgh, w), native_rounds<3>(abef, cdgh, w);
    native_rounds<4>(abef, cdgh, w), native_rounds<5>(abef, cdgh, w);
    native_rounds<6>(abef, cdgh, w), native_rounds<7>(abef, cdgh, w);
    native_rounds<8>(abef, cdgh, w), native_rounds<9>(abef, cdgh, w);
    native_rounds<10>(abef, cdgh, w), native_rounds<11>(abef, cdgh, w);
    native_rounds<12>(abef, cdgh, w), native_rounds<13>(abef, cdgh, w);
    native_rounds<14>(abef, cdgh, w), native_rounds<15>(abef, cdgh, w);
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

#undef PIPIT_SHA_TARGET

#elif defined(__aarch64__)

bool has_sha_instructions() { return (::getauxval(AT_HWCAP) & (1ul << 6)) != 0; }  // HWCAP_SHA2

__attribute__((target("+crypto"))) void native_blocks(std::array<std::uint32_t, 8>& state,
                                                      const std::uint8_t* data, std::size_t count) {
  uint32x4_t abcd = vld1q_u32(state.data()), efgh = vld1q_u32(state.data() + 4);
  for (; count > 0; --count, data += 64) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t w[4];
    for (int i = 0; i < 4; ++i) w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
    for (int group = 0; group < 16; ++group) {
      const uint32x4_t now = w[group & 3];
      const uint32x4_t sum = vaddq_u32(now, vld1q_u32(kRound + 4 * group));
      const uint32x4_t abcd_old = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sum);
      efgh = vsha256h2q_u32(efgh, abcd_old, sum);
      if (group >= 12) continue;
      const uint32x4_t partial = vsha256su0q_u32(now, w[(group + 1) & 3]);
      w[group & 3] = vsha256su1q_u32(partial, w[(group + 2) & 3], w[(group + 3) & 3]);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state.data(), abcd);
  vst1q_u32(state.data() + 4, efgh);
}

#else

bool has_sha_instructions() { return false; }
void native_blocks(std::array<std::uint32_t, 8>& state, const std::uint8_t* data,
                   std::size_t count) {
  sha256_blocks_portable(state, data, count);
}

#endif

}  // namespace

void sha256_blocks_portable(std::array<std::uint32_t, 8>& state, const std::uint8_t* data,
                            std::size_t count) {
  for (; count > 0; --count, data += 64) portable_block(state, data);
}

void sha256_blocks(std::array<std::uint32_t, 8>& state, const std::uint8_t* data,
                   std::size_t count) {
  static const bool native = has_sha_instructions();
  if (native) return native_blocks(state, data, count);
  sha256_blocks_portable(state, data, count);
}

}  // namespace pipit::base
