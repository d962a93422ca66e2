// How messages name a package.
#include "solve/package.h"

#include "base/text.h"

namespace pipit::solve {

std::string Package::str() const { return extra.empty() ? name : cat(name, "[", extra, "]"); }

}  // namespace pipit::solve
