// Text that several own, wherever it lies: a string, or a file in memory.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pipit::base {

struct SharedText {
  std::shared_ptr<const void> owner;
  std::string_view text;  // lives as long as `owner`
  bool is_mapped = false;  // all of a file, in pages of the system

  SharedText() = default;
  SharedText(std::shared_ptr<const void> keeper, std::string_view content)
      : owner(std::move(keeper)), text(content) {}
  explicit SharedText(std::string content) {
    auto held = std::make_shared<const std::string>(std::move(content));
    text = *held;
    owner = std::move(held);
  }
  /// A part of it, which keeps the whole.
  SharedText part(std::string_view of_text) const { return {owner, of_text}; }
};

}  // namespace pipit::base
