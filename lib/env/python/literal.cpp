// Nothing is evaluated: the file is anybody's, and what it would do as a program is not asked. Flat
// on purpose, so that no input makes the reader deep; the callers limit how long a text may be.
#include "env/python/literal.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace pipit::env {

namespace {

constexpr std::size_t kMaxDigits = 18;  // fits 64 bits

class Reader {
 public:
  explicit Reader(std::string_view& text) : text_(text) {}

  bool take(std::string_view wanted) {
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(wanted.size());
    return true;
  }

  /// White space, line ends and comments, as within brackets.
  void skip() {
    while (!text_.empty()) {
      if (text_.front() == '#')
        text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
      else if (base::is_space(text_.front()))
        text_.remove_prefix(1);
      else
        return;
    }
  }

  /// One or more strings side by side.
  std::optional<std::string> string() {
    std::string out;
    bool any = false;
    while (!text_.empty() && (text_.front() == '\'' || text_.front() == '"')) {
      if (!add_string(out)) return std::nullopt;
      any = true;
      skip();
    }
    return any ? std::optional(std::move(out)) : std::nullopt;
  }

  std::optional<base::Json> value() {
    if (text_.empty()) return std::nullopt;
    if (text_.front() == '\'' || text_.front() == '"') {
      auto text = string();
      return text ? std::optional<base::Json>(std::move(*text)) : std::nullopt;
    }
    const bool negative = take("-");
    const std::size_t length = std::min(text_.find_first_not_of("0123456789"), text_.size());
    const std::string_view digits = text_.substr(0, length);
    if (length == 0 || length > kMaxDigits || (length > 1 && digits.front() == '0'))
      return std::nullopt;
    const auto number = static_cast<std::int64_t>(*base::parse_uint(digits));
    text_.remove_prefix(length);
    skip();
    return base::Json(negative ? -number : number);
  }

 private:
  bool add_string(std::string& out) {
    const char quote = text_.front();
    text_.remove_prefix(1);
    while (true) {
      std::size_t plain = 0;
      while (plain < text_.size() && text_[plain] != quote && text_[plain] != '\\' &&
             text_[plain] != '\n')
        ++plain;
      if (plain == text_.size() || text_[plain] == '\n') return false;
      out.append(text_.substr(0, plain));
      const char end = text_[plain];
      text_.remove_prefix(plain + 1);
      if (end == quote) return true;
      if (!add_escape(out)) return false;
    }
  }

  /// What follows a backslash.
  bool add_escape(std::string& out) {
    if (text_.empty()) return false;
    constexpr std::string_view kNames = "\\'\"abfnrtv", kMeanings = "\\'\"\a\b\f\n\r\t\v";
    const char name = text_.front();
    text_.remove_prefix(1);
    if (const std::size_t at = kNames.find(name); at != std::string_view::npos) {
      out += kMeanings[at];
      return true;
    }
    const std::size_t length = name == 'x' ? 2 : name == 'u' ? 4 : name == 'U' ? 8 : 0;
    if (length == 0 || text_.size() < length) return false;
    const auto code = base::parse_hex(text_.substr(0, length));
    if (!code || *code > 0x10ffff) return false;
    text_.remove_prefix(length);
    base::append_utf8(out, static_cast<std::uint32_t>(*code));
    return true;
  }

  std::string_view& text_;
};

}  // namespace

std::optional<base::Json::Object> read_dictionary(std::string_view& text,
                                                  std::span<const std::string_view> wanted) {
  Reader reader(text);
  base::Json::Object out;
  if (!reader.take("{")) return std::nullopt;
  while (true) {
    reader.skip();
    if (reader.take("}")) return out;
    auto key = reader.string();
    if (!key || !reader.take(":")) return std::nullopt;
    reader.skip();
    auto value = reader.value();
    if (!value) return std::nullopt;
    if (wanted.empty() || std::ranges::find(wanted, *key) != wanted.end())
      out.insert_or_assign(std::move(*key), std::move(*value));
    if (reader.take(",")) continue;
    if (reader.take("}")) return out;
    return std::nullopt;
  }
}

std::optional<base::Json::Object> read_sysconfigdata(std::string_view text,
                                                     std::span<const std::string_view> wanted) {
  Reader reader(text);
  reader.skip();
  if (!reader.take("build_time_vars")) return std::nullopt;
  reader.skip();
  if (!reader.take("=")) return std::nullopt;
  reader.skip();
  auto variables = read_dictionary(text, wanted);
  reader.skip();
  return text.empty() ? std::move(variables) : std::nullopt;
}

}  // namespace pipit::env
