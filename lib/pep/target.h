// The target of resolving and installing: markers, tags, Python.
#pragma once
#include "pep/marker/marker.h"
#include "pep/tags.h"
#include "pep/version.h"

namespace pipit::pep {

struct Target {
  MarkerEnvironment markers;
  Tags tags;
  Version python;  // full version, "3.12.4"
};

}  // namespace pipit::pep
