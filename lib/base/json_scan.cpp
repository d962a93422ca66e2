// The scanner stops between two tokens, or before one that the piece does not hold whole: what it
// has to remember is a bit for each level, and what may come next. Eight bytes of a text are looked
// at together, as texts are most of a page.
#include "base/json_scan.h"

#include <errno.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "base/json.h"
#include "base/text.h"

namespace pipit::base {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;

/// The high bit of each byte that is zero (and perhaps of some behind the first such byte).
constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }

constexpr bool ends_run(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

/// The end of the characters that stand for themselves.
std::size_t plain_end(std::string_view text, std::size_t at) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= text.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + at, 8);
      const std::uint64_t controls = (word - kOnes * 0x20) & ~word & kHighs;
      const std::uint64_t hits =
          controls | zero_bytes(word ^ kOnes * '"') | zero_bytes(word ^ kOnes * '\\');
      if (hits != 0) return at + static_cast<std::size_t>(std::countr_zero(hits)) / 8;
    }
  }
  while (at < text.size() && !ends_run(text[at])) ++at;
  return at;
}

constexpr bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_decimal(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_of_number(char c) {
  return is_decimal(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

constexpr int kNoDigits = -1, kCutOff = -2;

/// Four hexadecimal digits, or one of the above; `at` moves to where the reading ended.
int quad_hex(std::string_view text, std::size_t& at) {
  int value = 0;
  for (int i = 0; i < 4; ++i, ++at) {
    if (at == text.size()) return kCutOff;
    const char c = to_lower(text[at]);
    if (!is_decimal(c) && (c < 'a' || c > 'f')) return kNoDigits;
    value = value * 16 + (is_decimal(c) ? c - '0' : c - 'a' + 10);
  }
  return value;
}

void append_utf8(std::string& out, int code) {
  const auto put = [&out](int byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

/// Most numbers are sizes, and written as they are told.
bool is_shortest_form(std::string_view text) {
  return text.size() <= 18 && std::ranges::all_of(text, is_decimal) &&
         (text.size() == 1 || text.front() != '0');
}

/// "" for what is no number.
std::string shortest_form(const std::string& written) {
  const char* const whole = written.c_str() + written.size();
  char* end = nullptr;
  errno = 0;
  const std::int64_t integer = std::strtoll(written.c_str(), &end, 10);
  if (errno == 0 && end == whole) return cat(integer);
  const double number = std::strtod(written.c_str(), &end);
  std::string out;
  if (end == whole) append_json_number(out, number);
  return out;
}

}  // namespace

JsonScanner::Step JsonScanner::open(bool is_list) {
  too_deep_ = depth_ >= kMaxJsonDepth;
  if (too_deep_) return Step::bad;
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  lists_ = is_list ? lists_ | bit : lists_ & ~bit;
  ++depth_;
  expect_ = is_list ? Expect::first_item : Expect::first_key;
  return tell(handler_.begin(is_list));
}

JsonScanner::Step JsonScanner::close() {
  --depth_;
  end_value();
  return tell(handler_.end());
}

JsonScanner::Step JsonScanner::read_literal(std::string_view text, std::size_t& at,
                                            std::string_view word) {
  for (const char c : word) {
    if (at == text.size()) return Step::cut;
    if (text[at] != c) return Step::bad;
    ++at;
  }
  end_value();
  return tell(handler_.scalar(word));
}

JsonScanner::Step JsonScanner::read_number(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_of_number(text[at])) ++at;
  if (at == text.size() && !final_) return Step::cut;
  const std::string_view written = text.substr(begin, at - begin);
  end_value();
  if (is_shortest_form(written)) return tell(handler_.scalar(written));
  const std::string shortest = shortest_form(std::string(written));
  return shortest.empty() ? Step::bad : tell(handler_.scalar(shortest));
}

/// What follows a backslash.
JsonScanner::Step JsonScanner::read_escape(std::string_view text, std::size_t& at) {
  if (at == text.size()) return Step::cut;
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  const char letter = text[at];
  const std::size_t which = kLetters.find(letter);
  if (which == std::string_view::npos && letter != 'u') return Step::bad;
  ++at;
  if (letter != 'u') {
    unescaped_.push_back(kMeanings[which]);
    return Step::done;
  }
  int code = quad_hex(text, at);
  if (code >= 0xdc00 && code <= 0xdfff) return Step::bad;  // the second half of a pair
  if (code >= 0xd800 && code <= 0xdbff) {
    for (const char c : std::string_view("\\u")) {
      if (at == text.size()) return Step::cut;
      if (text[at] != c) return Step::bad;
      ++at;
    }
    const int second = quad_hex(text, at);
    if (second == kCutOff) return Step::cut;
    if (second < 0xdc00 || second > 0xdfff) return Step::bad;
    code = ((code - 0xd800) << 10 | (second & 0x3ff)) + 0x10000;
  }
  if (code < 0) return code == kCutOff ? Step::cut : Step::bad;
  append_utf8(unescaped_, code);
  return Step::done;
}

/// `out` is a part of `text`, unless something in it is escaped. `at` is behind the first quote.
JsonScanner::Step JsonScanner::read_string(std::string_view text, std::size_t& at,
                                           std::string_view& out) {
  std::size_t begin = at;
  bool is_escaped = false;
  while (true) {
    at = plain_end(text, at);
    if (at == text.size()) return Step::cut;
    const std::string_view run = text.substr(begin, at - begin);
    if (text[at] == '"') {
      ++at;
      out = is_escaped ? std::string_view(unescaped_.append(run)) : run;
      return Step::done;
    }
    if (text[at] != '\\') return Step::bad;  // a control character
    if (!is_escaped) unescaped_.clear();
    is_escaped = true;
    unescaped_.append(run);
    ++at;
    if (const Step step = read_escape(text, at); step != Step::done) return step;
    begin = at;
  }
}

JsonScanner::Step JsonScanner::read_value(std::string_view text, std::size_t& at) {
  const char c = text[at];
  if (c == 'n') return read_literal(text, at, "null");
  if (c == 't') return read_literal(text, at, "true");
  if (c == 'f') return read_literal(text, at, "false");
  if (is_decimal(c) || c == '-') return read_number(text, at);
  if (c != '"' && c != '[' && c != '{') return Step::bad;
  ++at;
  if (c != '"') return open(c == '[');
  std::string_view value;
  if (const Step step = read_string(text, at, value); step != Step::done) return step;
  end_value();
  return tell(handler_.string(value));
}

/// One token, which begins at `at`. A bad one leaves `at` where it is bad.
JsonScanner::Step JsonScanner::step(std::string_view text, std::size_t& at) {
  const char c = text[at];
  switch (expect_) {
    case Expect::first_item:
      if (c == ']') return ++at, close();
      return read_value(text, at);
    case Expect::value:
      return read_value(text, at);
    case Expect::first_key:
      if (c == '}') return ++at, close();
      [[fallthrough]];
    case Expect::key: {
      if (c != '"') return Step::bad;
      ++at;
      std::string_view key;
      if (const Step step = read_string(text, at, key); step != Step::done) return step;
      expect_ = Expect::colon;
      return tell(handler_.key(key));
    }
    case Expect::colon:
      if (c != ':') return Step::bad;
      expect_ = Expect::value;
      return ++at, Step::done;
    case Expect::comma:
      if (c == (in_list() ? ']' : '}')) return ++at, close();
      if (c != ',') return Step::bad;
      expect_ = in_list() ? Expect::value : Expect::key;
      return ++at, Step::done;
    case Expect::nothing:
      break;
  }
  return Step::bad;
}

/// Returns how much of the text was read: to the end of the last whole token.
std::size_t JsonScanner::scan(std::string_view text) {
  std::size_t at = 0;
  if (!begun_) {
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    if (text.size() < kMark.size() && kMark.starts_with(text) && !final_) return 0;
    if (text.starts_with(kMark)) at = kMark.size();
    begun_ = true;
  }
  last_ = Step::done;
  while (last_ == Step::done) {
    while (at < text.size() && is_white(text[at])) ++at;
    if (at == text.size()) break;
    const std::size_t begin = at;
    last_ = step(text, at);
    const std::size_t length = (last_ == Step::cut ? text.size() : at) - begin;
    too_long_ = length > kMaxJsonText;
    if (too_long_) last_ = Step::bad;
    if (last_ == Step::cut && !final_) {
      at = begin;
    } else if (last_ == Step::cut) {
      at = text.size();
      last_ = Step::bad;
    }
  }
  line_ += static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n'));
  return at;
}

Result<void> JsonScanner::outcome() const {
  if (last_ != Step::bad) return {};
  if (too_deep_)
    return fail(Code::parse, cat("JSON nested deeper than ", kMaxJsonDepth, " levels"));
  if (too_long_)
    return fail(Code::parse, cat("JSON with a text of more than ", format_bytes(kMaxJsonText)));
  return fail(Code::parse, cat("not valid JSON at line ", line_));
}

Result<void> JsonScanner::feed(std::string_view bytes) {
  if (last_ == Step::bad || last_ == Step::stop) return outcome();
  if (rest_.empty()) {
    const std::size_t used = scan(bytes);
    rest_ = bytes.substr(used);
  } else {
    rest_.append(bytes);
    // A token that does not end is not looked at again for each byte that arrives.
    if (rest_.size() < wanted_) return {};
    rest_.erase(0, scan(rest_));
  }
  wanted_ = rest_.size() * 2;
  return outcome();
}

Result<void> JsonScanner::finish() {
  if (last_ == Step::bad || last_ == Step::stop) return outcome();
  final_ = true;
  scan(rest_);
  if (last_ == Step::done && expect_ != Expect::nothing) last_ = Step::bad;
  return outcome();
}

Result<void> scan_json(std::string_view text, JsonHandler& handler) {
  JsonScanner scanner(handler);
  PIPIT_TRY(scanner.feed(text));
  return scanner.finish();
}

}  // namespace pipit::base
