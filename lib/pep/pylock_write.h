// How a lock file is written.
#pragma once
#include <string>

#include "pep/pylock.h"

namespace pipit::pep {

/// The file's text. Packages are sorted by name and version, files by name: equal values give equal
/// bytes.
std::string write_pylock(Pylock lock);

}  // namespace pipit::pep
