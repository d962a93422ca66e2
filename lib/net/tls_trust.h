// Whether a server's certificate chain is to be trusted. For net/tls only.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/roots.h"

namespace pipit::net {

/// Receives the chain of one handshake and judges it. Must not be moved until the connection is
/// gone (the engine points to it).
class ChainCheck {
 public:
  /// With null `roots` nothing is checked. Both outlive the object.
  ChainCheck(std::string host, const Roots* roots);
  ~ChainCheck();
  ChainCheck(const ChainCheck&) = delete;
  ChainCheck& operator=(const ChainCheck&) = delete;

  /// What the TLS library takes (a pointer to its X.509 class pointer).
  void* engine_view();
  /// Whether a chain was received (a resumed handshake has none).
  bool was_asked() const;
  /// One line about the certificate for the library's failure `code`: Code::tls, with hints.
  Error explain(int code) const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

/// An IPv4 or IPv6 literal as its 4 or 16 bytes, "" for a name.
std::string address_bytes(const std::string& host);
/// Why no certificate of that validity can hold today: expired, not yet valid, or a wrong clock.
std::string validity_cause(std::int64_t not_before, std::int64_t not_after, std::int64_t now);

}  // namespace pipit::net
