// TOML 1.0, parsed in one pass by descent. The hard part of TOML is not its syntax but the rules
// for adding to a table that already exists. So every table and array remembers how it was made:
//
//   implied    [a.b] implies a: a header [a] may still follow, once
//   header     [a], or an element of [[a]]: no second header; keys come from its own lines alone
//   dotted     a.b = 1 makes a: more dotted keys may add to it, headers only below it
//   closed     written as a value, {…} or […]: complete as it stands
//   list       the array that [[a]] makes: [[a]] appends, [a.b] looks into its last element
//
// A library would do (the unit tests compare with one), but its parser costs more than 80 kB of
// code; this one is a third of that. Recursion happens only at arrays and inline tables and is
// counted, as are the steps of dotted keys: the value's destructor recurses as deep as the value
// is.
#include "base/toml.h"

#include <utility>

#include "base/text.h"
#include "base/toml_scalar.h"

namespace pipit::base {
namespace {

constexpr std::size_t kMaxTomlDepth = 64;

enum class TomlForm : std::uint8_t { implied, header, dotted, closed, list };

class TomlReader {
 public:
  explicit TomlReader(std::string_view text) : text_(text) {}

  Result<Toml> document() {
    Toml root(Toml::Table(), 1);
    root_ = &root;
    enter(root, 0);
    for (;;) {
      skip_blanks();
      if (at_end()) break;
      if (peek() == '[') {
        PIPIT_TRY(header());
      } else if (!at_line_end()) {
        PIPIT_TRY(key_and_value(*section_, section_depth_));
      }
      PIPIT_TRY(line_end());
    }
    return root;
  }

 private:
  using Key = std::vector<std::string>;

  // --- tables ----------------------------------------------------------------------------------

  TomlForm form_of(const Toml& value) const {
    const auto known = forms_.find(&value);
    return known == forms_.end() ? TomlForm::closed : known->second;
  }
  void enter(Toml& section, std::size_t depth) {
    section_ = &section;
    section_depth_ = depth;
  }

  /// "[a.b]" or "[[a.b]]".
  Result<void> header() {
    ++at_;
    const bool list = peek() == '[';
    if (list) ++at_;
    PIPIT_TRY(const Key key, key_path());
    if (peek() != ']') return wrong("expected ] after the table's name");
    ++at_;
    if (list && peek() != ']') return wrong("expected ]] after the table's name");
    if (list) ++at_;
    Toml* table = root_;
    for (std::size_t i = 0; i + 1 < key.size(); ++i) {
      PIPIT_TRY(table, step(*table, key[i], TomlForm::implied));
    }
    if (key.size() + (list ? 1 : 0) > kMaxTomlDepth) return too_deep();
    PIPIT_TRY(Toml * section,
              list ? append_element(*table, key.back()) : open_table(*table, key.back()));
    enter(*section, key.size() + (list ? 1 : 0));
    return {};
  }

  /// The table `name` inside `table`, made if it does not exist. `form` is that of a table made
  /// here; a dotted key only enters tables that dotted keys made.
  Result<Toml*> step(Toml& table, const std::string& name, TomlForm form) {
    const auto [place, fresh] = table.table()->try_emplace(name, Toml::Table(), line_);
    Toml* inner = &place->second;
    if (fresh) forms_[inner] = form;
    const TomlForm found = form_of(*inner);
    if (found == TomlForm::closed || (form == TomlForm::dotted && found != TomlForm::dotted))
      return wrong(cat(printable(name), " is complete and cannot be added to"));
    return found == TomlForm::list ? &inner->array()->back() : inner;
  }

  Result<Toml*> open_table(Toml& table, const std::string& name) {
    const auto [place, fresh] = table.table()->try_emplace(name, Toml::Table(), line_);
    Toml* inner = &place->second;
    if (!fresh && form_of(*inner) != TomlForm::implied)
      return wrong(cat(printable(name), " is defined twice"));
    forms_[inner] = TomlForm::header;
    return inner;
  }

