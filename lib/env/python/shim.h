// Version managers' shims: scripts on PATH under an interpreter's name.
#pragma once
#include <string>

#include "base/file.h"

namespace pipit::env {

/// A cache key for "where this shim leads, here and now": a digest of the script, of the variables
/// that pyenv and asdf read, and of the version files they look for from the working directory
/// upwards and in their own directories (path, size, time). "" for a script that is not known to be
/// one of theirs: what it does is unknown.
std::string shim_key(const std::string& script, const base::FileInfo& info);

}  // namespace pipit::env
