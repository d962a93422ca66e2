// The server's chain is collected whole and judged when it is complete: only then is it known which
// roots it may lead to, and only those are decoded. BearSSL's "minimal" engine judges it; the
// collected chain is replayed to it.
//
// That engine knows host names only. For an IP literal it judges the chain alone, and the iPAddress
// entries of the certificate are compared here (RFC 5280 section 4.2.1.6).
#include "net/tls_trust.h"

#include <arpa/inet.h>

#include "base/text.h"
#include "base/time.h"
#include "net/der.h"
#include "third_party/bearssl.hpp"

namespace pipit::net {
namespace {

constexpr std::size_t kMaxChain = 16, kMaxChainBytes = 256 * 1024;
constexpr std::int64_t kPlausibleClock =
    1'704'067'200;  // 2024-01-01: before this, the clock is wrong
constexpr const char* kTrustHint =
    "if a proxy or a private authority signs it, name its bundle with --cert or SSL_CERT_FILE";

/// A root in the form that the engine takes; the key lies inside the decoder.
struct Anchor {
  std::string name;
  br_x509_decoder_context decoder;
};

void append_anchor_name(void* context, const void* bytes, std::size_t size) {
  static_cast<std::string*>(context)->append(static_cast<const char*>(bytes), size);
}

/// nullptr when this certificate is beyond the decoder (an unknown curve, say): only it is skipped.
std::unique_ptr<Anchor> decode_anchor(const std::string& der) {
  auto anchor = std::make_unique<Anchor>();
  br_x509_decoder_init(&anchor->decoder, append_anchor_name, &anchor->name);
  br_x509_decoder_push(&anchor->decoder, der.data(), der.size());
  if (!br_x509_decoder_get_pkey(&anchor->decoder)) return nullptr;
  return anchor;
}

br_x509_trust_anchor view_anchor(Anchor& anchor) {
  br_x509_trust_anchor view{};
  view.dn.data = reinterpret_cast<unsigned char*>(anchor.name.data());
  view.dn.len = anchor.name.size();
  view.flags = br_x509_decoder_isCA(&anchor.decoder) ? BR_X509_TA_CA : 0;
  view.pkey = *br_x509_decoder_get_pkey(&anchor.decoder);
  return view;
}

std::string names_of(const CertificateFacts& facts) {
  std::string out;
  std::size_t shown = 0;
  for (std::string_view name : facts.dns_names) {
    if (++shown > 3) return cat(out, ", …");
    out += cat(out.empty() ? "" : ", ", base::printable(name));
  }
  return out;
}

}  // namespace

struct ChainCheck::State {
  struct View {  // what the engine sees: the class pointer comes first
    const br_x509_class* vtable;
    State* owner;
  };
  State(std::string name, const Roots* trusted);

  void begin();
  void append(const unsigned char* bytes, std::size_t size);
  unsigned judge();
  unsigned judge_leaf_only();
  unsigned replay(const std::vector<br_x509_trust_anchor>& anchors, const char* name);
  bool leaf_names_address() const;
  std::vector<std::unique_ptr<Anchor>> matching_anchors() const;

