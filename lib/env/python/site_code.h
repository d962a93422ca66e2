// Code that runs whenever a Python starts, before it does what it is asked to.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "env/python/known_texts.h"

namespace pipit::env {

class Witness;  // witness.h

/// What a Python with this standard library and these site directories runs by itself: the modules
/// sitecustomize and usercustomize, lines of code in .pth files, .start files; and a module
/// _manylinux (PEP 600), which is asked for. Each with its size and time, one a line; "" when there
/// is none. Not counted is code that is known to change nothing that counts: setuptools' and
/// virtualenv's hooks for imports, Debian's for crash reports.
std::string startup_code(const std::string& stdlib, const std::vector<std::string>& sites,
                         const KnownTexts& known = KnownTexts::built_in());

/// Whether the text of a .pth file has a line of code that is not known to change nothing.
bool has_code(std::string_view pth, const KnownTexts& known = KnownTexts::built_in());

/// `sites` that exist, each followed by the folders that its .pth files add to the path and that
/// are site directories themselves. `seen` gets all that was looked at.
std::vector<std::string> with_added_sites(const std::vector<std::string>& sites,
                                          Witness* seen = nullptr);

/// Whether a directory's name says that distributions are installed there.
bool is_site_name(const std::string& directory);

}  // namespace pipit::env
