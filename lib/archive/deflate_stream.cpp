// Bits are taken from a 64-bit reservoir. While there is plenty of input and room, it is filled
// eight bytes at a time, and nothing else is asked of each symbol. Elsewhere (where a piece of
// input ends, in the headers of blocks) each thing that is read is read whole or not at all: what
// is missing is seen before anything has changed, and the next piece goes on from there. No more
// than seven bytes are held back like that, which the reservoir has room for.
#include "archive/deflate_stream.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "archive/deflate_table.h"

namespace pipit::archive {
namespace {

constexpr std::size_t kHistory = 32u << 10;  // the farthest distance
constexpr std::size_t kLongestMatch = 258;
/// Beyond the longest match: copies go by words and may write past their end.
constexpr std::size_t kSlack = 32;
constexpr std::size_t kBuffer = kHistory + (64u << 10) + kLongestMatch + kSlack;
constexpr std::size_t kNeededInput = 16;  // for the fast loop: two fillings of the reservoir

std::uint64_t load_little64(const char* bytes) {
  std::uint64_t number;
  std::memcpy(&number, bytes, sizeof number);
  if constexpr (std::endian::native == std::endian::big) number = __builtin_bswap64(number);
  return number;
}

/// A match may overlap what it makes: near ones are copied byte by byte.
void copy_match(char* to, std::size_t distance, std::size_t length) {
  const char* from = to - distance;
  char* const end = to + length;
  if (distance >= 8) {
    do {
      std::memcpy(to, from, 8);
      to += 8;
      from += 8;
    } while (to < end);
  } else if (distance == 1) {
    std::memset(to, *from, length);
  } else {
    while (to < end) *to++ = *from++;
  }
}

}  // namespace

struct DeflateStream::State {
  enum class At { header, stored_length, stored, counts, precode, lengths, codes, done };
  enum class Next { more, starved, full, broken };

  std::uint64_t bits = 0;
  unsigned held = 0;  // bits in the reservoir
  At at = At::header;
  bool last = false;                                   // the block is the last one
  unsigned literals = 0, distances = 0, precodes = 0;  // of the block's alphabets
  unsigned have = 0;                                   // lengths read so far
  std::size_t stored = 0;                              // bytes left of a stored block
  std::array<std::uint8_t, 320> lengths{};
  std::array<DeflateCode, 1u << kCodeLengthBits> precode{};
  DeflateLiterals literal{};
  DeflateDistances distance{};
  std::size_t made = 0;  // end of the content in `buffer`
  std::array<char, kBuffer> buffer;

  unsigned peek(unsigned count) const {
    return static_cast<unsigned>(bits & ((std::uint64_t{1} << count) - 1));
  }
  void drop(unsigned count) {
    bits >>= count;
    held -= count;
  }
  void fill(std::string_view& in) {
    while (held <= 55 && !in.empty()) {
      bits |= std::uint64_t{static_cast<unsigned char>(in.front())} << held;
      held += 8;
      in.remove_prefix(1);
    }
  }
  /// Whole bytes of the reservoir go back: they came from this piece.
  void give_back(std::string_view& in, const char* begin) {
    const auto taken = static_cast<std::size_t>(in.data() - begin);
    const std::size_t back = std::min<std::size_t>(held / 8, taken);
    in = {in.data() - back, in.size() + back};
    held -= static_cast<unsigned>(8 * back);
    bits &= (std::uint64_t{1} << held) - 1;
  }
  bool has_room() const { return kBuffer - made >= kLongestMatch + kSlack; }