  View view;
  std::string host;
  std::string address;  // of an IP literal
  const Roots* roots;
  std::vector<std::string> chain;
  std::size_t chain_bytes = 0;
  bool too_long = false;
  br_x509_minimal_context engine;
  br_x509_decoder_context leaf;
  const br_x509_pkey* key = nullptr;
  unsigned usages = 0;
};

namespace {

ChainCheck::State& owner_of(const br_x509_class* const* context) {
  return *reinterpret_cast<const ChainCheck::State::View*>(context)->owner;
}

void chain_start(const br_x509_class** context, const char*) { owner_of(context).begin(); }

void chain_start_certificate(const br_x509_class** context, std::uint32_t length) {
  ChainCheck::State& state = owner_of(context);
  state.chain_bytes += length;
  if (state.chain.size() >= kMaxChain || state.chain_bytes > kMaxChainBytes) state.too_long = true;
  if (!state.too_long) state.chain.emplace_back();
}

void chain_append(const br_x509_class** context, const unsigned char* bytes, std::size_t size) {
  owner_of(context).append(bytes, size);
}

void chain_end_certificate(const br_x509_class**) {}

unsigned chain_end(const br_x509_class** context) { return owner_of(context).judge(); }

const br_x509_pkey* chain_key(const br_x509_class* const* context, unsigned* usages) {
  const ChainCheck::State& state = owner_of(context);
  if (usages) *usages = state.usages;
  return state.key;
}

constexpr br_x509_class kChainClass = {sizeof(ChainCheck::State::View),
                                       chain_start,
                                       chain_start_certificate,
                                       chain_append,
                                       chain_end_certificate,
                                       chain_end,
                                       chain_key};

}  // namespace

ChainCheck::State::State(std::string name, const Roots* trusted)
    : view{&kChainClass, this},
      host(std::move(name)),
      address(address_bytes(host)),
      roots(trusted) {}

void ChainCheck::State::begin() {
  chain.clear();
  chain_bytes = 0;
  too_long = false;
  key = nullptr;
}

void ChainCheck::State::append(const unsigned char* bytes, std::size_t size) {
  if (too_long || chain.empty()) return;
  chain.back().append(reinterpret_cast<const char*>(bytes), size);
}

unsigned ChainCheck::State::judge() {
  if (chain.empty()) return BR_ERR_X509_EMPTY_CHAIN;
  if (too_long) return BR_ERR_X509_LIMIT_EXCEEDED;
  if (!roots) return judge_leaf_only();
  const std::vector<std::unique_ptr<Anchor>> anchors = matching_anchors();
  std::vector<br_x509_trust_anchor> views;
  for (const std::unique_ptr<Anchor>& anchor : anchors) views.push_back(view_anchor(*anchor));
  const bool is_name = address.empty();
  const unsigned code = replay(views, is_name ? host.c_str() : nullptr);
  if (code != 0) return code;
  if (!is_name && !leaf_names_address()) return BR_ERR_X509_BAD_SERVER_NAME;
  // The key may point into an anchor (a leaf that is trusted itself), which is destroyed here: the
  // leaf's own bytes hold the same key.
  return judge_leaf_only();
}

unsigned ChainCheck::State::judge_leaf_only() {
  br_x509_decoder_init(&leaf, nullptr, nullptr);
  br_x509_decoder_push(&leaf, chain.front().data(), chain.front().size());
  key = br_x509_decoder_get_pkey(&leaf);
  if (!key) return static_cast<unsigned>(br_x509_decoder_last_error(&leaf));
  if (usages == 0) usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
  return 0;
}

unsigned ChainCheck::State::replay(const std::vector<br_x509_trust_anchor>& anchors,
                                   const char* name) {
  br_x509_minimal_init(&engine, &br_sha256_vtable, anchors.data(), anchors.size());
  br_x509_minimal_set_rsa(&engine, br_rsa_pkcs1_vrfy_get_default());
  br_x509_minimal_set_ecdsa(&engine, br_ec_get_default(), br_ecdsa_vrfy_asn1_get_default());
  br_x509_minimal_set_hash(&engine, br_sha256_ID, &br_sha256_vtable);
  br_x509_minimal_set_hash(&engine, br_sha384_ID, &br_sha384_vtable);
  br_x509_minimal_set_hash(&engine, br_sha512_ID, &br_sha512_vtable);
  const br_x509_class** context = &engine.vtable;
  (*context)->start_chain(context, name);
  for (const std::string& der : chain) {
    (*context)->start_cert(context, static_cast<std::uint32_t>(der.size()));
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    (*context)->append(context, bytes, der.size());
    (*context)->end_cert(context);
  }
  const unsigned code = (*context)->end_chain(context);
  if (code == 0) (*context)->get_pkey(context, &usages);
  return code;
}

bool ChainCheck::State::leaf_names_address() const {
  const std::optional<CertificateFacts> facts = read_certificate(chain.front());
  if (!facts) return false;
  for (std::string_view candidate : facts->addresses) {
    if (candidate == address) return true;
  }
  return false;
}

std::vector<std::unique_ptr<Anchor>> ChainCheck::State::matching_anchors() const {
  std::vector<std::unique_ptr<Anchor>> anchors;
  std::vector<std::string_view> asked;
  auto add_named = [&](std::string_view name) {
    for (std::string_view before : asked) {
      if (before == name) return;
    }
    asked.push_back(name);
    for (const std::string& der : roots->find(name)) {
      if (std::unique_ptr<Anchor> anchor = decode_anchor(der)) anchors.push_back(std::move(anchor));
    }
  };
  for (const std::string& der : chain) {
    const std::optional<CertificateFacts> facts = read_certificate(der);
    if (!facts) continue;
    add_named(facts->issuer);
    add_named(facts->subject);
  }
  return anchors;
}

ChainCheck::ChainCheck(std::string host, const Roots* roots)
    : state_(std::make_unique<State>(std::move(host), roots)) {}
ChainCheck::~ChainCheck() = default;

void* ChainCheck::engine_view() { return &state_->view.vtable; }

bool ChainCheck::was_asked() const { return !state_->chain.empty(); }

Error ChainCheck::explain(int code) const {
  const std::string& host = state_->host;
  std::optional<CertificateFacts> leaf;
  if (!state_->chain.empty()) leaf = read_certificate(state_->chain.front());
  if (code == BR_ERR_X509_BAD_SERVER_NAME) {
    const std::string names = leaf ? names_of(*leaf) : "";
    return Error{Code::tls, cat("its certificate is for another host",
                                names.empty() ? "" : cat(" (", names, ")"))}
        .with_hint(cat("if this host is meant all the same: --trusted-host ", host));
  }
  if (code == BR_ERR_X509_EXPIRED && leaf) {
    std::string cause = validity_cause(leaf->not_before, leaf->not_after, base::now_seconds());
    return Error{Code::tls, cause};
  }
  if (code == BR_ERR_X509_CRITICAL_EXTENSION) {
    return Error{Code::tls,
                 "a certificate in its chain has a critical extension that cannot be checked (name "
                 "constraints, for example)"}
        .with_hint(cat("to go without verification: --trusted-host ", host));
  }
  if (code == BR_ERR_X509_NOT_TRUSTED || code == BR_ERR_X509_BAD_SIGNATURE ||
      code == BR_ERR_X509_NOT_CA || code == BR_ERR_X509_DN_MISMATCH) {
    return Error{Code::tls, cat("certificate of ", host,
                                " is not trusted: no known authority "
                                "signed it")}
        .with_hint(kTrustHint)
        .with_hint(cat("to go without verification: --trusted-host ", host));
  }
  return Error{
      Code::tls, cat("certificate of ", host, " cannot be used (X.509 error ", code, ")"), {}};
}

std::string address_bytes(const std::string& host) {
  char bytes[16];
  if (::inet_pton(AF_INET, host.c_str(), bytes) == 1) return std::string(bytes, 4);
  if (::inet_pton(AF_INET6, host.c_str(), bytes) == 1) return std::string(bytes, 16);
  return {};
}

std::string validity_cause(std::int64_t not_before, std::int64_t not_after, std::int64_t now) {
  if (now < kPlausibleClock) {
    return cat("its certificate cannot be checked: the clock says ",
               base::date_text(now).substr(0, 4));
  }
  if (now < not_before)
    return cat("its certificate is not valid before ", base::date_text(not_before));
  if (now > not_after) return cat("its certificate has expired on ", base::date_text(not_after));
  return "an authority in its certificate's chain has expired or is not valid yet";
}

}  // namespace pipit::net
