// Certificates, bare and in PEM: no input crashes, and every view lies within the certificate.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/der.h"
#include "net/roots.h"

namespace {

void check_within(std::string_view part, std::string_view whole) {
  if (part.empty()) return;
  if (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size()) {
    std::abort();
  }
}

void check_certificate(std::string_view der) {
  const auto facts = pipit::net::read_certificate(der);
  if (!facts) return;
  check_within(facts->subject, der);
  check_within(facts->issuer, der);
  for (std::string_view name : facts->dns_names) check_within(name, der);
  for (std::string_view address : facts->addresses) check_within(address, der);
  const auto subject = pipit::net::certificate_subject(der);
  if (!subject || *subject != facts->subject) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_certificate(text);
  for (const pipit::net::PemBlock& block : pipit::net::read_pem(text)) check_certificate(block.der);
  const pipit::net::Roots roots = pipit::net::Roots::TEST_from_pem(std::string(text));
  if (const auto subject = pipit::net::certificate_subject(text)) (void)roots.find(*subject);
  return 0;
}
