// requirements.txt: pip's real grammar, one file at a time. Reading files and includes is the
// caller's (cli).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "pep/requirement.h"

namespace pipit::pep {

struct Location {
  std::string file;         // as the user named it
  std::size_t line = 0;     // first physical line, from 1
  std::string str() const;  // "requirements.txt:3"
};

/// A requirement line. Exactly one of `requirement` (a name) and `path_or_url` (unnamed: ./dir,
/// file.whl, https://…, git+https://…) is set.
struct RequirementLine {
  std::optional<Requirement> requirement;
  std::string path_or_url;
  std::vector<std::string> extras;  // of an unnamed one: ./dir[x]
  Marker marker;                    // of an unnamed one
  bool editable = false;
  std::vector<base::HashSpec> hashes;
  std::vector<std::pair<std::string, std::string>> config_settings;
  Location where;
};
struct IncludeLine {
  std::string target;
  bool constraint = false;
  Location where;
};  // -r / -c
/// A global option: name without dashes in its long form ("index-url", "no-index"), value "" for
/// flags.
struct OptionLine {
  std::string name, value;
  Location where;
};
using RequirementsItem = std::variant<RequirementLine, IncludeLine, OptionLine>;

/// `text`: the file's bytes (UTF-8, with BOM, UTF-16 with BOM, or latin-1 by a PEP 263 line).
/// `variable` gives the value of ${NAME} (upper case, digits, "_" only). Code::parse names file and
/// line.
Result<std::vector<RequirementsItem>> parse_requirements_txt(
    std::string_view text, const std::string& file,
    const std::function<std::optional<std::string>(const std::string&)>& variable);
/// One requirement as on a command line (name, path or URL).
Result<RequirementLine> parse_requirement_argument(std::string_view text);
/// What follows "-e" there: a path or URL; a bare name is a directory of that name.
Result<RequirementLine> parse_editable_argument(std::string_view text);

}  // namespace pipit::pep
