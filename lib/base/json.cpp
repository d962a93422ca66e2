// JSON with picojson. The library's grammar walks the text and calls a context; we bring one of our
// own that builds Json values, so that its value type, its unbounded recursion and its exceptions
// are not used. Depth is counted here: the walk recurses once per level, and 64 levels are more
// than any document of ours has.
#include "base/json.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include "base/json_scan.h"
#include "base/text.h"
#include "third_party/picojson.hpp"

namespace pipit::base {
namespace {

using JsonInput = picojson::input<const char*>;

/// The depth of the walk, and whether it ended for that.
struct WalkState {
  std::size_t depth = 0;
  bool too_deep = false;

  bool enter() {
    too_deep = too_deep || depth >= kMaxJsonDepth;
    ++depth;
    return !too_deep;
  }
  bool leave() {
    --depth;
    return true;
  }
};

/// Context of picojson::_parse that fills `target`.
class BuildContext {
 public:
  BuildContext(Json& target, WalkState& state) : target_(target), state_(state) {}

  bool set_null() { return put(Json()); }
  bool set_bool(bool value) { return put(Json(value)); }
  bool set_int64(std::int64_t value) { return put(Json(value)); }
  bool set_number(double value) { return put(Json(value)); }
  bool parse_string(JsonInput& in) {
    std::string text;
    return picojson::_parse_string(text, in) && put(Json(std::move(text)));
  }
  bool parse_array_start() { return state_.enter() && put(Json(Json::Array())); }
  bool parse_array_item(JsonInput& in, std::size_t) {
    BuildContext item(target_.array()->emplace_back(), state_);
    return picojson::_parse(item, in);
  }
  bool parse_array_stop(std::size_t) { return state_.leave(); }
  bool parse_object_start() { return state_.enter() && put(Json(Json::Object())); }
  bool parse_object_item(JsonInput& in, std::string& key) {
    BuildContext item((*target_.object())[std::move(key)],
                      state_);  // of equal keys the last one wins
    return picojson::_parse(item, in);
  }
  bool parse_object_stop() { return state_.leave(); }

 private:
  bool put(Json value) {
    target_ = std::move(value);
    return true;
  }
  Json& target_;
  WalkState& state_;
};

/// Walks exactly one document. The library may throw (out of memory): here that becomes an error.
Result<void> walk_json(std::string_view text, BuildContext& context, const WalkState& state) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  JsonInput in(text.data(), text.data() + text.size());
  try {
    bool good = picojson::_parse(context, in);
    if (state.too_deep)
      return fail(Code::parse, cat("JSON nested deeper than ", kMaxJsonDepth, " levels"));
    if (good) in.skip_ws();
    good = good && in.cur() == text.data() + text.size();
    if (good) return {};
  } catch (const std::exception& error) {
    return fail(Code::parse, cat("JSON: ", error.what()));
  }
  return fail(Code::parse, cat("not valid JSON at line ", in.line()));
}

void append_break(std::string& out, int indent, std::size_t level) {
  if (indent <= 0) return;
  out.push_back('\n');
  out.append(static_cast<std::size_t>(indent) * level, ' ');
}

void append_json(std::string& out, const Json& value, int indent, std::size_t level);

void append_array(std::string& out, const Json::Array& array, int indent, std::size_t level) {
  out.push_back('[');
  bool first = true;
  for (const Json& item : array) {
    if (!first) out.push_back(',');
    first = false;
    append_break(out, indent, level + 1);
    append_json(out, item, indent, level + 1);
  }
  if (!first) append_break(out, indent, level);
  out.push_back(']');
}

void append_object(std::string& out, const Json::Object& object, int indent, std::size_t level) {
  out.push_back('{');
  bool first = true;
  for (const auto& [key, item] : object) {
    if (!first) out.push_back(',');
    first = false;
    append_break(out, indent, level + 1);
    append_json_string(out, key);
    out.append(indent > 0 ? ": " : ":");
    append_json(out, item, indent, level + 1);
  }
  if (!first) append_break(out, indent, level);
  out.push_back('}');
}

void append_json(std::string& out, const Json& value, int indent, std::size_t level) {
  if (const bool* boolean = value.boolean()) {
    out.append(*boolean ? "true" : "false");
  } else if (const std::int64_t* integer = value.integer()) {
    out.append(cat(*integer));
  } else if (const double* number = value.number(); number && std::isfinite(*number)) {
    append_json_number(out, *number);
  } else if (const std::string* string = value.string()) {
    append_json_string(out, *string);
  } else if (const Json::Array* array = value.array()) {
    append_array(out, *array, indent, level);
  } else if (const Json::Object* object = value.object()) {
    append_object(out, *object, indent, level);
  } else {
    out.append("null");  // also for infinities, which JSON does not have
  }
}

/// Bytes of the well-formed UTF-8 sequence at the start, 0 when there is none.
std::size_t utf8_sequence_length(std::string_view text) {
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

void append_json_control(std::string& out, char c) {
  switch (c) {
    case '\b':
      out.append("\\b");
      return;
    case '\f':
      out.append("\\f");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      break;
  }
  const auto byte = static_cast<std::uint8_t>(c);
  out.append("\\u00").append(hex(std::span(&byte, 1)));
}

}  // namespace

/// By printf, which is in every program: std::to_chars brings tables of 100 kB.
void append_json_number(std::string& out, double number) {
  char digits[40];
  int length = 0;
  for (int precision = 15; precision <= 17; ++precision) {
    length = std::snprintf(digits, sizeof digits, "%.*g", precision, number);
    if (std::strtod(digits, nullptr) == number) break;
  }
  const std::string_view text(digits, static_cast<std::size_t>(length));
  out.append(text);
  if (text.find_first_not_of("-0123456789") == std::string_view::npos) out.append(".0");
}

const Json* Json::find(std::string_view key) const {
  const Object* members = object();
  if (!members) return nullptr;
  const auto found = members->find(key);
  return found == members->end() ? nullptr : &found->second;
}

std::string_view Json::text(std::string_view key) const {
  const Json* member = find(key);
  const std::string* value = member ? member->string() : nullptr;
  return value ? std::string_view(*value) : std::string_view();
}

Result<Json> parse_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes)
    return fail(Code::parse, cat("JSON larger than ", format_bytes(max_bytes)));
  if (!is_utf8(text)) return fail(Code::parse, "JSON that is not UTF-8");
  Json document;
  WalkState state;
  BuildContext context(document, state);
  PIPIT_TRY(walk_json(text, context, state));
  return document;
}

std::string to_json(const Json& value, int indent) {
  std::string out;
  append_json(out, value, indent, 0);
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const char c = text.front();
    std::size_t taken = 1;
    if (static_cast<unsigned char>(c) >= 0x80) {
      taken = utf8_sequence_length(text);
      out.append(taken > 0 ? text.substr(0, taken) : std::string_view("\xef\xbf\xbd"));
      if (taken == 0) taken = 1;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      append_json_control(out, c);
    } else {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    text.remove_prefix(taken);
  }
  out.push_back('"');
}

}  // namespace pipit::base
