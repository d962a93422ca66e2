// Connecting to a host that has several addresses, some of which may be dead.
#pragma once
#include <vector>

#include "base/result.h"
#include "net/lookup.h"
#include "net/socket.h"

namespace pipit::net {

/// The first of the addresses that answers wins; a slow one gets 250 ms before the next is tried
/// beside it (RFC 8305). Errors carry the cause alone.
Result<Socket> race_addresses(const std::vector<Address>& addresses, const Deadline& deadline);

}  // namespace pipit::net
