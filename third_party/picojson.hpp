#pragma once
// picojson with our settings. Included by base/json.cpp only, for its event interface.

// Integers stay integers: sizes and nesting limits are exact.
#define PICOJSON_USE_INT64

#include <picojson.h>
