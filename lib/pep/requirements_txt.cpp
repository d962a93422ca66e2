// requirements.txt, as pip reads it: a line is a requirement with options after it, or options.
//
// Anything unknown is an error that names the line: silently ignoring an option (an index, a hash)
// would install something other than requested. Variables may have brought passwords into the text,
// so every message goes through redact_text.
#include "pep/requirements_txt.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/hash_spec.h"
#include "base/redact.h"
#include "base/shell_words.h"
#include "base/text.h"
#include "base/url.h"
#include "pep/requirement_argument.h"
#include "pep/requirements_decode.h"
#include "pep/requirements_lines.h"

namespace pipit::pep {
namespace {

constexpr std::size_t kMaxRequirementsFile = 64u << 20;

enum class OptionKind { flag, value, include, constraint, editable, hash, setting };
struct OptionSpelling {
  std::string_view name;
  char letter;
  OptionKind kind;
  std::string_view meaning;
};
constexpr std::array<OptionSpelling, 22> kFileOptions = {
    {{"index-url", 'i', OptionKind::value, ""},
     {"pypi-url", 0, OptionKind::value, "index-url"},
     {"extra-index-url", 0, OptionKind::value, ""},
     {"no-index", 0, OptionKind::flag, ""},
     {kFindLinks, 'f', OptionKind::value, ""},
     {"no-binary", 0, OptionKind::value, ""},
     {"only-binary", 0, OptionKind::value, ""},
     {"prefer-binary", 0, OptionKind::flag, ""},
     {"require-hashes", 0, OptionKind::flag, ""},
     {"no-require-hashes", 0, OptionKind::flag, ""},
     {"pre", 0, OptionKind::flag, ""},
     {"all-releases", 0, OptionKind::value, ""},
     {"only-final", 0, OptionKind::value, ""},
     {"trusted-host", 0, OptionKind::value, ""},
     {"use-feature", 0, OptionKind::value, ""},
     {"requirement", 'r', OptionKind::include, ""},
     {"requirements", 0, OptionKind::include, ""},
     {"constraint", 'c', OptionKind::constraint, ""},
     {"constraints", 0, OptionKind::constraint, ""},
     {"editable", 'e', OptionKind::editable, ""},
     {"hash", 0, OptionKind::hash, ""},
     {"config-settings", 'C', OptionKind::setting, ""}}};

struct GivenOption {
  const OptionSpelling* spelling = nullptr;
  std::string value;
  std::string_view name() const {
    return spelling->meaning.empty() ? spelling->name : spelling->meaning;
  }
};

bool is_blank_char(char c) { return c == ' ' || c == '\t'; }

// Finds it by its whole name or, as in pip, by a prefix that only one option has.
const OptionSpelling* find_long_option(std::string_view name) {
  const OptionSpelling* found = nullptr;
  for (const OptionSpelling& option : kFileOptions) {
    if (option.name == name) return &option;
    // "requirements" and "constraints", which pip does not have, make nothing ambiguous.
    if (name.empty() || !option.name.starts_with(name) || option.name.ends_with("ts")) continue;
    if (found) return nullptr;
    found = &option;
  }
  return found;
}

const OptionSpelling* find_short_option(char letter) {
  const auto found = std::ranges::find(kFileOptions, letter, &OptionSpelling::letter);
  return found == kFileOptions.end() || letter == 0 ? nullptr : &*found;
}

// Reads the option at words[at] and its value, joined ("--a=b", "-ab") or the next word; moves `at`
// behind both.
Result<GivenOption> read_option(const std::vector<std::string>& words, std::size_t& at) {
  const std::string_view word = words[at++];
  GivenOption option;
  std::optional<std::string> joined;
  if (word.starts_with("--")) {
    const auto parts = base::split_once(word.substr(2), '=');
    option.spelling = find_long_option(parts ? parts->first : word.substr(2));
    if (parts) joined = std::string(parts->second);
  } else if (word.size() > 1 && word.front() == '-') {
    option.spelling = find_short_option(word[1]);
    if (word.size() > 2) joined = std::string(word.substr(word[2] == '=' ? 3 : 2));
  }
  if (!option.spelling)
    return fail(Code::parse,
                cat("unknown option '", base::printable(word.substr(0, word.find('='))), "'"));
  if (option.spelling->kind == OptionKind::flag) {
    if (joined) return fail(Code::parse, cat("--", option.spelling->name, " takes no value"));
    return option;
  }
  if (!joined && at < words.size()) joined = words[at++];
  if (!joined || joined->empty())
    return fail(Code::parse, cat("--", option.spelling->name, " needs a value"));
  option.value = std::move(*joined);
  return option;
}

Result<std::vector<GivenOption>> read_options(std::string_view text) {
  const std::optional<std::vector<std::string>> words = base::shell_words(text);
  if (!words) return fail(Code::parse, "a quote is not closed, or a backslash ends the line");
  std::vector<GivenOption> options;
  for (std::size_t at = 0; at < words->size();) {
    PIPIT_TRY(GivenOption option, read_option(*words, at));
    options.push_back(std::move(option));
  }
  return options;
}

// The position of the first word that begins with "-".
std::size_t options_begin(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '-' && (at == 0 || is_blank_char(text[at - 1]))) return at;
  }
  return text.size();
}

// Weak digests are refused, as pip does.
Result<base::HashSpec> read_hash(std::string_view text) {
  const std::optional<base::HashSpec> hash = base::parse_hash_spec(text);
  if (!hash) return fail(Code::parse, cat("invalid hash '", base::printable(text), "'"));
  if (hash->algorithm != "sha256" && hash->algorithm != "sha384" && hash->algorithm != "sha512") {
    return fail(Code::parse,
                cat("hash '", hash->algorithm, "' is not allowed: use sha256, sha384 or sha512"));
  }
  return *hash;
}

