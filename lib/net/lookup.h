// Resolves names to addresses, and never gets stuck in the system's resolver.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "net/socket.h"

namespace pipit::net {

/// A socket address as the system wants it.
struct Address {
  int family = 0;
  std::string bytes;  // a sockaddr of that family
};

/// Asks the system for each name once, and remembers its addresses for the run. Thread-safe.
class Lookup {
 public:
  Lookup();
  ~Lookup();
  /// Addresses in the order in which to try them: families alternate, beginning with the system's
  /// first choice. Errors: Code::network ("no such host", "timed out", …), Code::cancelled.
  Result<std::vector<Address>> find(const std::string& host, std::uint16_t port,
                                    const Deadline& deadline);

 private:
  struct Answer;
  std::shared_ptr<Answer> begin(const std::string& host, std::uint16_t port);
  base::Mutex mu_;
  std::map<std::string, std::shared_ptr<Answer>> answers_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::net