  Next advance(std::string_view& in);
  Next read_header();
  Next read_stored_length();
  Next read_stored(std::string_view& in);
  Next read_counts();
  Next read_precode();
  Next read_lengths();
  Next fixed_codes();
  Next make_tables();
  Next block_ended();
  Next read_codes(std::string_view& in);
  Next read_code();
  Next read_codes_fast(std::string_view& in);
};

auto DeflateStream::State::block_ended() -> Next {
  at = last ? At::done : At::header;
  return Next::more;
}

auto DeflateStream::State::read_header() -> Next {
  if (held < 3) return Next::starved;
  last = peek(1) != 0;
  const unsigned kind = peek(3) >> 1;
  drop(3);
  if (kind == 0) {
    drop(held % 8);
    at = At::stored_length;
    return Next::more;
  }
  if (kind == 1) return fixed_codes();
  at = At::counts;
  return kind == 2 ? Next::more : Next::broken;
}

auto DeflateStream::State::read_stored_length() -> Next {
  if (held < 32) return Next::starved;
  stored = peek(16);
  drop(16);
  const bool good = peek(16) == (~stored & 0xffff);
  drop(16);
  at = At::stored;
  return good ? Next::more : Next::broken;
}

auto DeflateStream::State::read_stored(std::string_view& in) -> Next {
  for (; stored != 0 && held != 0 && made < kBuffer; --stored, drop(8))
    buffer[made++] = static_cast<char>(peek(8));
  const std::size_t count = std::min({held == 0 ? stored : 0, in.size(), kBuffer - made});
  if (count != 0) std::memcpy(buffer.data() + made, in.data(), count);
  made += count;
  stored -= count;
  in.remove_prefix(count);
  if (stored == 0) return block_ended();
  return made == kBuffer ? Next::full : Next::starved;
}

auto DeflateStream::State::read_counts() -> Next {
  if (held < 14) return Next::starved;
  literals = 257 + peek(5);
  drop(5);
  distances = 1 + peek(5);
  drop(5);
  precodes = 4 + peek(4);
  drop(4);
  lengths.fill(0);
  have = 0;
  at = At::precode;
  return literals <= 286 && distances <= 30 ? Next::more : Next::broken;
}

auto DeflateStream::State::read_precode() -> Next {
  constexpr std::array<std::uint8_t, 19> kOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                   11, 4,  12, 3, 13, 2, 14, 1, 15};
  for (; have < precodes; ++have, drop(3)) {
    if (held < 3) return Next::starved;
    lengths[kOrder[have]] = static_cast<std::uint8_t>(peek(3));
  }
  const bool good = make_deflate_table(DeflateAlphabet::code_lengths, std::span(lengths).first(19),
                                       kCodeLengthBits, precode);
  lengths.fill(0);
  have = 0;
  at = At::lengths;
  return good ? Next::more : Next::broken;
}

/// 16 repeats the last length, 17 and 18 are runs of zeros.
auto DeflateStream::State::read_lengths() -> Next {
  const unsigned all = literals + distances;
  while (have < all) {
    const DeflateCode code = precode[peek(kCodeLengthBits)];
    if (code.kind() == DeflateCode::broken) return Next::broken;
    if (held < code.bits) return Next::starved;
    if (code.value < 16) {
      lengths[have++] = static_cast<std::uint8_t>(code.value);
      drop(code.bits);
      return have < all ? Next::more : make_tables();
    }
    const unsigned extra = code.value == 16 ? 2 : code.value == 17 ? 3 : 7;
    if (held < code.bits + extra) return Next::starved;
    drop(code.bits);
    const unsigned count = (code.value == 18 ? 11 : 3) + peek(extra);
    drop(extra);
    const bool repeats = code.value == 16;
    if ((repeats && have == 0) || count > all - have) return Next::broken;
    std::fill_n(lengths.begin() + have, count, repeats ? lengths[have - 1] : std::uint8_t{0});
    have += count;
  }
  return make_tables();
}

auto DeflateStream::State::make_tables() -> Next {
  at = At::codes;
  const std::span<const std::uint8_t> all(lengths);
  const bool good = lengths[256] != 0 &&  // else the block could not end
                    make_deflate_table(DeflateAlphabet::literals_and_lengths, all.first(literals),
                                       kLiteralBits, literal) &&
                    make_deflate_table(DeflateAlphabet::distances, all.subspan(literals, distances),
                                       kDistanceBits, distance);
  return good ? Next::more : Next::broken;
}

auto DeflateStream::State::fixed_codes() -> Next {
  std::fill_n(lengths.begin(), 144, std::uint8_t{8});
  std::fill_n(lengths.begin() + 144, 112, std::uint8_t{9});
  std::fill_n(lengths.begin() + 256, 24, std::uint8_t{7});
  std::fill_n(lengths.begin() + 280, 8, std::uint8_t{8});
  std::fill_n(lengths.begin() + 288, 32, std::uint8_t{5});
  literals = 288;
  distances = 32;
  return make_tables();
}

/// One literal or match, if all its bits are there.
auto DeflateStream::State::read_code() -> Next {
  const std::uint64_t bits_before = bits;
  const unsigned held_before = held;
  bool starved = false;
  const auto take = [&](unsigned count) {
    starved = starved || held < count;
    const unsigned taken = peek(count);
    bits >>= count;
    held -= std::min(held, count);
    return taken;
  };
  const auto decode = [&](const auto& table, unsigned index_bits) {
    DeflateCode code = table[peek(index_bits)];
    take(code.bits);
    if (code.kind() == DeflateCode::deeper) {
      code = table[code.value + peek(code.extra())];
      take(code.bits);
    }
    return code;
  };
  DeflateCode code = decode(literal, kLiteralBits);
  std::size_t length = code.value, far = 0;
  bool broken = code.kind() == DeflateCode::broken;
  if (code.kind() == DeflateCode::base) {
    length += take(code.extra());
    const DeflateCode second = decode(distance, kDistanceBits);
    far = second.value + take(second.extra());
    broken = second.kind() != DeflateCode::base || far > made;
  }
  if (starved) {
    bits = bits_before;
    held = held_before;
    return Next::starved;
  }
  if (broken) return Next::broken;
  if (code.kind() == DeflateCode::end) return block_ended();
  if (code.kind() == DeflateCode::literal) {
    buffer[made++] = static_cast<char>(code.value);
    return Next::more;
  }
  copy_match(buffer.data() + made, far, length);
  made += length;
  return Next::more;
}

