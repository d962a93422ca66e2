// Facts about an interpreter from the files of its installation: nothing is run.
#pragma once
#include <optional>
#include <string>

#include "base/json.h"
#include "env/python/known_texts.h"

namespace pipit::env {

/// What facts.h's program would print when `executable` (absolute) ran it, but for what a program
/// that is run at every start changes: see startup_code(). nullopt when the files do not tell: no
/// CPython 3.8 to 3.15 of a known layout, files that contradict each other, variables that would
/// give another answer.
std::optional<base::Json> facts_from_files(const std::string& executable,
                                           const KnownTexts& known = KnownTexts::built_in());

/// The values of variables that change what Python says about itself even when it ignores those of
/// its own (-I), one a line; "" when there is none.
std::string telling_variables();

}  // namespace pipit::env
