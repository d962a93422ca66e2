// The groups of what may be chosen and how it is built, filled from the layers.
#pragma once
#include "cli/settings.h"

namespace pipit::cli {

/// Code::usage: a value that means nothing.
Result<operation::ResolutionOptions> resolution_options(const Layers& layers,
                                                        const InvokedAs& invoked_as);
Result<operation::BuildOptions> build_options(const Layers& layers);

}  // namespace pipit::cli
