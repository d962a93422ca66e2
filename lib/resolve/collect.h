// From the solver's decisions to chosen files.
#pragma once
#include "resolve/resolution.h"
#include "resolve/sources.h"
#include "solve/solver.h"

namespace pipit::resolve {

/// The file that stands for a decision about a project, and its metadata; nothing yet of who asked
/// for it. Metadata that is not at hand any more is read again, with its errors.
Result<Chosen> chosen_for(Sources& sources, const solve::Decision& decision, const Scope& scope);

/// Of one target: every project decided on, with file, metadata, extras and who asked for it; warns
/// as below. Errors of chosen_for().
Result<std::vector<Chosen>> collect(Sources& sources, const solve::Solved& solved,
                                    const Scope& scope);

/// Tells what there is to know of chosen files and projects: yanked, archived, on several indexes.
void warn_about(Sources& sources, const std::vector<Chosen>& chosen);

}  // namespace pipit::resolve
