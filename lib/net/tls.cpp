// The engine is a state machine over buffers: it says whether it wants to send a record, receive
// one, take plain bytes or give some. run_until() serves it until it reaches the state that the
// caller wants. Records are taken from a read-ahead buffer of ours, so that one recv() brings
// several.
//
// TLS 1.2 with forward-secret AEAD suites only. The suite list is short on purpose: it also decides
// which code is linked. A server that speaks only TLS 1.3 is recognised by its alert.
#include "net/tls.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "base/file.h"
#include "base/mutex.h"
#include "base/text.h"
#include "net/tls_trust.h"
#include "third_party/bearssl.hpp"

namespace pipit::net {
namespace {

constexpr std::size_t kReadAhead = 32 * 1024;
constexpr unsigned char kApplicationData = 23;  // a record's type
constexpr int kAlertHandshakeFailure = 40, kAlertProtocolVersion = 70;

constexpr std::uint16_t kAesFirst[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                       BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                                       BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                                       BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                                       BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                                       BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256};
constexpr std::uint16_t kChachaFirst[] = {BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                                          BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                                          BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                          BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                                          BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                                          BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384};

void set_algorithms(br_ssl_client_context& client) {
  br_ssl_engine_context* engine = &client.eng;
  br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
  const bool fast_aes = br_aes_x86ni_ctr_get_vtable() || br_aes_pwr8_ctr_get_vtable();
  const std::uint16_t* suites = fast_aes ? kAesFirst : kChachaFirst;
  br_ssl_engine_set_suites(engine, suites, std::size(kAesFirst));
  br_ssl_client_set_default_rsapub(&client);
  br_ssl_engine_set_default_rsavrfy(engine);
  br_ssl_engine_set_default_ecdsa(engine);
  br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
  br_ssl_engine_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
  br_ssl_engine_set_hash(engine, br_sha512_ID, &br_sha512_vtable);
  br_ssl_engine_set_prf_sha256(engine, &br_tls12_sha256_prf);
  br_ssl_engine_set_prf_sha384(engine, &br_tls12_sha384_prf);
  br_ssl_engine_set_default_aes_gcm(engine);
  br_ssl_engine_set_default_chapol(engine);
}

/// The engine seeds itself where it can; this also works where there is no /dev.
void add_entropy(br_ssl_engine_context* engine) {
  unsigned char seed[32];
  if (::getrandom(seed, sizeof seed, 0) == static_cast<ssize_t>(sizeof seed)) {
    br_ssl_engine_inject_entropy(engine, seed, sizeof seed);
  }
}

Error handshake_error(int code) {
  if (code == BR_ERR_RECV_FATAL_ALERT + kAlertProtocolVersion) {
    return Error{Code::tls,
                 "it speaks only TLS 1.3 (or only something older than 1.2); TLS 1.2 is what is "
                 "spoken here"}
        .with_hint("reach it through a proxy or mirror that offers TLS 1.2");
  }
  if (code == BR_ERR_RECV_FATAL_ALERT + kAlertHandshakeFailure) {
    return Error{Code::tls,
                 "it refused the TLS handshake (no cipher in common, or it wants a client "
                 "certificate)"}
        .with_hint("--client-cert names a certificate to show");
  }
  if (code >= BR_ERR_RECV_FATAL_ALERT && code < BR_ERR_SEND_FATAL_ALERT) {
    return Error{Code::tls,
                 cat("it ended the TLS handshake with alert ", code - BR_ERR_RECV_FATAL_ALERT)};
  }
  if (code == BR_ERR_UNSUPPORTED_VERSION || code == BR_ERR_BAD_VERSION) {
    return Error{Code::tls, "it speaks no TLS 1.2 at this port"}.with_hint(
        "is this a plain http server, or a proxy that answers in its place?");
  }
  if (code == BR_ERR_UNKNOWN_TYPE || code == BR_ERR_BAD_LENGTH) {
    return Error{Code::tls, "it does not speak TLS at this port"}.with_hint(
        "is this a plain http server?");
  }
  return Error{Code::tls, cat("TLS failed (error ", code, ")")};
}

}  // namespace

struct TlsSessions::State {
  base::Mutex mu;
  std::map<std::string, br_ssl_session_parameters> kept PIPIT_GUARDED_BY(mu);
  std::set<std::string> patient PIPIT_GUARDED_BY(mu);  // they get no False Start
};

TlsSessions::TlsSessions() : state_(std::make_unique<State>()) {}
TlsSessions::~TlsSessions() = default;

bool TlsSessions::recall(const std::string& server, void* engine) const {
  base::Lock lock(state_->mu);
  const auto found = state_->kept.find(server);
  if (found == state_->kept.end()) return false;
  br_ssl_engine_set_session_parameters(static_cast<br_ssl_engine_context*>(engine), &found->second);
  return true;
}

void TlsSessions::keep(const std::string& server, const void* engine) {
  br_ssl_session_parameters session;
  br_ssl_engine_get_session_parameters(static_cast<const br_ssl_engine_context*>(engine), &session);
  if (session.session_id_len == 0) return;  // the server gave no session to resume
  base::Lock lock(state_->mu);
  state_->kept[server] = session;
}

void TlsSessions::forget(const std::string& server) {
  base::Lock lock(state_->mu);
  state_->kept.erase(server);
}

bool TlsSessions::is_hasty_allowed(const std::string& server) const {
  base::Lock lock(state_->mu);
  return !state_->patient.contains(server);
}

void TlsSessions::forbid_haste(const std::string& server) {
  base::Lock lock(state_->mu);
  state_->patient.insert(server);
}

struct ClientCertificate::State {
  std::vector<std::string> chain_bytes;
  std::vector<br_x509_certificate> chain;
  br_skey_decoder_context key;  // the key's numbers lie inside
  unsigned issuer_key_type = 0;
};

ClientCertificate::ClientCertificate(std::unique_ptr<State> state) : state_(std::move(state)) {}
ClientCertificate::ClientCertificate(ClientCertificate&&) noexcept = default;
ClientCertificate& ClientCertificate::operator=(ClientCertificate&&) noexcept = default;
ClientCertificate::~ClientCertificate() = default;

Result<ClientCertificate> ClientCertificate::load(const std::string& path,
                                                  const std::string& said) {
  Result<std::string> text = base::read_file(path, 1u << 20);
  if (!text) return fail(Code::tls, cat(said, ": ", text.error().message));
  auto state = std::make_unique<State>();
  int key_type = 0;
  for (PemBlock& block : read_pem(*text)) {
    if (block.label.ends_with("PRIVATE KEY")) {
      br_skey_decoder_init(&state->key);
      br_skey_decoder_push(&state->key, block.der.data(), block.der.size());
      key_type = br_skey_decoder_key_type(&state->key);
    } else if (block.label == "CERTIFICATE") {
      state->chain_bytes.push_back(std::move(block.der));
    }
  }
  if (key_type == 0) {
    return fail(Code::tls, cat(said, ": ", path, " holds no private key that can be used"));
  }
  if (state->chain_bytes.empty()) {
    return fail(Code::tls, cat(said, ": ", path, " holds no certificate"));
  }
  for (std::string& der : state->chain_bytes) {
    state->chain.push_back({reinterpret_cast<unsigned char*>(der.data()), der.size()});
  }
  br_x509_decoder_context leaf;
  br_x509_decoder_init(&leaf, nullptr, nullptr);
  br_x509_decoder_push(&leaf, state->chain_bytes[0].data(), state->chain_bytes[0].size());
  const int signer = br_x509_decoder_get_signer_key_type(&leaf);
  state->issuer_key_type = signer == 0 ? BR_KEYTYPE_RSA : static_cast<unsigned>(signer);
  return ClientCertificate(std::move(state));
}

struct Tls::State {
  explicit State(const TlsSettings& settings)
      : check(settings.host, settings.roots),
        record(BR_SSL_BUFSIZE_BIDI),
        ahead(kReadAhead),
        protocols(settings.protocols) {
    for (const std::string& name : protocols) protocol_pointers.push_back(name.c_str());
  }
  void prepare();
  void present(const ClientCertificate::State& own);
  br_ssl_engine_context* engine() { return &client.eng; }

