// One requirement as users write it: a name, a path or a URL, on a command line or in a file.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash_spec.h"
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
/// One requirement as on a command line (name, path or URL).
Result<RequirementLine> parse_requirement_argument(std::string_view text);
/// The same for the value of "-e": a path or URL; a bare name is a directory of that name.
Result<RequirementLine> parse_editable_argument(std::string_view text);

}  // namespace pipit::pep