Result<void> apply_requirement_option(const GivenOption& option, RequirementLine& line) {
  if (option.spelling->kind == OptionKind::hash) {
    PIPIT_TRY(base::HashSpec hash, read_hash(option.value));
    line.hashes.push_back(std::move(hash));
    return {};
  }
  if (option.spelling->kind != OptionKind::setting)
    return fail(Code::parse, cat("--", option.spelling->name, " must stand on a line of its own"));
  const auto setting = base::split_once(option.value, '=');
  if (!setting) return fail(Code::parse, "--config-settings needs KEY=VALUE");
  line.config_settings.emplace_back(setting->first, setting->second);
  return {};
}

Result<RequirementLine> read_requirement_line(std::string_view text) {
  const std::size_t begin = options_begin(text);
  PIPIT_TRY(RequirementLine line, parse_requirement_argument(text.substr(0, begin)));
  PIPIT_TRY(std::vector<GivenOption> options, read_options(text.substr(begin)));
  for (const GivenOption& option : options) PIPIT_TRY(apply_requirement_option(option, line));
  return line;
}

// The text after "-e", "-e=", "--editable" or "--editable="; nullopt when the line begins
// otherwise. A marker may follow, whose quotes a shell's splitting would remove.
std::optional<std::string_view> editable_text(std::string_view line) {
  for (std::string_view name : {std::string_view("--editable"), std::string_view("-e")}) {
    if (!line.starts_with(name)) continue;
    std::string_view rest = line.substr(name.size());
    if (rest.starts_with('=') || (!rest.empty() && is_blank_char(rest.front())))
      return base::trim(rest.substr(1));
    if (name == "-e") return rest;
  }
  return std::nullopt;
}

// Outside of quotes a backslash keeps the next character from meaning something, as in a shell.
std::string unescaped(std::string_view text) {
  std::string out;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && c == '\\' && i + 1 < text.size()) {
      out += text[++i];
      continue;
    }
    if (quote == c)
      quote = 0;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    out += c;
  }
  return out;
}

Result<RequirementLine> read_editable_line(std::string_view text) {
  const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
                      text.find(text.front(), 1) == text.size() - 1;
  if (quoted) text = text.substr(1, text.size() - 2);
  if (text.empty()) return fail(Code::parse, "--editable needs a value");
  PIPIT_TRY(RequirementLine line, read_requirement_line(text));
  // "-e name" is a directory of that name.
  if (line.requirement && !line.requirement->url) {
    const std::string_view place =
        base::trim(text.substr(0, std::min(text.find_first_of("[;"), options_begin(text))));
    if (!line.requirement->specifier.empty())
      return fail(Code::parse, cat("'", base::printable(place),
                                   "' cannot be editable: use a directory or a VCS URL"));
    line.path_or_url = std::string(place);
    line.extras = std::move(line.requirement->extras);
    line.marker = std::move(line.requirement->marker);
    line.requirement.reset();
  }
  line.editable = true;
  return line;
}

class RequirementsReader {
 public:
  explicit RequirementsReader(const std::string& file) : file_(file) {}

  Result<void> take(const LogicalLine& line) {
    where_ = Location{file_, line.number};
    Result<void> taken = line.text.front() == '-'
                             ? take_options(line.text)
                             : take_requirement(read_requirement_line(line.text));
    return taken ? taken : Result<void>(fail(placed(std::move(taken.error()))));
  }
  Error placed(Error error) const {
    error.message = base::redact_text(error.message);
    return std::move(error).in(where_.line ? where_.str() : file_);
  }
  std::vector<RequirementsItem> items;

 private:
  Result<void> take_requirement(Result<RequirementLine> line) {
    if (!line) return fail(std::move(line.error()));
    line->where = where_;
    items.emplace_back(std::move(*line));
    return {};
  }

  Result<void> take_options(std::string_view text) {
    if (const auto editable = editable_text(text))
      return take_requirement(read_editable_line(unescaped(*editable)));
    PIPIT_TRY(std::vector<GivenOption> options, read_options(text));
    for (GivenOption& option : options) PIPIT_TRY(take_option(option));
    return {};
  }

  Result<void> take_option(GivenOption& option) {
    switch (option.spelling->kind) {
      case OptionKind::include:
      case OptionKind::constraint:
        items.emplace_back(IncludeLine{std::move(option.value),
                                       option.spelling->kind == OptionKind::constraint, where_});
        return {};
      case OptionKind::editable:
        return take_requirement(read_editable_line(option.value));
      case OptionKind::hash:
      case OptionKind::setting:
        return fail(Code::parse,
                    cat("--", option.spelling->name, " needs a requirement before it"));
      case OptionKind::flag:
      case OptionKind::value:
        break;
    }
    items.emplace_back(OptionLine{std::string(option.name()), std::move(option.value), where_});
    return {};
  }

  const std::string& file_;
  Location where_;
};

}  // namespace

Result<RequirementLine> parse_editable_argument(std::string_view text) {
  return read_editable_line(base::trim(text));
}

std::string Location::str() const { return cat(file, ":", line); }

Result<std::vector<RequirementsItem>> parse_requirements_txt(
    std::string_view text, const std::string& file,
    const std::function<std::optional<std::string>(const std::string&)>& variable) {
  RequirementsReader reader(file);
  if (text.size() > kMaxRequirementsFile)
    return fail(Code::parse, cat(file, ": too big for a requirements file"));
  Result<std::string> decoded = decode_requirements(text);
  if (!decoded) return fail(reader.placed(std::move(decoded.error())));
  for (const LogicalLine& line : logical_lines(*decoded, variable)) PIPIT_TRY(reader.take(line));
  return std::move(reader.items);
}

}  // namespace pipit::pep
