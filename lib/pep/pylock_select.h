// Which packages of a lock file a target gets (PEP 751, "installing").
#pragma once
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "pep/pylock.h"
#include "pep/target.h"

namespace pipit::pep {

/// The packages for a target, in the file's order. `extras` (normal form) and `groups` are used in
/// markers. Code::not_found: an extra or group that the lock does not have; Code::no_solution: the
/// lock is not for this target, or has two entries of one name for it.
Result<std::vector<const LockedPackage*>> select_locked(const Pylock& lock, const Target& target,
                                                        const std::set<std::string>& extras,
                                                        const std::set<std::string>& groups);
/// The wheel that fits best (tag first, then build number); nullptr: none fits.
const LockedFile* best_locked_wheel(const LockedPackage& package, const Tags& tags);

}  // namespace pipit::pep
