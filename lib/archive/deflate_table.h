// Tables that decode the prefix codes of deflate (RFC 1951, 3.2.2).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pipit::archive {

/// What a code stands for. A table is indexed by the next bits of the stream, lowest first; a code
/// longer than the index leads to a second table behind the first.
struct DeflateCode {
  enum Kind : std::uint8_t {
    broken,   // no symbol has this code
    literal,  // `value` is the byte
    base,     // a length or distance: `value` and `extra` more bits
    end,      // of the block
    deeper    // `value`: where the second table is; `extra`: bits of its index
  };
  std::uint16_t value = 0;
  std::uint8_t bits = 0;  // of the code, or of the part of it that indexes this table
  std::uint8_t kind_extra = 0;

  Kind kind() const { return static_cast<Kind>(kind_extra >> 4); }
  unsigned extra() const { return kind_extra & 15u; }
};

enum class DeflateAlphabet { code_lengths, literals_and_lengths, distances };

/// The largest that tables become (zlib's enough.c computes it): for 286 symbols and 11 bits of
/// index, and for 30 and 8.
inline constexpr unsigned kLiteralBits = 11, kDistanceBits = 8, kCodeLengthBits = 7;
using DeflateLiterals = std::array<DeflateCode, 2342>;
using DeflateDistances = std::array<DeflateCode, 402>;

/// Fills `table`, whose index has `index_bits`, for codes of these lengths (0: the symbol has
/// none). False when they are no prefix code: too many, or too few (one alone may be of one bit).
bool make_deflate_table(DeflateAlphabet alphabet, std::span<const std::uint8_t> lengths,
                        unsigned index_bits, std::span<DeflateCode> table);

}  // namespace pipit::archive
