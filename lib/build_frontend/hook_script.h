// The program that a build's Python runs: it loads the backend and calls hooks.
#pragma once
#include <string_view>

namespace pipit::build_frontend {

/// Python 3.6 and later. It reads one JSON document from its standard input:
///   backend  "module:object"
///   path     directories of backend-path, absolute; the backend must come from one of them
///   bytecode the directory whose modules may keep their bytecode beside them; "": none
///   hooks    one hook, or two of which the first is a get_requires_for_build_*:
///     name, arguments (a list), answer (the file for its answer)
///   known    requirements that are installed: when the first of two hooks asks for anything else,
///            the second is not called
/// An answer is a JSON object:
///     {"value": …}        what the hook gave: a string, a list of strings or null
///     {"wrong": "type"}   it gave something else
///     {"missing": true}   the backend has no such hook
///     {"backend": "why"}  the backend cannot be loaded
/// A hook that raises ends the program with exit code 1, its traceback and no answer.
extern const std::string_view kHookScript;

}  // namespace pipit::build_frontend
