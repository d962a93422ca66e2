// What the scanner tells, as the document it tells of: to be compared with what parse_json() makes.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/json_scan.h"

namespace pipit::base {

class JsonTree final : public JsonHandler {
 public:
  /// The document as text; numbers are told as text, and kept so.
  std::string str() const { return text_; }
  bool begin(bool is_list) override {
    open(is_list ? "[" : "{");
    closing_.push_back(is_list ? ']' : '}');
    return true;
  }
  bool end() override {
    text_ += closing_.back();
    closing_.pop_back();
    return true;
  }
  bool key(std::string_view text) override {
    quoted(text);
    text_ += ':';
    return true;
  }
  bool string(std::string_view text) override {
    quoted(text);
    return true;
  }
  bool scalar(std::string_view text) override {
    open(text);
    return true;
  }

 private:
  void open(std::string_view text) {
    if (!text_.empty() && !std::string_view("[{:").contains(text_.back())) text_ += ',';
    text_ += text;
  }
  void quoted(std::string_view text) {
    open("");
    append_json_string(text_, text);
  }
  std::string text_, closing_;
};

/// What the scanner makes of a text that comes in pieces of `piece` bytes (0: whole): the document,
/// or the error's message.
inline Result<std::string> scanned(std::string_view text, std::size_t piece = 0) {
  JsonTree tree;
  JsonScanner scanner(tree);
  if (piece == 0) piece = text.size() + 1;
  for (std::size_t at = 0; at < text.size(); at += piece)
    PIPIT_TRY(scanner.feed(text.substr(at, piece)));
  PIPIT_TRY(scanner.finish());
  return tree.str();
}

/// The same by parse_json(): "" when it cannot be compared.
inline Result<std::string> parsed(std::string_view text) {
  PIPIT_TRY(const Json json, parse_json(text));
  return to_json(json);
}

}  // namespace pipit::base
