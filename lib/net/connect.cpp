// The way to a server. With a proxy the socket leads to the proxy. https goes through a tunnel that
// the proxy opens (so TLS is between us and the server, and the proxy sees nothing); a plain http
// request goes to the proxy itself. Roots and the client certificate are read when the first
// handshake needs them.
#include "net/connect.h"

#include <netinet/in.h>

#include "base/environ.h"
#include "base/events.h"
#include "base/text.h"
#include "net/hosts.h"
#include "net/race.h"

namespace pipit::net {
namespace {

constexpr std::size_t kMaxTunnelHead = 16 * 1024;

std::string read_environment(const char* name) {
  return base::environment_variable(name).value_or("");
}

/// The host as a person would name it: with the port only when it is not the scheme's default.
std::string shown_host(const base::Url& url) {
  return url.port == 0 ? url.host : host_and_port(url.host, url.port);
}

/// Prepends the host to a cause and adds hints.
Error connect_error(Error cause, const std::string& shown) {
  if (cause.code != Code::network && cause.code != Code::http_status) return cause;
  const bool no_name = cause.message == "no such host";
  cause.in(cat("cannot connect to ", shown));
  if (!cause.hints.empty()) return cause;
  return std::move(cause).with_hint(
      no_name ? "check the name, the network, and whether a proxy is needed (--proxy)"
              : "check the network, and whether a proxy is needed (--proxy)");
}

std::span<const std::uint8_t> byte_view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Reads up to the empty line, that line included. A proxy sends nothing more before the client
/// speaks.
Result<std::string> read_tunnel_head(Socket& socket, const Deadline& deadline) {
  std::string head;
  std::uint8_t piece[2048];
  while (head.find("\r\n\r\n") == std::string::npos) {
    PIPIT_TRY(const std::size_t count, socket.read(piece, deadline));
    if (count == 0) return fail(Code::network, "the proxy closed the connection");
    head.append(reinterpret_cast<const char*>(piece), count);
    if (head.size() > kMaxTunnelHead) return fail(Code::network, "the proxy's answer is too long");
  }
  return head;
}

}  // namespace

Connection::~Connection() {
  if (tls_ && socket_) tls_->close(socket_);
}

Result<std::size_t> Connection::read(std::span<std::uint8_t> into, const Deadline& deadline) {
  return tls_ ? tls_->read(socket_, into, deadline) : socket_.read(into, deadline);
}

Result<std::optional<std::size_t>> Connection::read_now(std::span<std::uint8_t> into) {
  return tls_ ? tls_->read_now(socket_, into) : socket_.read_now(into);
}

Result<void> Connection::write(std::span<const std::uint8_t> bytes, const Deadline& deadline) {
  return tls_ ? tls_->write(socket_, bytes, deadline) : socket_.write(bytes, deadline);
}

bool Connection::is_idle() const { return (!tls_ || !tls_->has_pending()) && socket_.is_idle(); }

Result<void> open_tunnel(Socket& socket, const std::string& host_and_port,
                         const std::string& authorization, const Deadline& deadline) {
  std::string ask = cat("CONNECT ", host_and_port, " HTTP/1.1\r\nHost: ", host_and_port, "\r\n");
  if (!authorization.empty()) ask += cat("Proxy-Authorization: ", authorization, "\r\n");
  ask += "\r\n";
  PIPIT_TRY(socket.write(byte_view(ask), deadline));
  PIPIT_TRY(const std::string head, read_tunnel_head(socket, deadline));
  const std::string_view line = std::string_view(head).substr(0, head.find("\r\n"));
  const std::vector<std::string_view> words = base::split_space(line);
  if (words.size() < 2 || !words[0].starts_with("HTTP/1.")) {
    return fail(Code::network, "the proxy does not speak HTTP");
  }
  if (words[1].size() == 3 && words[1][0] == '2') return {};
  Error error{Code::network, cat("the proxy refused: ", base::printable(line))};
  if (words[1] != "407") return fail(std::move(error));
  error.code = Code::http_status;  // a retry would change nothing
  return fail(
      std::move(error).with_hint("the proxy wants a user: --proxy http://user:password@host:port"));
}

Connector::Connector(const Options& options)
    : options_(options), proxies_(read_proxy_rules(options.proxy, read_environment)) {}
Connector::~Connector() = default;

Result<Socket> Connector::dial(const std::string& host, std::uint16_t port,
                               const std::string& shown, int stop_fd) {
  const Deadline deadline = patience_of(options_.timeout_seconds, stop_fd);
  const Result<std::vector<Address>> addresses = lookup_.find(host, port, deadline);
  if (!addresses) return fail(connect_error(addresses.error(), shown));
  Result<Socket> socket = race_addresses(*addresses, deadline);
  if (!socket) return fail(connect_error(socket.error(), shown));
  opened_.fetch_add(1, std::memory_order_relaxed);
  socket->set_buffer(Buffer::small);
  return socket;
}

Result<const Roots*> Connector::roots() {
  base::Lock lock(mu_);
  if (!roots_) roots_ = Roots::load(options_.cert, options_.cert_said);
  if (!*roots_) return fail(roots_->error());
  return &**roots_;
}

Result<const ClientCertificate*> Connector::client_certificate() {
  if (options_.client_cert.empty()) return nullptr;
  base::Lock lock(mu_);
  if (!client_) client_ = ClientCertificate::load(options_.client_cert, options_.client_cert_said);
  if (!*client_) return fail(client_->error());
  return &**client_;
}

Result<std::unique_ptr<Tls>> Connector::secure(Socket& socket, const base::Url& target, int stop_fd,
                                               const std::vector<std::string>& protocols) {
  TlsSettings settings;
  settings.protocols = protocols;
  settings.host = target.host;
  settings.port = base::effective_port(target);
  settings.sessions = &sessions_;
  if (!is_trusted_host(options_.trusted_hosts, target)) {
    PIPIT_TRY(settings.roots, roots());
  }
  PIPIT_TRY(settings.client, client_certificate());
  const Deadline deadline = patience_of(options_.timeout_seconds, stop_fd);
  Result<std::unique_ptr<Tls>> tls = Tls::connect(socket, settings, deadline);
  if (tls) return tls;
  Error error = connect_error(tls.error(), shown_host(target));
  const bool may_lack_roots = error.code == Code::tls && settings.roots;
  if (may_lack_roots && !settings.roots->useless().empty())
    error.with_hint(cat("of no use for the check: ", settings.roots->useless()));
  return fail(std::move(error));
}

std::string Connector::proxy_of(const base::Url& target) const {
  const auto proxy = proxy_for(proxies_, target);
  return proxy && *proxy ? shown_host(**proxy) : std::string();
}

Result<Connection> Connector::open(const base::Url& target, int stop_fd,
                                   const std::vector<std::string>& protocols) {
  PIPIT_TRY(const std::optional<base::Url> proxy, proxy_for(proxies_, target));
  const base::Url& first = proxy ? *proxy : target;
  const std::string shown = proxy ? cat("proxy ", shown_host(*proxy)) : shown_host(target);
  const std::uint16_t port = base::effective_port(first);
  PIPIT_TRY(Socket socket, dial(first.host, port, shown, stop_fd));
  if (target.scheme != "https") {
    Connection connection(std::move(socket), nullptr);
    connection.through_proxy = proxy.has_value();
    if (proxy) connection.proxy_authorization = proxy_authorization(*proxy);
    return connection;
  }
  if (proxy) {
    const std::string where = host_and_port(target.host, base::effective_port(target));
    const Deadline deadline = patience_of(options_.timeout_seconds, stop_fd);
    const Result<void> tunnel = open_tunnel(socket, where, proxy_authorization(*proxy), deadline);
    if (!tunnel)
      return fail(connect_error(tunnel.error(), cat(shown_host(target), " through ", shown)));
  }
  PIPIT_TRY(std::unique_ptr<Tls> tls, secure(socket, target, stop_fd, protocols));
  return Connection(std::move(socket), std::move(tls));
}

}  // namespace pipit::net
