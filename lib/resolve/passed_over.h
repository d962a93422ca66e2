// For -vv: which newer releases were not taken, and why.
#pragma once
#include <string>

#include "resolve/candidates.h"

namespace pipit::resolve {

/// "3.0a1 is a pre-release, 2.0 requires Python >=3.13, 4 more": what is newer than `taken`; ""
/// when nothing is.
std::string passed_over(Candidates& candidates, const pep::Version& taken);

}  // namespace pipit::resolve
