// Why there is no solution, in sentences.
#pragma once
#include <string>
#include <vector>

#include "solve/derivation.h"

namespace pipit::solve {

/// Sentences, one a line, lower case, no full stop; the last one ends in a conclusion. Every
/// package of the proof is named. "because a 2 needs b>=2 and you need b<2 (requirements.in:3), a 2
/// cannot be used".
std::vector<std::string> explain(const Derivation& derivation);

}  // namespace pipit::solve