  Result<Toml*> append_element(Toml& table, const std::string& name) {
    const auto [place, fresh] = table.table()->try_emplace(name, Toml::Array(), line_);
    Toml* list = &place->second;
    if (fresh) forms_[list] = TomlForm::list;
    if (form_of(*list) != TomlForm::list) return wrong(cat(printable(name), " is defined twice"));
    grow(*list);
    Toml* element = &list->array()->emplace_back(Toml::Table(), line_);
    forms_[element] = TomlForm::header;
    return element;
  }

  /// Elements move when their array grows, and their form moves along. The tables inside them do
  /// not move, as maps keep their nodes.
  void grow(Toml& list) {
    Toml::Array& elements = *list.array();
    if (elements.size() < elements.capacity()) return;
    for (const Toml& element : elements) forms_.erase(&element);
    elements.reserve(elements.size() * 2 + 1);
    for (const Toml& element : elements) forms_[&element] = TomlForm::header;
  }

  // --- keys and values -------------------------------------------------------------------------

  /// "a.b = value" into a table that lies `depth` levels deep.
  Result<void> key_and_value(Toml& table, std::size_t depth) {
    PIPIT_TRY(const Key key, key_path());
    if (peek() != '=') return wrong("expected = after a key");
    ++at_;
    skip_blanks();
    if (depth + key.size() > kMaxTomlDepth) return too_deep();
    Toml* inner = &table;
    for (std::size_t i = 0; i + 1 < key.size(); ++i) {
      PIPIT_TRY(inner, step(*inner, key[i], TomlForm::dotted));
    }
    if (inner->table()->contains(key.back()))
      return wrong(cat(printable(key.back()), " is defined twice"));
    PIPIT_TRY(Toml made, value(depth + key.size()));
    inner->table()->emplace(key.back(), std::move(made));
    return {};
  }

  /// Stops at the first character that is neither blank nor part of it.
  Result<Key> key_path() {
    Key key;
    for (;;) {
      skip_blanks();
      PIPIT_TRY(std::string part, key_part());
      key.push_back(std::move(part));
      if (key.size() > kMaxTomlDepth) return too_deep();
      skip_blanks();
      if (peek() != '.') return key;
      ++at_;
    }
  }

  Result<std::string> key_part() {
    if (peek() == '"' || peek() == '\'') {
      if (text_.substr(at_, 3) == "\"\"\"" || text_.substr(at_, 3) == "'''")
        return wrong("a key cannot be a string of several lines");
      return string();
    }
    const std::size_t begin = at_;
    while (!at_end() && (is_alnum(peek()) || peek() == '_' || peek() == '-')) ++at_;
    if (at_ == begin) return wrong("expected a key");
    return std::string(text_.substr(begin, at_ - begin));
  }

  Result<Toml> value(std::size_t depth) {
    const std::uint32_t line = line_;
    if (peek() == '"' || peek() == '\'') {
      PIPIT_TRY(std::string text, string());
      return Toml(std::move(text), line);
    }
    if (peek() == '[') return array(depth + 1);
    if (peek() == '{') return inline_table(depth + 1);
    return scalar();
  }

  Result<Toml> array(std::size_t depth) {
    if (depth > kMaxTomlDepth) return too_deep();
    Toml out(Toml::Array(), line_);
    ++at_;
    for (;;) {
      PIPIT_TRY(skip_lines());
      if (peek() == ']') break;
      PIPIT_TRY(Toml item, value(depth));
      out.array()->push_back(std::move(item));
      PIPIT_TRY(skip_lines());
      if (peek() == ']') break;
      if (peek() != ',') return wrong("expected , or ] in an array");
      ++at_;
    }
    ++at_;
    return out;
  }

  /// A line end is not allowed inside, nor a comma before the brace.
  Result<Toml> inline_table(std::size_t depth) {
    if (depth > kMaxTomlDepth) return too_deep();
    Toml out(Toml::Table(), line_);
    ++at_;
    skip_blanks();
    if (peek() == '}') {
      ++at_;
      return out;
    }
    for (;;) {
      PIPIT_TRY(key_and_value(out, depth));
      skip_blanks();
      if (peek() == '}') break;
      if (peek() != ',') return wrong("expected , or } in an inline table");
      ++at_;
    }
    ++at_;
    return out;
  }

