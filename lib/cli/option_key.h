// How the code names an option: by a key that the compiler looks up in the table. What has no row
// does not compile, and neither does a flag that is asked for its value.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "cli/option_table.h"

namespace pipit::cli {

/// A row of the table.
class OptionKey {
 public:
  /// `option`: one of kOptions, as find_option() gives it.
  explicit constexpr OptionKey(const Option& option)
      : row_(static_cast<std::uint8_t>(&option - std::begin(kOptions))) {}
  constexpr const Option& row() const { return kOptions[row_]; }
  constexpr std::string_view name() const { return row().name; }
  friend constexpr auto operator<=>(OptionKey, OptionKey) = default;

 private:
  std::uint8_t row_;
};
static_assert(std::size(kOptions) <= 256);

/// Never defined: a constant expression that would call it is an error, which names it.
void the_table_has_no_such_option();
void the_option_takes_something_else();

/// The option of this long name.
consteval OptionKey opt(std::string_view name) {
  for (const Option& option : kOptions)
    if (option.name == name) return OptionKey(option);
  the_table_has_no_such_option();
  return OptionKey(kOptions[0]);
}

/// An option of one kind; made of opt("name") where a function takes it.
template <Takes kTakes>
class KeyOf {
 public:
  consteval KeyOf(OptionKey key) : key_(key) {
    if (key.row().takes != kTakes) the_option_takes_something_else();
  }
  constexpr operator OptionKey() const { return key_; }
  constexpr std::string_view name() const { return key_.name(); }

 private:
  OptionKey key_;
};
using FlagKey = KeyOf<Takes::nothing>;
using ValueKey = KeyOf<Takes::value>;
using ListKey = KeyOf<Takes::values>;

}  // namespace pipit::cli
