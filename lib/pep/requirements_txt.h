// requirements.txt: pip's real grammar, one file at a time. The caller (operation) reads files and
// includes.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "pep/requirement_argument.h"

namespace pipit::pep {

struct IncludeLine {
  std::string target;
  bool constraint = false;
  Location where;
};  // -r / -c
/// An option's name: its relative folders are relative to the requirements file.
inline constexpr std::string_view kFindLinks = "find-links";
/// A global option: its long name without dashes ("index-url", "no-index"); the value is "" for
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

}  // namespace pipit::pep
