// From a diagram back to a marker.
#pragma once
#include "base/result.h"
#include "pep/marker/marker.h"
#include "pep/marker/set.h"

namespace pipit::pep {

/// See MarkerSet::simplified.
Result<Marker> covering_marker(const MarkerSet& set, const MarkerSet& given);

}  // namespace pipit::pep
