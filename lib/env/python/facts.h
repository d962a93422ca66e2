// Raw facts about one interpreter, as JSON: from a run of it, or from its files.
#pragma once
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "env/python/interpreter.h"

namespace pipit::env {

/// The Python program that prints the facts as JSON between the two marks. Works from Python 3.6
/// on.
extern const std::string_view kFactsScript;
inline constexpr std::string_view kFactsMark = "pipit-facts:";
inline constexpr std::string_view kFactsEndMark = ":pipit-facts";

/// What a symbolic link says, as it is written; nullopt: not a link.
std::optional<std::string> link_text(const std::string& path);
/// Where a symbolic link leads, absolute, without following further ones; nullopt: not a link.
std::optional<std::string> link_target(const std::string& path);
/// Runs `executable` with the script.
Result<base::Json> run_for_facts(const std::string& executable, std::stop_token stop);
/// Whether a file begins with "#!": what it runs may change though the file does not.
bool is_script_file(const std::string& path);
/// The interpreter that the facts describe. The kernel's part of the markers and PEP 668 are looked
/// up now: they change without a change of the interpreter's file. Code::bad_environment when a
/// fact is missing.
Result<Interpreter> interpreter_of_facts(const base::Json& facts, const std::string& executable);

}  // namespace pipit::env
