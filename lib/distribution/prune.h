// Removes built wheels and sources that are not used any more.
#pragma once
#include "base/result.h"
#include "cache/clean.h"
#include "cache/store.h"

namespace pipit::distribution {

/// Removes, and returns how much: built wheels that their source.json does not list (any more);
/// unpacked wheels that were replaced; what was built from folders (they are built again each time)
/// and from files that no longer exist; source archives that no source.json names; what interrupted
/// runs left half done. It keeps what another run may be using: what is locked, or younger than a
/// day where no lock can tell. Code::io when the cache cannot be written.
Result<cache::Usage> prune(cache::Store& store);

}  // namespace pipit::distribution
