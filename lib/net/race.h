// Connecting to a host that has several addresses, some of which may be dead.
#pragma once
#include <vector>

#include "base/result.h"
#include "net/lookup.h"
#include "net/socket.h"

namespace pipit::net {

/// Connects to the addresses in turn, a next one each 250 ms, and returns the first connection that
/// succeeds (RFC 8305). Errors carry the cause only.
Result<Socket> race_addresses(const std::vector<Address>& addresses, const Deadline& deadline);

}  // namespace pipit::net
