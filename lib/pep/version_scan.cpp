// Parses versions. PEP 440 gives a regular expression; its groups are all optional, greedy and
// begin with different words, so one pass from left to right without backtracking accepts the same
// language. It runs for every file of every index page.
#include "pep/version_scan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "pep/white_space.h"

namespace pipit::pep {
namespace {

// The limit of the reference implementation: Python refuses longer numbers.
constexpr std::size_t kMaxDigits = 4300;

struct PreWord {
  std::string_view word;
  Version::Pre kind;
};
// A word comes before its own prefixes.
constexpr std::array<PreWord, 8> kPreWords = {{{"alpha", Version::Pre::a},
                                               {"a", Version::Pre::a},
                                               {"beta", Version::Pre::b},
                                               {"b", Version::Pre::b},
                                               {"preview", Version::Pre::rc},
                                               {"pre", Version::Pre::rc},
                                               {"c", Version::Pre::rc},
                                               {"rc", Version::Pre::rc}}};
constexpr std::array<std::string_view, 3> kPostWords = {"post", "rev", "r"};

// These run several times per character, so they are here to be inlined.
constexpr bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }
constexpr bool is_decimal(char c) { return c >= '0' && c <= '9'; }
constexpr char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

class VersionScanner {
 public:
  explicit VersionScanner(std::string_view text) : text_(trim_white_space(text)) {}

  std::optional<VersionParts> run() {
    if (lowered(peek()) == 'v') ++at_;
    if (!read_release()) return std::nullopt;
    if (at_ == text_.size()) return std::move(parts_);
    if (!read_pre() || !read_post() || !read_dev() || !read_local()) return std::nullopt;
    if (at_ != text_.size()) return std::nullopt;
    return std::move(parts_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  // Reads digits here as a number; false when there are none or too many.
  bool read_number(std::uint64_t& number) {
    const std::size_t begin = at_;
    number = 0;
    while (is_decimal(peek())) {
      if (at_ - begin < 18) number = number * 10 + static_cast<std::uint64_t>(peek() - '0');
      ++at_;
    }
    const std::size_t count = at_ - begin;
    if (count > 18) number = long_number(text_.substr(begin, count));
    return count != 0 && count <= kMaxDigits;
  }

  std::uint64_t long_number(std::string_view digits) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    const std::optional<std::uint64_t> number = base::parse_uint(digits);
    if (number && (*number & kWideNumber) == 0) return *number;
    parts_.wide.emplace_back(digits);
    return kWideNumber | (parts_.wide.size() - 1);
  }

  bool read_release() {
    std::uint64_t number = 0;
    if (!read_number(number)) return false;
    if (peek() == '!') {
      parts_.epoch = number;
      ++at_;
      if (!read_number(number)) return false;
    }
    parts_.release.reserve(3);
    parts_.release.push_back(number);
    while (peek() == '.' && is_decimal(peek(1))) {
      ++at_;
      if (!read_number(number)) return false;
      parts_.release.push_back(number);
    }
    return true;
  }

  // Reads `word` here, after at most one separator, and moves behind it.
  bool take_word(std::string_view word) {
    const std::size_t skip = is_separator(peek()) ? 1 : 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (lowered(peek(skip + i)) != word[i]) return false;
    }
    at_ += skip + word.size();
    return true;
  }

  // Reads the number after a word, after at most one separator; none is 0.
  bool read_word_number(std::uint64_t& number) {
    number = 0;
    if (is_separator(peek())) ++at_;
    return !is_decimal(peek()) || read_number(number);
  }

  bool read_pre() {
    for (const PreWord& pre : kPreWords) {
      if (!take_word(pre.word)) continue;
      parts_.pre = pre.kind;
      return read_word_number(parts_.pre_number);
    }
    return true;
  }

  bool read_post() {
    std::uint64_t number = 0;
    if (peek() == '-' && is_decimal(peek(1))) {
      ++at_;
      if (!read_number(number)) return false;
      parts_.post = number;
      return true;
    }
    for (std::string_view word : kPostWords) {
      if (!take_word(word)) continue;
      if (!read_word_number(number)) return false;
      parts_.post = number;
      break;
    }
    return true;
  }

  bool read_dev() {
    if (!take_word("dev")) return true;
    std::uint64_t number = 0;
    if (!read_word_number(number)) return false;
    parts_.dev = number;
    return true;
  }

  bool read_local() {
    if (peek() != '+') return true;
    do {
      ++at_;
      const std::size_t begin = at_;
      while (base::is_alnum(peek())) ++at_;
      if (at_ == begin) return false;
      if (!parts_.local.empty()) parts_.local += '.';
      if (!append_segment(text_.substr(begin, at_ - begin))) return false;
    } while (is_separator(peek()));
    return true;
  }

  bool append_segment(std::string_view segment) {
    if (!std::ranges::all_of(segment, is_decimal)) {
      parts_.local += base::to_lower(segment);
      return true;
    }
    if (segment.size() > kMaxDigits) return false;
    segment.remove_prefix(std::min(segment.find_first_not_of('0'), segment.size() - 1));
    parts_.local += segment;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  VersionParts parts_;
};

}  // namespace

std::optional<VersionParts> scan_version(std::string_view text) {
  return VersionScanner(text).run();
}

}  // namespace pipit::pep
