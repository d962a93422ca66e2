// The trusted root certificates: found on the system, looked up by name, decoded only when a
// server's chain leads to them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace pipit::net {

/// One block of a PEM text (RFC 7468).
struct PemBlock {
  std::string label;  // "CERTIFICATE", "PRIVATE KEY"
  std::string der;    // "" when the block's base64 is broken
};
/// All blocks, in order; what lies between them is skipped.
std::vector<PemBlock> read_pem(std::string_view text);

class Roots {
 public:
  /// What the named places hold together: `cert` (a file or a directory, which the user calls
  /// `said`), PIPIT_CERT, PIP_CERT,
  /// SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_DIR (folders, with ":" between
  /// them). Code::tls when none of them holds a certificate: the system's own are no way out of a
  /// named place. Only when no place is named: the bundles that distributions keep.
  static Result<Roots> load(const std::string& cert, const std::string& said = "--cert");
  /// From PEM text. A broken certificate is skipped; the others are kept.
  static Roots TEST_from_pem(std::string text);

  /// DER of every certificate whose subject is `name` (the encoded name).
  std::vector<std::string> find(std::string_view name) const;
  std::size_t size() const { return index_.size(); }
  /// The named places that gave nothing, and why: "SSL_CERT_DIR: /empty holds no certificate, …";
  /// "" when there is none.
  const std::string& useless() const { return useless_; }

 private:
  struct Place {
    std::uint64_t name_hash;
    std::uint32_t text;            // index into texts_
    std::uint32_t offset, length;  // of the base64 between the markers
  };
  void add_text(std::string text);
  std::string useless_;
  std::vector<std::string> texts_;
  std::vector<Place> index_;  // sorted by name_hash
};

}  // namespace pipit::net
