// Whether an index's metadata file agrees with the wheel.
#pragma once
#include <string>

#include "pep/metadata.h"

namespace pipit::distribution {

/// What `told` (a metadata file, PEP 658) and the wheel's own METADATA disagree on, among the
/// fields that decide what is installed: Name, Version, Requires-Dist, Requires-Python,
/// Provides-Extra. One line that names the first such field and what only one side has; "" when
/// they agree. Order, repetition and spelling do not count.
std::string metadata_difference(const pep::Metadata& told, const pep::Metadata& wheel);

}  // namespace pipit::distribution
