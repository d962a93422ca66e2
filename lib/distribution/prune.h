// Being rid of what was built and is of no use any more.
#pragma once
#include "base/result.h"
#include "cache/clean.h"
#include "cache/store.h"

namespace pipit::distribution {

/// Removes, and tells how much that was: wheels that were built and are not listed (any more) by
/// their source.json; unpacked wheels that were replaced; what was built from folders (they are
/// built anew each time) and from files that are gone; source archives that no source.json names;
/// what runs that were ended left half done. Nothing that another run may be at work on: what is
/// locked, or younger than a day where no lock can tell. Code::io when the cache cannot be written.
Result<cache::Usage> prune(cache::Store& store);

}  // namespace pipit::distribution
