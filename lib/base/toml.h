// TOML 1.0: a value type for documents of others (lock files, projects, scripts), and how text is
// written into documents of our own.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace pipit::base {

/// A date, a time or both, as written ("1979-05-27T07:32:00Z"); checked to be valid.
struct TomlDateTime {
  std::string text;
};

class Toml {
 public:
  using Array = std::vector<Toml>;
  using Table = std::map<std::string, Toml, std::less<>>;

  Toml() : value_(Table()) {}
  template <class Value>
  Toml(Value value, std::uint32_t line) : value_(std::move(value)), line_(line) {}

  /// Null pointers when the value is of another kind: test, then use.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  const double* number() const { return std::get_if<double>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const TomlDateTime* date_time() const { return std::get_if<TomlDateTime>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Table* table() const { return std::get_if<Table>(&value_); }
  Array* array() { return std::get_if<Array>(&value_); }
  Table* table() { return std::get_if<Table>(&value_); }
  /// The member of a table; nullptr when there is none or this is not a table.
  const Toml* find(std::string_view key) const;
  /// "a string", "an array": for messages.
  std::string_view kind() const;
  /// The line of the value, from 1; for a table, of its first mention.
  std::uint32_t line() const { return line_; }

 private:
  std::variant<bool, std::int64_t, double, std::string, TomlDateTime, Array, Table> value_;
  std::uint32_t line_ = 0;
};

/// Parses one document, with or without a BOM. Code::parse names the line ("line 3: …") of what
/// TOML 1.0 does not allow, of nesting over 64 levels (dotted keys count, too), and of integers
/// beyond 64 bits. A text of more than `max_bytes` bytes is refused unread.
Result<Toml> parse_toml(std::string_view text, std::size_t max_bytes = 64u << 20);

/// Appends a basic string: quoted, on one line, escaped where needed.
void append_toml_string(std::string& out, std::string_view text);

}  // namespace pipit::base
