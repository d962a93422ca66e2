// JSON as it arrives: a scanner that is given a document in pieces of any size and tells what is in
// it. It keeps no more than one text or number that a piece ends within.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::base {

/// The deepest nesting that JsonScanner reads.
inline constexpr std::size_t kMaxJsonDepth = 64;
/// The longest text that it reads, in bytes.
inline constexpr std::size_t kMaxJsonText = 8'000'000;

/// The contents of a document, in order. Keys come before their value. A view is valid during the
/// call. A handler returns false to stop early.
class JsonHandler {
 public:
  virtual ~JsonHandler() = default;
  virtual bool begin(bool is_list) = 0;
  virtual bool end() = 0;
  virtual bool key(std::string_view text) = 0;
  virtual bool string(std::string_view text) = 0;
  /// "true", "false", "null" or a number in its shortest form ("1" for "01").
  virtual bool scalar(std::string_view text) = 0;
};

class JsonScanner {
 public:
  explicit JsonScanner(JsonHandler& handler) : handler_(handler) {}
  /// Code::parse when this can be no JSON document, or is nested deeper than kMaxJsonDepth. A
  /// document may begin with a byte order mark. Numbers may be written more freely than RFC 8259
  /// allows ("1.", "01").
  Result<void> feed(std::string_view bytes);
  /// To be called after the last bytes: the document must be complete.
  Result<void> finish();

 private:
  enum class Expect : std::uint8_t { value, first_item, first_key, key, colon, comma, nothing };
  enum class Step : std::uint8_t { done, cut, bad, stop };
  std::size_t scan(std::string_view text);
  Step step(std::string_view text, std::size_t& at);
  Step open(bool is_list);
  Step close();
  Step read_value(std::string_view text, std::size_t& at);
  Step read_literal(std::string_view text, std::size_t& at, std::string_view word);
  Step read_number(std::string_view text, std::size_t& at);
  Step read_string(std::string_view text, std::size_t& at, std::string_view& out);
  Step read_escape(std::string_view text, std::size_t& at);
  Step tell(bool goes_on) { return goes_on ? Step::done : Step::stop; }
  void end_value() { expect_ = depth_ == 0 ? Expect::nothing : Expect::comma; }
  bool in_list() const { return (lists_ >> (depth_ - 1) & 1) != 0; }
  Result<void> outcome() const;

  JsonHandler& handler_;
  std::string rest_;        // a token that is not complete
  std::size_t wanted_ = 0;  // bytes in rest_ from which it is looked at again
  std::string unescaped_;
  std::uint64_t lists_ = 0;  // a bit for each level: whether it is a list
  std::size_t depth_ = 0;
  std::size_t line_ = 1;  // of the first byte that was not read
  Expect expect_ = Expect::value;
  Step last_ = Step::done;
  bool begun_ = false, final_ = false, too_deep_ = false, too_long_ = false;
};

/// A document that is there as a whole: feed() and finish(), without a copy.
Result<void> scan_json(std::string_view text, JsonHandler& handler);

}  // namespace pipit::base
