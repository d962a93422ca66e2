// The operations of `pipit debug pep440` that read whole files: metadata and requirements files.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace pipit::cli {

/// A string member of a question. Code::parse when it is not there or no string.
Result<std::string> text_field(const base::Json& question, std::string_view key);
base::Json string_array(const std::vector<std::string>& texts);

/// {"s": text}: a requirement as old metadata may spell it; name, extras, specifier, url, marker.
Result<base::Json::Object> answer_lenient(const base::Json& question);
/// {"s": text of METADATA}: what an installer takes from it.
Result<base::Json::Object> answer_metadata(const base::Json& question);
/// {"hex": the bytes of a file "r.txt", "vars": {NAME: value}}: "items", one object a line.
Result<base::Json::Object> answer_requirements(const base::Json& question);

}  // namespace pipit::cli
