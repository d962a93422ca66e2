// As much of DER and X.509 as is needed to look certificates up and to explain what is wrong with
// one. Trust is decided elsewhere (net/tls_trust); nothing here verifies a signature.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pipit::net {

/// One element (X.690): views into the text it was read from.
struct DerElement {
  std::uint8_t tag = 0;    // single-byte tags only
  std::string_view body;   // the content
  std::string_view whole;  // with tag and length
};
/// Takes the first element off `rest`; nullopt (and `rest` unchanged) when it is cut off, of
/// indefinite length, or has a long tag.
std::optional<DerElement> take_der(std::string_view& rest);

/// Facts of one certificate (RFC 5280). Views into the certificate's bytes.
struct CertificateFacts {
  std::string_view subject, issuer;            // whole encoded names: equal bytes, equal names
  std::int64_t not_before = 0, not_after = 0;  // seconds since the epoch
  std::vector<std::string_view> dns_names;     // subjectAltName dNSName
  std::vector<std::string_view> addresses;     // subjectAltName iPAddress: 4 or 16 bytes
};
/// nullopt when the bytes are not a certificate.
std::optional<CertificateFacts> read_certificate(std::string_view der);
/// The subject alone (what an index of roots needs).
std::optional<std::string_view> certificate_subject(std::string_view der);

}  // namespace pipit::net
