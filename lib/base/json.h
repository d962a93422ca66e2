// JSON: a small value type for documents of our own (json_scan.h reads what is too big to keep).
// picojson parses; no other unit sees it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace pipit::base {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, std::less<>>;  // sorted: output is byte-stable

  Json() = default;  // null
  Json(bool value) : value_(value) {}
  Json(std::int64_t value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(double value) : value_(value) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  /// Null pointers when the value is of another kind: test, then use.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  /// A number that is not a 64-bit integer.
  const double* number() const { return std::get_if<double>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  Array* array() { return std::get_if<Array>(&value_); }
  Object* object() { return std::get_if<Object>(&value_); }
  /// The member of an object; nullptr when there is none or this is not an object.
  const Json* find(std::string_view key) const;
  /// The string member `key`, "" when absent or of another kind.
  std::string_view text(std::string_view key) const;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

/// Numbers may be written more freely than RFC 8259 allows ("1.", "01").
/// Code::parse on anything but one JSON document, nesting over 64, or more than `max_bytes` bytes
/// of text.
Result<Json> parse_json(std::string_view text, std::size_t max_bytes = 64u << 20);
/// Compact when indent is 0. Escapes as RFC 8259 asks; non-ASCII stays UTF-8.
std::string to_json(const Json& value, int indent = 0);
/// Appends the fewest digits that give the same number, with a sign that it is not an integer.
void append_json_number(std::string& out, double number);
/// Appends a quoted, escaped string.
void append_json_string(std::string& out, std::string_view text);

}  // namespace pipit::base
