// From a URL to a connection that is ready for HTTP: lookup, racing addresses, proxy, TLS.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/url.h"
#include "net/lookup.h"
#include "net/options.h"
#include "net/proxy.h"
#include "net/roots.h"
#include "net/socket.h"
#include "net/tls.h"

namespace pipit::net {

/// A byte stream to a server, plain or TLS. Used by one thread at a time.
class Connection {
 public:
  Connection(Socket socket, std::unique_ptr<Tls> tls)
      : socket_(std::move(socket)), tls_(std::move(tls)) {}
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&&) noexcept = default;
  ~Connection();  // sends close_notify if it is TLS

  /// At least one byte, or 0 at the end. Errors carry the cause only.
  Result<std::size_t> read(std::span<std::uint8_t> into, const Deadline& deadline);
  /// As read(), but nullopt instead of waiting.
  Result<std::optional<std::size_t>> read_now(std::span<std::uint8_t> into);
  Result<void> write(std::span<const std::uint8_t> bytes, const Deadline& deadline);
  int fd() const { return socket_.fd(); }
  /// Whether bytes wait that poll() does not tell of.
  bool has_pending() const { return tls_ && tls_->has_pending(); }
  /// Whether what went out went before the end of the TLS handshake, which still is to come.
  bool is_unfinished() const { return tls_ && tls_->is_unfinished(); }
  /// Whether another request may be sent: no unexpected bytes have arrived, and the server has not
  /// closed.
  bool is_idle() const;
  void set_buffer(Buffer buffer) { socket_.set_buffer(buffer); }
  /// What ALPN chose, "" for nothing (or no TLS).
  std::string protocol() const { return tls_ ? tls_->protocol() : std::string(); }
  bool resumed() const { return tls_ && tls_->resumed(); }

  /// Set when requests go to a proxy in absolute form (RFC 9112 section 3.2.2; plain http).
  bool through_proxy = false;
  std::string proxy_authorization;  // for those requests; "" for none

 private:
  Socket socket_;
  std::unique_ptr<Tls> tls_;
};

/// Makes connections. Thread-safe. They all share what it learns (addresses, roots, TLS sessions).
class Connector {
 public:
  explicit Connector(const Options& options);
  ~Connector();
  /// Code::network or Code::tls with a line that names the host, and hints; Code::cancelled when
  /// `stop_fd` becomes readable. Connecting and the handshake may each take the options' timeout.
  /// `protocols`: what is offered by ALPN over TLS, preferred first.
  Result<Connection> open(const base::Url& target, int stop_fd,
                          const std::vector<std::string>& protocols = {});
  /// TCP connections made so far.
  /// "host:port" of the proxy that requests for this URL go through; "" for none.
  std::string proxy_of(const base::Url& target) const;
  std::uint64_t opened() const { return opened_.load(std::memory_order_relaxed); }

 private:
  Result<Socket> dial(const std::string& host, std::uint16_t port, const std::string& shown,
                      int stop_fd);
  Result<std::unique_ptr<Tls>> secure(Socket& socket, const base::Url& target, int stop_fd,
                                      const std::vector<std::string>& protocols);
  Result<const Roots*> roots();
  Result<const ClientCertificate*> client_certificate();

  const Options options_;
  const ProxyRules proxies_;
  Lookup lookup_;
  TlsSessions sessions_;
  std::atomic<std::uint64_t> opened_ = 0;
  base::Mutex mu_;
  std::optional<Result<Roots>> roots_ PIPIT_GUARDED_BY(mu_);
  std::optional<Result<ClientCertificate>> client_ PIPIT_GUARDED_BY(mu_);
};

/// Asks an http proxy for a tunnel: CONNECT (RFC 9110 section 9.3.6). Errors carry the cause only;
/// Code::http_status when the proxy wants other credentials.
Result<void> open_tunnel(Socket& socket, const std::string& host_and_port,
                         const std::string& authorization, const Deadline& deadline);

}  // namespace pipit::net