  ChainCheck check;
  br_ssl_client_context client;
  std::vector<unsigned char> record;
  std::vector<std::uint8_t> ahead;  // read from the socket, not yet taken by the engine
  std::size_t ahead_begin = 0, ahead_end = 0;
  bool socket_ended = false;
  TlsSessions* sessions = nullptr;
  std::string server;
  bool may_hurry = false;  // False Start is allowed
  bool unfinished = true;  // the server's Finished has not been checked
  std::vector<std::string> protocols;
  std::vector<const char*> protocol_pointers;
};

void Tls::State::prepare() {
  br_ssl_client_zero(&client);
  set_algorithms(client);
  br_ssl_engine_set_x509(engine(), static_cast<const br_x509_class**>(check.engine_view()));
  br_ssl_engine_set_buffer(engine(), record.data(), record.size(), 1);
  if (!protocol_pointers.empty()) {
    br_ssl_engine_set_protocol_names(engine(), protocol_pointers.data(), protocol_pointers.size());
  }
  add_entropy(engine());
}

void Tls::State::present(const ClientCertificate::State& own) {
  if (const br_rsa_private_key* rsa = br_skey_decoder_get_rsa(&own.key)) {
    br_ssl_client_set_single_rsa(&client, own.chain.data(), own.chain.size(), rsa,
                                 br_rsa_pkcs1_sign_get_default());
  } else if (const br_ec_private_key* ec = br_skey_decoder_get_ec(&own.key)) {
    br_ssl_client_set_single_ec(&client, own.chain.data(), own.chain.size(), ec,
                                BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN, own.issuer_key_type,
                                br_ec_get_default(), br_ecdsa_sign_asn1_get_default());
  }
}

Tls::Tls(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tls::~Tls() = default;

Result<std::unique_ptr<Tls>> Tls::connect(Socket& socket, const TlsSettings& settings,
                                          const Deadline& deadline) {
  std::unique_ptr<Tls> tls(new Tls(std::make_unique<State>(settings)));
  State& state = *tls->state_;
  state.prepare();
  if (settings.client) state.present(*settings.client->state_);
  state.sessions = settings.sessions;
  state.server = cat(settings.host, ":", settings.port);
  // A server that asks who we are may refuse after our Finished: that is to be known here.
  state.may_hurry =
      !settings.client && settings.sessions && settings.sessions->is_hasty_allowed(state.server);
  const bool may_resume =
      settings.sessions && settings.sessions->recall(state.server, state.engine());
  // An address is not a server name (RFC 6066 section 3).
  const char* name = address_bytes(settings.host).empty() ? settings.host.c_str() : nullptr;
  if (!br_ssl_client_reset(&state.client, name, may_resume ? 1 : 0)) {
    return fail(handshake_error(br_ssl_engine_last_error(state.engine())));
  }
  const Result<unsigned> reached = tls->run_until(socket, BR_SSL_SENDAPP, deadline);
  if (!reached && reached.error().code != Code::tls) return fail(reached.error());
  if (!reached || *reached == BR_SSL_CLOSED) {
    const int code = br_ssl_engine_last_error(state.engine());
    if (settings.sessions) settings.sessions->forget(state.server);
    if (code == BR_ERR_OK) {
      return fail(Code::network, "connection closed during the TLS handshake");
    }
    const bool about_certificate = code > BR_ERR_X509_OK && code <= BR_ERR_X509_NOT_TRUSTED;
    return fail(about_certificate ? state.check.explain(code) : handshake_error(code));
  }
  tls->resumed_ = may_resume && !state.check.was_asked();
  tls->note_finish();
  if (const char* chosen = br_ssl_engine_get_selected_protocol(state.engine())) {
    tls->protocol_ = chosen;
  }
  return tls;
}

bool Tls::is_unfinished() const { return state_->unfinished; }

/// Whether our Finished is out in a full handshake and the server's is awaited. Only suites with
/// forward secrecy and AEAD are offered, and the certificate has been checked: what RFC 7918 asks.
bool Tls::may_start_early() const {
  const br_ssl_engine_context& engine = state_->client.eng;
  return state_->may_hurry && engine.application_data == 0 && !engine.incrypt &&
         engine.out.vtable != &br_sslrec_out_clear_vtable;
}

/// A session is worth keeping once the server's Finished has been checked.
void Tls::note_finish() {
  if (!state_->unfinished || state_->client.eng.application_data != 1) return;
  state_->unfinished = false;
  if (state_->sessions) state_->sessions->keep(state_->server, state_->engine());
}

/// A server that goes away instead of ending the handshake may not bear False Start.
void Tls::note_loss(const Result<unsigned>& reached) {
  if (!state_->unfinished || !state_->sessions) return;
  if (reached ? (*reached & BR_SSL_CLOSED) != 0 : reached.error().code == Code::network)
    state_->sessions->forbid_haste(state_->server);
}

Result<unsigned> Tls::run_until(Socket& socket, unsigned wanted, const Deadline& deadline) {
  return serve(socket, wanted, &deadline);
}

/// Moves bytes between engine and socket until one of the wanted states is reached or the
/// connection is over. Returns the state (without a deadline: 0 where it would have to wait for the
/// server); Code::network or Code::cancelled from the socket.
Result<unsigned> Tls::serve(Socket& socket, unsigned wanted, const Deadline* deadline) {
  br_ssl_engine_context* engine = state_->engine();
  const Deadline at_once{};
  while (true) {
    const unsigned now = br_ssl_engine_current_state(engine);
    if (now & BR_SSL_CLOSED) return now;
    if (now & BR_SSL_SENDREC) {
      std::size_t size = 0;
      const unsigned char* bytes = br_ssl_engine_sendrec_buf(engine, &size);
      PIPIT_TRY(socket.write({bytes, size}, deadline ? *deadline : at_once));
      br_ssl_engine_sendrec_ack(engine, size);
      continue;
    }
    if (now & wanted) return now;
    if ((wanted & BR_SSL_SENDAPP) && may_start_early()) {
      // The engine takes data to send, still refuses what comes before the server's Finished, and
      // puts itself right when that has been checked.
      engine->application_data = 3;
      engine->record_type_out = kApplicationData;
      continue;
    }
    if ((now & BR_SSL_RECVREC) == 0) return fail(Code::tls, "TLS engine is stuck");
    if (state_->ahead_begin == state_->ahead_end) {
      PIPIT_TRY(const bool came, fill(socket, deadline));
      if (!came) return 0u;
    }
    if (state_->socket_ended) return unsigned{BR_SSL_CLOSED};
    std::size_t room = 0;
    unsigned char* into = br_ssl_engine_recvrec_buf(engine, &room);
    const std::size_t size = std::min(room, state_->ahead_end - state_->ahead_begin);
    std::memcpy(into, state_->ahead.data() + state_->ahead_begin, size);
    state_->ahead_begin += size;
    br_ssl_engine_recvrec_ack(engine, size);
    note_finish();
  }
}

/// False: nothing is there, and without a deadline nothing is waited for.
Result<bool> Tls::fill(Socket& socket, const Deadline* deadline) {
  std::optional<std::size_t> count;
  if (deadline) {
    PIPIT_TRY(count, socket.read(state_->ahead, *deadline));
  } else {
    PIPIT_TRY(count, socket.read_now(state_->ahead));
  }
  if (!count) return false;
  state_->ahead_begin = 0;
  state_->ahead_end = *count;
  state_->socket_ended = *count == 0;
  return true;
}

Result<std::size_t> Tls::take(unsigned reached, std::span<std::uint8_t> into) {
  br_ssl_engine_context* engine = state_->engine();
  if (reached & BR_SSL_CLOSED) {
    const int code = br_ssl_engine_last_error(engine);
    if (state_->unfinished && code != BR_ERR_OK) return fail(handshake_error(code));
    if (code == BR_ERR_OK) return std::size_t{0};
    return fail(Code::network, cat("TLS connection broken (error ", code, ")"));
  }
  std::size_t size = 0;
  const unsigned char* bytes = br_ssl_engine_recvapp_buf(engine, &size);
  size = std::min(size, into.size());
  std::memcpy(into.data(), bytes, size);
  br_ssl_engine_recvapp_ack(engine, size);
  return size;
}

Result<std::size_t> Tls::read(Socket& socket, std::span<std::uint8_t> into,
                              const Deadline& deadline) {
  auto reached = run_until(socket, BR_SSL_RECVAPP, deadline);
  note_loss(reached);
  if (!reached) return fail(std::move(reached.error()));
  return take(*reached, into);
}

Result<std::optional<std::size_t>> Tls::read_now(Socket& socket, std::span<std::uint8_t> into) {
  auto reached = serve(socket, BR_SSL_RECVAPP, nullptr);
  note_loss(reached);
  if (!reached) return fail(std::move(reached.error()));
  if (*reached == 0) return std::nullopt;
  return take(*reached, into);
}

Result<void> Tls::write(Socket& socket, std::span<const std::uint8_t> bytes,
                        const Deadline& deadline) {
  br_ssl_engine_context* engine = state_->engine();
  while (!bytes.empty()) {
    PIPIT_TRY(const unsigned reached, run_until(socket, BR_SSL_SENDAPP, deadline));
    if (reached & BR_SSL_CLOSED) return fail(Code::network, "connection closed");
    std::size_t room = 0;
    unsigned char* into = br_ssl_engine_sendapp_buf(engine, &room);
    const std::size_t size = std::min(room, bytes.size());
    std::memcpy(into, bytes.data(), size);
    br_ssl_engine_sendapp_ack(engine, size);
    bytes = bytes.subspan(size);
  }
  br_ssl_engine_flush(engine, 0);
  PIPIT_TRY(run_until(socket, BR_SSL_SENDAPP | BR_SSL_RECVAPP, deadline));
  return {};
}

void Tls::close(Socket& socket) {
  br_ssl_engine_context* engine = state_->engine();
  br_ssl_engine_close(engine);
  if ((br_ssl_engine_current_state(engine) & BR_SSL_SENDREC) == 0) return;
  std::size_t size = 0;
  const unsigned char* bytes = br_ssl_engine_sendrec_buf(engine, &size);
  socket.write_now({bytes, size});
}

bool Tls::has_pending() const {
  return state_->ahead_begin != state_->ahead_end ||
         (br_ssl_engine_current_state(state_->engine()) & BR_SSL_RECVAPP) != 0;
}

}  // namespace pipit::net
