// The parser of a format reads all the members it knows, then checks once whether one was wrong.
#include "pep/toml_fields.h"

#include "base/text.h"

namespace pipit::pep {

std::string TomlFields::text(std::string_view key) {
  const base::Toml* value = table_.find(key);
  if (!value) return {};
  if (const std::string* text = value->string()) return *text;
  refuse_kind(key, *value, "a string");
  return {};
}

std::string TomlFields::required_text(std::string_view key) {
  if (!has(key)) refuse(cat(key, " is missing"));
  std::string found = text(key);
  if (found.empty()) refuse_member(key, "is empty");
  return found;
}

std::vector<std::string> TomlFields::texts(std::string_view key) {
  std::vector<std::string> out;
  const base::Toml* value = table_.find(key);
  if (!value) return out;
  if (!value->array()) {
    refuse_kind(key, *value, "an array of strings");
    return out;
  }
  for (const base::Toml& item : *value->array()) {
    if (const std::string* text = item.string())
      out.push_back(*text);
    else
      refuse_kind(key, item, "a string");
  }
  return out;
}

bool TomlFields::flag(std::string_view key) {
  const base::Toml* value = table_.find(key);
  if (!value) return false;
  if (const bool* boolean = value->boolean()) return *boolean;
  refuse_kind(key, *value, "a boolean");
  return false;
}

std::optional<std::uint64_t> TomlFields::size(std::string_view key) {
  const base::Toml* value = table_.find(key);
  if (!value) return std::nullopt;
  if (const std::int64_t* integer = value->integer(); integer && *integer >= 0)
    return static_cast<std::uint64_t>(*integer);
  refuse_kind(key, *value, "a size in bytes");
  return std::nullopt;
}

std::string TomlFields::date_time(std::string_view key) {
  const base::Toml* value = table_.find(key);
  if (!value) return {};
  if (const base::TomlDateTime* time = value->date_time()) return time->text;
  refuse_kind(key, *value, "a date and time");
  return {};
}

const base::Toml* TomlFields::table(std::string_view key) {
  const base::Toml* value = table_.find(key);
  if (!value || value->table()) return value;
  refuse_kind(key, *value, "a table");
  return nullptr;
}

std::vector<const base::Toml*> TomlFields::tables(std::string_view key) {
  std::vector<const base::Toml*> out;
  const base::Toml* value = table_.find(key);
  if (!value) return out;
  if (!value->array()) {
    refuse_kind(key, *value, "an array of tables");
    return out;
  }
  for (const base::Toml& item : *value->array()) {
    if (item.table())
      out.push_back(&item);
    else
      refuse_kind(key, item, "a table");
  }
  return out;
}

void TomlFields::refuse(std::uint32_t line, std::string_view what) {
  if (!error_) error_ = Error{Code::parse, std::string(what)}.in(where_).at_line(line);
}

void TomlFields::refuse(Error error) {
  if (!error_) error_ = std::move(error);
}

void TomlFields::refuse_member(std::string_view key, std::string_view what) {
  const base::Toml* value = table_.find(key);
  refuse(value ? value->line() : table_.line(), cat(key, ": ", what));
}

void TomlFields::refuse_kind(std::string_view key, const base::Toml& value,
                             std::string_view wanted) {
  refuse(value.line(), cat(key, " must be ", wanted, ", not ", value.kind()));
}

Result<void> TomlFields::done() const {
  if (error_) return fail(*error_);
  return {};
}

}  // namespace pipit::pep
