// TLS 1.2 over a socket of ours. BearSSL does the work; no other unit sees it.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/roots.h"
#include "net/socket.h"

namespace pipit::net {

/// What is known of servers, by "host:port": sessions that may be resumed, and who takes no request
/// before the end of the handshake. In memory only: it holds secrets. Thread-safe.
class TlsSessions {
 public:
  TlsSessions();
  ~TlsSessions();

 private:
  friend class Tls;
  struct State;
  // `engine` is the TLS library's own.
  bool recall(const std::string& server, void* engine) const;
  void keep(const std::string& server, const void* engine);
  void forget(const std::string& server);
  bool is_hasty_allowed(const std::string& server) const;
  void forbid_haste(const std::string& server);
  std::unique_ptr<State> state_;
};

/// The certificate chain and private key for servers that ask the client for one.
class ClientCertificate {
 public:
  /// A PEM file with both, which the user calls `said`. Code::tls when it cannot be used.
  static Result<ClientCertificate> load(const std::string& path,
                                        const std::string& said = "--client-cert");
  ClientCertificate(ClientCertificate&&) noexcept;
  ClientCertificate& operator=(ClientCertificate&&) noexcept;
  ~ClientCertificate();

 private:
  friend class Tls;
  struct State;
  explicit ClientCertificate(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct TlsSettings {
  std::string host;  // a name or an IP literal: what the certificate must be for
  std::uint16_t port = 443;
  const Roots* roots = nullptr;               // null: the certificate is not verified
  TlsSessions* sessions = nullptr;            // null: every handshake is a full one
  const ClientCertificate* client = nullptr;  // null: none
  std::vector<std::string> protocols;         // for ALPN, preferred first; empty: not offered
};

/// One TLS connection. The socket passed to each call is the one it was made on.
class Tls {
 public:
  /// Performs the handshake up to the point where a request may be sent: with False Start (RFC
  /// 7918) that is before the server's last message, which the first read checks. Code::tls names
  /// the host and the problem; Code::network, Code::cancelled.
  static Result<std::unique_ptr<Tls>> connect(Socket& socket, const TlsSettings& settings,
                                              const Deadline& deadline);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  /// At least one byte, or 0 at the end. An end without close_notify is 0 as well: HTTP's framing
  /// decides whether the content is complete.
  Result<std::size_t> read(Socket& socket, std::span<std::uint8_t> into, const Deadline& deadline);
  /// As read(), but nullopt instead of waiting.
  Result<std::optional<std::size_t>> read_now(Socket& socket, std::span<std::uint8_t> into);
  Result<void> write(Socket& socket, std::span<const std::uint8_t> bytes, const Deadline& deadline);
  /// Sends close_notify if that needs no waiting.
  void close(Socket& socket);
  /// Whether bytes wait in our own buffers.
  bool has_pending() const;
  /// What ALPN chose, "" for nothing.
  const std::string& protocol() const { return protocol_; }
  bool resumed() const { return resumed_; }
  /// Whether the server's last message of the handshake is still to come.
  bool is_unfinished() const;

 private:
  struct State;
  explicit Tls(std::unique_ptr<State> state);
  Result<unsigned> run_until(Socket& socket, unsigned wanted, const Deadline& deadline);
  Result<unsigned> serve(Socket& socket, unsigned wanted, const Deadline* deadline);
  Result<bool> fill(Socket& socket, const Deadline* deadline);
  bool may_start_early() const;
  void note_finish();
  void note_loss(const Result<unsigned>& reached);
  Result<std::size_t> take(unsigned reached, std::span<std::uint8_t> into);
  std::unique_ptr<State> state_;
  std::string protocol_;
  bool resumed_ = false;
};

}  // namespace pipit::net
