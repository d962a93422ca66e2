// Launchers of entry points, and the first line of scripts.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "pep/record.h"

namespace pipit::env {

/// The first line(s) of a script that `python` shall run, with the line end: "#!<python>"; through
/// /bin/sh when the line would be longer than the 127 bytes old kernels read or the path holds
/// white space; "#!/usr/bin/env python3" for "".
std::string shebang(std::string_view python);
/// A console or GUI script (they differ on Windows only).
std::string launcher_text(std::string_view python, const pep::EntryPoint& entry);
/// A script of .data/scripts: a first line that begins with "#!python" is replaced. nullopt:
/// nothing to rewrite.
std::optional<std::string> rewrite_script(std::string_view python, std::string_view content);
/// Names no wheel may install into a scripts directory: interpreters, activation scripts,
/// pyvenv.cfg; case does not matter.
bool is_reserved_script(std::string_view name);

}  // namespace pipit::env
