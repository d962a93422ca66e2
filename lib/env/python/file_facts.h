// Facts about an interpreter from the files of its installation: nothing is run.
#pragma once
#include <optional>
#include <string>

#include "base/json.h"
#include "env/python/known_texts.h"

namespace pipit::env {

class Witness;  // witness.h

/// What facts.h's program would print when `executable` (absolute) ran it, but for what a program
/// that is run at every start changes: see startup_code(). nullopt when the files do not tell: no
/// CPython 3.8 to 3.15 of a known layout, files that contradict each other, variables that would
/// give another answer.
/// `seen` gets every file and directory that something was learned from, as it was then.
std::optional<base::Json> facts_from_files(const std::string& executable,
                                           const KnownTexts& known = KnownTexts::built_in(),
                                           Witness* seen = nullptr);

/// Whether no variable gives another answer than the files.
bool tells_by_files();

/// The program itself: links are followed one by one, as Python does, so that a linked folder stays
/// what it is. "" for a link through "..", which Python keeps as it is written.
std::string program_behind(std::string path);

/// The values of variables that change what Python says about itself even when it ignores those of
/// its own (-I), one a line; "" when there is none.
std::string telling_variables();

}  // namespace pipit::env
