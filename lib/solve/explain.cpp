#include "solve/explain.h"

namespace pipit::solve {

std::vector<std::string> explain(const Derivation&) { return {}; }

}  // namespace pipit::solve
