// Environments that releases without a source distribution must have wheels for (Policy::served).
#pragma once
#include <optional>
#include <string>

#include "resolve/universal.h"

namespace pipit::resolve {

/// Why a release cannot be used in `scope`, where all environments are served ones and it has no
/// file for any of them ("has no wheel where …"); nullopt: it can, or is judged by unserved().
std::optional<std::string> why_unserved(const Policy& policy, const Scope& scope,
                                        const Judged& judged);

/// The first served environments of the answer's scope in which something of it is needed that has
/// no file for them; nullopt: there are none. Errors of chosen_for().
Result<std::optional<pep::MarkerSet>> unserved(Sources& sources, const ForkAnswer& answer);

}  // namespace pipit::resolve
