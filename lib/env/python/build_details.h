// Facts about an interpreter without running it.
#pragma once
#include <optional>
#include <string>

#include "base/json.h"

namespace pipit::env {

/// From build-details.json (PEP 739) in the installation of `executable` (a real path); nullopt
/// when there is none, or when the distribution is known to put packages elsewhere than Python
/// itself would.
std::optional<base::Json> facts_from_build_details(const std::string& executable);

}  // namespace pipit::env
