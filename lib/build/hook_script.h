// The program that a build's Python runs: it loads the backend and calls one hook. Inside build
// only.
#pragma once
#include <string_view>

namespace pipit::build {

/// Python 3.6 and later. It reads one JSON document from its standard input:
///   backend    "module:object"
///   path       directories of backend-path, absolute; the backend must come from one of them
///   hook       the name
///   arguments  a list
///   keep_bytecode  the directory whose modules may keep their bytecode beside them; "": none
///   result     the file that it writes its answer to, as JSON: one of
///     {"value": …}        what the hook gave: a string, a list of strings or null
///     {"wrong": "type"}   it gave something else
///     {"missing": true}   the backend has no such hook
///     {"backend": "why"}  the backend cannot be loaded
/// A hook that raises ends the program with exit code 1, its traceback and no answer.
extern const std::string_view kHookScript;

}  // namespace pipit::build
