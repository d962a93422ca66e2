// From the solver's decisions to chosen files.
#pragma once
#include "resolve/sources.h"
#include "solve/solver.h"

namespace pipit::resolve {

/// Every project decided on, with file, metadata, extras and who asked for it; warns of yanked
/// files. Metadata that is not at hand any more is read again, with its errors.
Result<std::vector<Chosen>> collect(Sources& sources, const solve::Solved& solved);

}  // namespace pipit::resolve
