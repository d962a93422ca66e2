// Launchers of entry points, and the first line of scripts.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pep/entry_points.h"
#include "pep/record.h"

namespace pipit::env {

/// The first line(s) of a script that `python` runs, with the line end: "#!<python>"; through
/// /bin/sh when the line would be longer than the 127 bytes old kernels read or the path holds
/// white space; "#!/usr/bin/env python3" for "".
std::string shebang(std::string_view python);
/// A console or GUI script (they differ on Windows only).
std::string launcher_text(std::string_view python, const pep::EntryPoint& entry);
/// The entry points that become launchers. pip and setuptools write the Python they were built with
/// into the names of some ("pip3.9"); as pip itself does, those are replaced by the names of the
/// Python installed for: "pip" brings "pip3" and "pip3.12", "easy_install" brings
/// "easy_install-3.12". `python` is "3.12"; "" (not known) leaves everything as the wheel has it.
std::vector<pep::EntryPoint> versioned_entry_points(std::vector<pep::EntryPoint> entries,
                                                    std::string_view python);
/// A script of .data/scripts: a first line that begins with "#!python" is replaced. nullopt:
/// nothing to rewrite.
std::optional<std::string> rewrite_script(std::string_view python, std::string_view content);
/// Names that no wheel may install into a scripts directory: interpreters, activation scripts,
/// pyvenv.cfg; case does not matter.
bool is_reserved_script(std::string_view name);

}  // namespace pipit::env
