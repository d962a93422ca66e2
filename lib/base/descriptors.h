// How much may go on at once within the limit on open files.
#pragma once
#include <cstddef>

namespace pipit::base {

/// As many of `wished` transfers as leave descriptors for everything else, at least one. A transfer
/// is counted as four: its connection, the file it is written to, what is kept of it, and one that
/// is opened in passing. The limit is the soft one of this moment.
std::size_t affordable_transfers(std::size_t wished);

}  // namespace pipit::base
