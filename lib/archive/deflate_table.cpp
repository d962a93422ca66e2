// A code of n bits owns every index that begins with it, so it is written to each of them. Codes
// are numbered by length, then by symbol, and arrive with their first bit lowest: they are counted
// up in that reversed form.
#include "archive/deflate_table.h"

#include <algorithm>

namespace pipit::archive {
namespace {

constexpr unsigned kLongest = 15;
constexpr std::size_t kMostSymbols = 320;

constexpr std::array<std::uint16_t, 29> kLengthBase = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                                       15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                                       67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr std::array<std::uint8_t, 29> kLengthExtra = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                       2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::array<std::uint16_t, 30> kDistanceBase = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr std::array<std::uint8_t, 30> kDistanceExtra = {0, 0, 0,  0,  1,  1,  2,  2,  3,  3,
                                                         4, 4, 5,  5,  6,  6,  7,  7,  8,  8,
                                                         9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

DeflateCode code_of(DeflateCode::Kind kind, unsigned value, unsigned extra = 0) {
  return {static_cast<std::uint16_t>(value), 0, static_cast<std::uint8_t>(kind << 4 | extra)};
}

DeflateCode meaning(DeflateAlphabet alphabet, std::size_t symbol) {
  if (alphabet == DeflateAlphabet::distances) {
    if (symbol >= kDistanceBase.size()) return {};
    return code_of(DeflateCode::base, kDistanceBase[symbol], kDistanceExtra[symbol]);
  }
  const bool plain = alphabet == DeflateAlphabet::code_lengths || symbol < 256;
  if (plain) return code_of(DeflateCode::literal, static_cast<unsigned>(symbol));
  if (symbol == 256) return code_of(DeflateCode::end, 0);
  if (symbol - 257 >= kLengthBase.size()) return {};
  return code_of(DeflateCode::base, kLengthBase[symbol - 257], kLengthExtra[symbol - 257]);
}

/// The next code of that length, in reversed form.
unsigned after(unsigned code, unsigned length) {
  unsigned bit = 1u << (length - 1);
  while (code & bit) bit >>= 1;
  return bit == 0 ? 0 : (code & (bit - 1)) + bit;
}

/// Bits of the index of a second table that begins with a code of this length: it takes all codes
/// with the same beginning.
unsigned deeper_bits(const std::array<unsigned, kLongest + 1>& left, unsigned length,
                     unsigned index_bits) {
  unsigned bits = length - index_bits;
  for (unsigned room = 1u << bits; bits + index_bits < kLongest; ++bits, room <<= 1) {
    if (left[bits + index_bits] >= room) break;
    room -= left[bits + index_bits];
  }
  return bits;
}

}  // namespace

bool make_deflate_table(DeflateAlphabet alphabet, std::span<const std::uint8_t> lengths,
                        unsigned index_bits, std::span<DeflateCode> table) {
  std::array<unsigned, kLongest + 1> left{};  // codes of each length that are to come
  for (const std::uint8_t length : lengths) ++left[length];
  const std::size_t used = lengths.size() - left[0];
  const bool single = used == 0 || (used == 1 && left[1] == 1);
  std::array<std::uint16_t, kLongest + 2> place{};  // of the first symbol of each length
  int room = 1;
  for (unsigned length = 1; length <= kLongest; ++length) {
    room = 2 * room - static_cast<int>(left[length]);
    if (room < 0) return false;
    place[length + 1] = static_cast<std::uint16_t>(place[length] + left[length]);
  }
  if (room > 0 && (alphabet == DeflateAlphabet::code_lengths || !single)) return false;
  std::array<std::uint16_t, kMostSymbols> symbols;  // by length, then by number
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol)
    if (lengths[symbol] != 0)
      symbols[place[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);

  std::fill(table.begin(), table.end(), DeflateCode{});
  const unsigned first_size = 1u << index_bits;
  unsigned code = 0, opened = first_size;  // `opened`: whose second table was begun last
  std::size_t second = 0, filled = first_size;
  unsigned second_bits = 0;
  for (std::size_t at = 0; at < used; ++at) {
    const unsigned length = lengths[symbols[at]];
    DeflateCode entry = meaning(alphabet, symbols[at]);
    if (length <= index_bits) {
      entry.bits = static_cast<std::uint8_t>(length);
      for (unsigned i = code; i < first_size; i += 1u << length) table[i] = entry;
    } else {
      const unsigned beginning = code & (first_size - 1);
      if (beginning != opened) {
        opened = beginning;
        second = filled;
        second_bits = deeper_bits(left, length, index_bits);
        filled += std::size_t{1} << second_bits;
        if (filled > table.size()) return false;
        table[beginning] = code_of(DeflateCode::deeper, static_cast<unsigned>(second), second_bits);
        table[beginning].bits = static_cast<std::uint8_t>(index_bits);
      }
      entry.bits = static_cast<std::uint8_t>(length - index_bits);
      for (unsigned i = code >> index_bits; i < 1u << second_bits; i += 1u << entry.bits)
        table[second + i] = entry;
    }
    --left[length];
    code = after(code, length);
  }
  return true;
}

}  // namespace pipit::archive
