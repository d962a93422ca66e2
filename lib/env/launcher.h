// Launchers of entry points, and the first line of scripts.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pep/entry_points.h"
#include "pep/record.h"

namespace pipit::env {

/// The first line(s) of a script that `python` runs, with the line end: "#!<python>". It goes
/// through /bin/sh when the line would be longer than the 127 bytes that old kernels read or the
/// path contains white space. "#!/usr/bin/env python3" for "".
std::string shebang(std::string_view python);
/// A console or GUI script (they differ on Windows only).
std::string launcher_text(std::string_view python, const pep::EntryPoint& entry);
/// The entry points that become launchers. pip and setuptools write the Python they were built with
/// into the names of some ("pip3.9"); as pip does, those are replaced by the names of the target's
/// Python: "pip" brings "pip3" and "pip3.12", "easy_install" brings "easy_install-3.12". `python`
/// is "3.12"; "" (unknown) leaves the wheel's names unchanged.
std::vector<pep::EntryPoint> versioned_entry_points(std::vector<pep::EntryPoint> entries,
                                                    std::string_view python);
/// A script of .data/scripts whose first line, beginning with "#!python", is replaced. nullopt:
/// there is no such line.
std::optional<std::string> rewrite_script(std::string_view python, std::string_view content);
/// Whether no wheel may install that name into a scripts directory: interpreters, activation
/// scripts, pyvenv.cfg; case does not matter.
bool is_reserved_script(std::string_view name);

}  // namespace pipit::env
