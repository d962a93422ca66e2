// What is said of where a distribution came from, when that is not an index: in direct_url.json, in
// reports, and in the lines of a compiled file.
#pragma once
#include <string>

#include "env/direct_url.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// PEP 610's record of `chosen`, which has a source and a file. The digest of an archive is left
/// out where only its bytes can tell it.
env::DirectUrl origin_of(const resolve::Chosen& chosen);

/// How a compiled file names it, without extras and marker: "-e ./x", "./x.zip" (as the user wrote
/// it), "x @ https://host/x.zip", "x @ git+https://host/x@<commit>", "-e
/// git+https://host/x@<commit>#egg=x". Variables stay as they were written; passwords are left out.
std::string requirement_of(const resolve::Chosen& chosen);
/// Whether extras stand behind that text, not behind the name in it: "./x[a]".
bool is_named_by_path(const resolve::Chosen& chosen);

}  // namespace pipit::operation