  Result<std::string> string() {
    TomlString scan = scan_toml_string(text_, at_);
    line_ += scan.lines;
    at_ = scan.end;
    if (!scan.error.empty()) return wrong(scan.error);
    return std::move(scan.text);
  }

  /// A number, a boolean, a date: everything up to a separator.
  Result<Toml> scalar() {
    const std::size_t begin = at_;
    const auto run = [&] {
      while (!at_end() && (is_alnum(peek()) || std::string_view("_+-.:").contains(peek()))) ++at_;
    };
    run();
    // One blank may separate a date and a time.
    if (at_ - begin == 10 && text_[begin + 4] == '-' && peek() == ' ' && at_ + 1 < text_.size() &&
        is_digit(text_[at_ + 1])) {
      ++at_;
      run();
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "true" || word == "false") return Toml(word == "true", line_);
    if (const auto integer = toml_integer(word)) return Toml(*integer, line_);
    if (const auto number = toml_float(word)) return Toml(*number, line_);
    if (is_toml_date_time(word)) return Toml(TomlDateTime{std::string(word)}, line_);
    if (word.empty()) return wrong("expected a value");
    return wrong(cat("not a value: ", printable(word.substr(0, 40))));
  }

  // --- between the words -----------------------------------------------------------------------

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool at_line_end() const {
    return at_end() || peek() == '\n' || peek() == '#' || text_.substr(at_, 2) == "\r\n";
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }

  /// A comment, if there is one, and the end of the line or of the text.
  Result<void> line_end() {
    skip_blanks();
    if (!at_line_end()) return wrong("expected the end of the line");
    if (peek() == '#') {
      while (!at_end() && peek() != '\n' && text_.substr(at_, 2) != "\r\n") {
        if (is_toml_control(peek())) return wrong("a control character in a comment");
        ++at_;
      }
    }
    if (at_end()) return {};
    if (peek() == '\r') ++at_;
    ++at_;
    ++line_;
    return {};
  }

  /// Blanks, comments and line ends: what may separate the items of an array.
  Result<void> skip_lines() {
    for (;;) {
      skip_blanks();
      if (at_end() || !at_line_end()) return {};
      PIPIT_TRY(line_end());
    }
  }

  std::unexpected<Error> wrong(std::string_view what) const {
    return fail_at_line(line_, Code::parse, std::string(what));
  }
  std::unexpected<Error> too_deep() const {
    return wrong(cat("nested deeper than ", kMaxTomlDepth, " levels"));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  Toml* root_ = nullptr;
  Toml* section_ = nullptr;  // where keys go
  std::size_t section_depth_ = 0;
  /// Tables and arrays that may still grow; all others are closed.
  std::map<const Toml*, TomlForm> forms_;
};

}  // namespace

const Toml* Toml::find(std::string_view key) const {
  const Table* members = table();
  if (!members) return nullptr;
  const auto found = members->find(key);
  return found == members->end() ? nullptr : &found->second;
}

std::string_view Toml::kind() const {
  constexpr std::string_view kKinds[] = {"a boolean",      "an integer", "a number", "a string",
                                         "a date or time", "an array",   "a table"};
  return kKinds[value_.index()];
}

Result<Toml> parse_toml(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes)
    return fail_at_line(1, Code::parse, cat("TOML larger than ", format_bytes(max_bytes)));
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!is_utf8(text)) return fail_at_line(1, Code::parse, "TOML that is not UTF-8");
  return TomlReader(text).document();
}

void append_toml_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\')
      out.append(1, '\\').push_back(c);
    else if (byte < 0x20 || byte == 0x7f)
      out.append("\\u00").append(hex({&byte, 1}));
    else
      out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace pipit::base
