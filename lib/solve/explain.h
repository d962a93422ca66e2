// Why there is no solution, in lines.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "solve/derivation.h"

namespace pipit::solve {

/// A contradiction for a person: first its subject ("b: no version fits all of these"), then the
/// facts, one per line, each after what leads to it: "  you need a (requirements.in:3)", "  a 2
/// needs b>=2". Lower case, no full stop. `cause`: from minimal_cause(); its derived steps are
/// skipped. When there are more than `max_lines` lines, chains become one line, then facts about
/// releases of one package, then neighbours.
std::vector<std::string> explain(const Derivation& cause, std::size_t max_lines = 11);

/// The package that the last facts of the explanation are about, for which no version is left.
Package contended_package(const Derivation& cause);

}  // namespace pipit::solve
