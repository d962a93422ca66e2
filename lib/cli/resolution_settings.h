// The groups of what may be chosen and how it is built, filled from the layers.
#pragma once
#include "cli/settings.h"

namespace pipit::cli {

/// check_values() has looked at the layers. Code::usage: options that cannot be combined.
Result<operation::ResolutionOptions> resolution_options(const Layers& layers,
                                                        const InvokedAs& invoked_as);
operation::BuildOptions build_options(const Layers& layers);

}  // namespace pipit::cli
