// What a wheel becomes: the list of files it puts into an environment.
#pragma once
#include <string>

#include "base/result.h"
#include "env/apply.h"
#include "env/layout_paths.h"
#include "env/new_file.h"
#include "env/own_program.h"

namespace pipit::env {

/// Checks the wheel and lays its files out. Code::bad_wheel names the wheel and its fault: an entry
/// point or script that would replace an interpreter, a .data scheme that does not exist, a path
/// that leaves its scheme, a Wheel-Version that is too new.
Result<WheelFiles> wheel_files(const Addition& addition, const Layout& layout,
                               const std::string& installer, LayoutPaths& paths,
                               const OwnProgram& own = OwnProgram(""));

}  // namespace pipit::env
