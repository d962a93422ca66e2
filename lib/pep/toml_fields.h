// Members of a TOML table by kind, for parsers of formats. The first error is remembered, so a
// parser reads all members it knows and checks for an error once.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/toml.h"

namespace pipit::pep {

class TomlFields {
 public:
  /// `where`: the table's name in messages ("packages.sdist"; "" for the document). Both must
  /// outlive this.
  TomlFields(const base::Toml& table, std::string where)
      : table_(table), where_(std::move(where)) {}

  bool has(std::string_view key) const { return table_.find(key) != nullptr; }
  /// A member of the wrong kind is an error. An absent one gives "", 0 elements or false.
  std::string text(std::string_view key);
  std::string required_text(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  bool flag(std::string_view key);
  std::optional<std::uint64_t> size(std::string_view key);
  std::string date_time(std::string_view key);
  const base::Toml* table(std::string_view key);
  /// The elements, all of them tables.
  std::vector<const base::Toml*> tables(std::string_view key);

  /// The error "line 4: packages: `what`"; only the first one is kept.
  void refuse(std::uint32_t line, std::string_view what);
  void refuse(std::string_view what) { refuse(table_.line(), what); }
  /// The error of a part, unchanged.
  void refuse(Error error);
  /// The value, or its error as one of this table's member `key`.
  template <class Value>
  Value take(std::string_view key, Result<Value> value) {
    if (value) return std::move(*value);
    refuse_member(key, value.error().message);
    return Value();
  }
  Result<void> done() const;
  const std::string& where() const { return where_; }
  std::uint32_t line() const { return table_.line(); }

 private:
  void refuse_member(std::string_view key, std::string_view what);
  void refuse_kind(std::string_view key, const base::Toml& value, std::string_view wanted);
  const base::Toml& table_;
  std::string where_;
  std::optional<Error> error_;
};

}  // namespace pipit::pep
