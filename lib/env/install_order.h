// Which of two wheels comes later when both are installed.
#pragma once
#include <cstddef>
#include <vector>

#include "env/apply.h"

namespace pipit::env {

/// Positions in `add` in the order in which pip installs: what is needed comes before what needs
/// it, by the wheels' own metadata, what is only an extra's included; else by name, and a circle is
/// entered by name.
std::vector<std::size_t> install_order(const std::vector<Addition>& add,
                                       const pep::MarkerEnvironment& environment);

}  // namespace pipit::env
