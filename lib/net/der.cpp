// A certificate is SEQUENCE { tbs, algorithm, signature }, and tbs lists its fields by position:
//   [0] version (optional), serial, algorithm, issuer, validity, subject, key, [1] [2] [3]
//   extensions
// Walking that list takes no grammar; every step checks that the element is really there.
#include "net/der.h"

#include "base/text.h"
#include "base/time.h"

namespace pipit::net {
namespace {

constexpr std::uint8_t kOid = 0x06, kOctets = 0x04, kSequence = 0x30;
constexpr std::uint8_t kUtcTime = 0x17, kGeneralizedTime = 0x18;
constexpr std::uint8_t kVersionTag = 0xa0, kExtensionsTag = 0xa3;
constexpr std::uint8_t kDnsName = 0x82, kIpAddress = 0x87;
constexpr std::string_view kSubjectAltName = "\x55\x1d\x11";  // 2.5.29.17
constexpr std::size_t kMaxNames = 1000;

std::optional<DerElement> take_tagged(std::string_view& rest, std::uint8_t tag) {
  std::string_view after = rest;
  std::optional<DerElement> element = take_der(after);
  if (!element || element->tag != tag) return std::nullopt;
  rest = after;
  return element;
}

/// YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ (RFC 5280 section 4.1.2.5).
std::optional<std::int64_t> read_der_time(const DerElement& element) {
  std::string_view text = element.body;
  const bool is_short = element.tag == kUtcTime;
  if (!is_short && element.tag != kGeneralizedTime) return std::nullopt;
  if (text.size() != (is_short ? 13u : 15u) || text.back() != 'Z') return std::nullopt;
  text.remove_suffix(1);
  for (char c : text) {
    if (!base::is_digit(c)) return std::nullopt;
  }
  auto take_number = [&text](std::size_t digits) {
    int number = 0;
    for (char c : text.substr(0, digits)) number = number * 10 + (c - '0');
    text.remove_prefix(digits);
    return number;
  };
  int year = take_number(is_short ? 2 : 4);
  if (is_short) year += year < 50 ? 2000 : 1900;
  const int month = take_number(2), day = take_number(2);
  const int hour = take_number(2), minute = take_number(2), second = take_number(2);
  return base::utc_seconds(year, month, day, hour, minute, second);
}

bool read_validity(std::string_view body, CertificateFacts& facts) {
  const std::optional<DerElement> from = take_der(body);
  const std::optional<DerElement> to = take_der(body);
  if (!from || !to) return false;
  const std::optional<std::int64_t> not_before = read_der_time(*from);
  const std::optional<std::int64_t> not_after = read_der_time(*to);
  if (!not_before || !not_after) return false;
  facts.not_before = *not_before;
  facts.not_after = *not_after;
  return true;
}

void read_alternative_names(std::string_view extension_value, CertificateFacts& facts) {
  const std::optional<DerElement> names = take_tagged(extension_value, kSequence);
  if (!names) return;
  std::string_view rest = names->body;
  for (std::size_t i = 0; i < kMaxNames; ++i) {
    const std::optional<DerElement> name = take_der(rest);
    if (!name) return;
    if (name->tag == kDnsName) facts.dns_names.push_back(name->body);
    if (name->tag == kIpAddress) facts.addresses.push_back(name->body);
  }
}

/// Extension ::= SEQUENCE { OID, BOOLEAN critical OPTIONAL, OCTET STRING value }
void read_extensions(std::string_view body, CertificateFacts& facts) {
  std::optional<DerElement> list = take_tagged(body, kSequence);
  while (list) {
    const std::optional<DerElement> extension = take_tagged(list->body, kSequence);
    if (!extension) return;
    std::string_view parts = extension->body;
    const std::optional<DerElement> oid = take_tagged(parts, kOid);
    if (!oid || oid->body != kSubjectAltName) continue;
    std::optional<DerElement> value = take_der(parts);
    if (value && value->tag != kOctets) value = take_der(parts);
    if (value && value->tag == kOctets) read_alternative_names(value->body, facts);
  }
}

struct TbsParts {
  DerElement issuer, validity, subject;
  std::string_view rest;  // key and extensions
};

std::optional<TbsParts> read_tbs(std::string_view der) {
  const std::optional<DerElement> certificate = take_tagged(der, kSequence);
  if (!certificate) return std::nullopt;
  std::string_view outer = certificate->body;
  const std::optional<DerElement> tbs = take_tagged(outer, kSequence);
  if (!tbs) return std::nullopt;
  TbsParts parts;
  parts.rest = tbs->body;
  take_tagged(parts.rest, kVersionTag);
  const std::optional<DerElement> serial = take_der(parts.rest);
  const std::optional<DerElement> algorithm = take_tagged(parts.rest, kSequence);
  const std::optional<DerElement> issuer = take_tagged(parts.rest, kSequence);
  const std::optional<DerElement> validity = take_tagged(parts.rest, kSequence);
  const std::optional<DerElement> subject = take_tagged(parts.rest, kSequence);
  if (!serial || !algorithm || !issuer || !validity || !subject) return std::nullopt;
  parts.issuer = *issuer;
  parts.validity = *validity;
  parts.subject = *subject;
  return parts;
}

}  // namespace

std::optional<DerElement> take_der(std::string_view& rest) {
  if (rest.size() < 2) return std::nullopt;
  const auto byte_at = [&rest](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
  if ((byte_at(0) & 0x1f) == 0x1f) return std::nullopt;
  std::size_t header = 2, length = byte_at(1);
  if (length >= 0x80) {
    const std::size_t count = length & 0x7f;
    if (count == 0 || count > 4 || rest.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | byte_at(2 + i);
    header += count;
  }
  if (length > rest.size() - header) return std::nullopt;
  DerElement element;
  element.tag = byte_at(0);
  element.body = rest.substr(header, length);
  element.whole = rest.substr(0, header + length);
  rest.remove_prefix(header + length);
  return element;
}

std::optional<CertificateFacts> read_certificate(std::string_view der) {
  const std::optional<TbsParts> parts = read_tbs(der);
  if (!parts) return std::nullopt;
  CertificateFacts facts;
  facts.issuer = parts->issuer.whole;
  facts.subject = parts->subject.whole;
  if (!read_validity(parts->validity.body, facts)) return std::nullopt;
  std::string_view rest = parts->rest;
  while (const std::optional<DerElement> element = take_der(rest)) {
    if (element->tag == kExtensionsTag) read_extensions(element->body, facts);
  }
  return facts;
}

std::optional<std::string_view> certificate_subject(std::string_view der) {
  const std::optional<TbsParts> parts = read_tbs(der);
  if (!parts) return std::nullopt;
  return parts->subject.whole;
}

}  // namespace pipit::net