auto DeflateStream::State::read_codes_fast(std::string_view& in) -> Next {
  const char* next = in.data();
  const char* const last_next = next + in.size() - kNeededInput;
  char* out = buffer.data() + made;
  char* const last_out = buffer.data() + kBuffer - kLongestMatch - kSlack;
  std::uint64_t pool = bits;
  unsigned count = held;
  Next outcome = Next::more;
  // More than 55 bits are there after it; bits above `count` are right already, or zero.
  const auto refill = [&] {
    pool |= load_little64(next) << count;
    next += (63 - count) >> 3;
    count |= 56;
  };
  const auto take = [&](unsigned n) {
    const auto taken = static_cast<unsigned>(pool & ((std::uint64_t{1} << n) - 1));
    pool >>= n;
    count -= n;
    return taken;
  };
  const auto look_up = [&](const auto& table, unsigned index_bits) {
    return table[pool & ((1u << index_bits) - 1)];
  };
  while (next <= last_next && out <= last_out) {
    refill();
    DeflateCode code = look_up(literal, kLiteralBits);
    // Two of 11 bits leave enough for a length with all its bits.
    for (int more = 2; more > 0 && code.kind() == DeflateCode::literal; --more) {
      take(code.bits);
      *out++ = static_cast<char>(code.value);
      code = look_up(literal, kLiteralBits);
    }
    take(code.bits);
    if (code.kind() == DeflateCode::deeper) {
      code = literal[code.value + (pool & ((1u << code.extra()) - 1))];
      take(code.bits);
    }
    if (code.kind() == DeflateCode::literal) {
      *out++ = static_cast<char>(code.value);
      continue;
    }
    if (code.kind() != DeflateCode::base) {
      outcome = code.kind() == DeflateCode::end ? block_ended() : Next::broken;
      break;
    }
    const std::size_t length = code.value + take(code.extra());
    refill();
    DeflateCode second = look_up(distance, kDistanceBits);
    take(second.bits);
    if (second.kind() == DeflateCode::deeper) {
      second = distance[second.value + (pool & ((1u << second.extra()) - 1))];
      take(second.bits);
    }
    const std::size_t far = second.value + take(second.extra());
    if (second.kind() != DeflateCode::base || far > static_cast<std::size_t>(out - buffer.data())) {
      outcome = Next::broken;
      break;
    }
    copy_match(out, far, length);
    out += length;
  }
  made = static_cast<std::size_t>(out - buffer.data());
  held = count;
  bits = pool & ((std::uint64_t{1} << count) - 1);
  in.remove_prefix(static_cast<std::size_t>(next - in.data()));
  return outcome;
}

auto DeflateStream::State::read_codes(std::string_view& in) -> Next {
  if (!has_room()) return Next::full;
  if (in.size() >= kNeededInput) return read_codes_fast(in);
  fill(in);
  return read_code();
}

auto DeflateStream::State::advance(std::string_view& in) -> Next {
  if (at == At::codes) return read_codes(in);
  if (at == At::stored) return read_stored(in);
  fill(in);
  switch (at) {
    case At::header:
      return read_header();
    case At::stored_length:
      return read_stored_length();
    case At::counts:
      return read_counts();
    case At::precode:
      return read_precode();
    default:
      return read_lengths();
  }
}

DeflateStream::DeflateStream() : state_(std::make_unique_for_overwrite<State>()) {}
DeflateStream::DeflateStream(DeflateStream&&) noexcept = default;
DeflateStream& DeflateStream::operator=(DeflateStream&&) noexcept = default;
DeflateStream::~DeflateStream() = default;

void DeflateStream::reset() {
  state_->bits = 0;
  state_->held = 0;
  state_->at = State::At::header;
  state_->made = 0;
}

Result<DeflateStream::Step> DeflateStream::step(std::string_view& in) {
  State& s = *state_;
  if (s.at == State::At::done) return Step{{}, true};
  // Where there is little room, only what a distance can reach is kept of what came out before.
  if (s.made > kBuffer - kHistory) {
    std::memmove(s.buffer.data(), s.buffer.data() + s.made - kHistory, kHistory);
    s.made = kHistory;
  }
  const std::size_t from = s.made;
  const char* const begin = in.data();
  State::Next next = State::Next::more;
  while (next == State::Next::more && s.at != State::At::done) next = s.advance(in);
  if (next == State::Next::broken) return fail(Code::bad_archive, "broken deflate data");
  if (next != State::Next::starved) s.give_back(in, begin);
  return Step{{s.buffer.data() + from, s.made - from}, s.at == State::At::done};
}

}  // namespace pipit::archive
