// From a diagram back to a marker. Only marker_set.cpp includes this.
#pragma once
#include "base/result.h"
#include "pep/marker/marker.h"
#include "pep/marker/set.h"

namespace pipit::pep {

/// See MarkerSet::simplified.
Result<Marker> covering_marker(const MarkerSet& set, const MarkerSet& given);

}  // namespace pipit::pep
