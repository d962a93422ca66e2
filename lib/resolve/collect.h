// From the solver's decisions to chosen files.
#pragma once
#include "resolve/provider.h"
#include "resolve/resolution.h"
#include "solve/solver.h"

namespace pipit::resolve {

/// The file that stands for a decision about a project, and its metadata; `via` is still empty.
/// Metadata that is no longer in memory is read again, with its errors.
Result<Chosen> chosen_for(Provider& provider, const solve::Decision& decision, const Scope& scope);

/// For one target: every project decided on, with file, metadata, extras and what requires it.
/// Calls warn_about(). Errors of chosen_for().
Result<std::vector<Chosen>> collect(Provider& provider, const solve::Solved& solved,
                                    const Scope& scope);

/// Warns of chosen files and projects that are yanked, archived, or found on several indexes.
void warn_about(Provider& provider, const std::vector<Chosen>& chosen);

}  // namespace pipit::resolve
