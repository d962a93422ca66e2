// A system's bundle holds some 140 roots, and a run needs one or two of them. Decoding the keys of
// all costs several milliseconds; scanning the text for the subject names costs a third of one. So
// there is an index from the hash of a subject to its place in the PEM text, and a certificate is
// decoded when a chain asks for it.
//
// The places that the user named count together: an environment that sets several variables may
// have an empty folder among them. When all of them are of no use that is an error, because falling
// back to the system's roots would trust what was meant to be distrusted.
#include "net/roots.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "base/environ.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "net/der.h"

namespace pipit::net {
namespace {

constexpr std::uint64_t kMaxBundle = 16u << 20;
constexpr std::size_t kMaxDirectoryFiles = 4096;
constexpr std::string_view kBegin = "-----BEGIN ", kEnd = "-----END ", kDashes = "-----";
constexpr const char* kFileVariables[] = {"PIPIT_CERT", "PIP_CERT", "SSL_CERT_FILE",
                                          "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"};
constexpr const char* kSystemBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",              // SUSE
    "/etc/ssl/cert.pem",                   // Alpine, BSDs
};

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (base::is_digit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

/// RFC 7468: base64 with white space anywhere. "" when it holds anything else.
std::string decode_pem_body(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    if (base::is_space(c)) continue;
    if (c == '=') break;
    const int value = base64_value(c);
    if (value < 0) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xff));
  }
  return out;
}

struct PemSpan {
  std::string_view label;
  std::size_t offset = 0, length = 0;  // of the base64 text
};

/// The next block at or after `from`; `from` moves behind it.
std::optional<PemSpan> next_pem(std::string_view text, std::size_t& from) {
  const std::size_t begin = text.find(kBegin, from);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t label_at = begin + kBegin.size();
  const std::size_t label_end = text.find(kDashes, label_at);
  if (label_end == std::string_view::npos) return std::nullopt;
  PemSpan span;
  span.label = text.substr(label_at, label_end - label_at);
  span.offset = label_end + kDashes.size();
  const std::size_t end = text.find(kEnd, span.offset);
  if (end == std::string_view::npos) return std::nullopt;
  span.length = end - span.offset;
  from = end + kEnd.size();
  return span;
}

bool is_certificate_label(std::string_view label) {
  return label == "CERTIFICATE" || label == "X509 CERTIFICATE";
}

std::uint64_t name_hash_of(std::string_view name) { return std::hash<std::string_view>{}(name); }

/// Adds a file, or every file of a directory, to one text.
Result<std::string> read_place(const std::string& path) {
  if (!base::is_directory(path)) return base::read_file(path, kMaxBundle);
  PIPIT_TRY(std::vector<base::DirEntry> entries, base::list_directory(path));
  if (entries.size() > kMaxDirectoryFiles) entries.resize(kMaxDirectoryFiles);
  std::string text;
  for (const base::DirEntry& entry : entries) {
    const std::string file = base::join_path(path, entry.name);
    if (!base::is_regular_file(file)) continue;
    const Result<std::string> content = base::read_file(file, kMaxBundle);
    if (content && text.size() + content->size() < kMaxBundle)
      text.append(*content).push_back('\n');
  }
  return text;
}

std::optional<std::string> set_variable(const char* name) {
  std::optional<std::string> value = base::environment_variable(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

struct NamedPlace {
  std::string source;  // "--cert", "SSL_CERT_FILE"
  std::string path;
};

/// What options and environment name; empty when they name nothing, so the system's place is used.
std::vector<NamedPlace> named_places(const std::string& cert, const std::string& said) {
  std::vector<NamedPlace> places;
  if (!cert.empty()) places.push_back({said, cert});
  for (const char* variable : kFileVariables) {
    if (std::optional<std::string> path = set_variable(variable))
      places.push_back({variable, *path});
  }
  const std::string folders = set_variable("SSL_CERT_DIR").value_or("");
  for (std::string_view piece : base::split(folders, ':')) {
    if (!piece.empty()) places.push_back({"SSL_CERT_DIR", std::string(piece)});
  }
  return places;
}

std::unexpected<Error> no_roots_anywhere() {
  std::string looked;
  for (const char* path : kSystemBundles) looked += cat(looked.empty() ? "" : ", ", path);
  Error error{Code::tls, cat("no certificate authorities found (looked at ", looked, ")")};
  return fail(std::move(error).with_hint(
      "install the package ca-certificates, or name a bundle with --cert or SSL_CERT_FILE"));
}

}  // namespace

std::vector<PemBlock> read_pem(std::string_view text) {
  std::vector<PemBlock> blocks;
  std::size_t at = 0;
  while (const std::optional<PemSpan> span = next_pem(text, at)) {
    blocks.push_back(
        {std::string(span->label), decode_pem_body(text.substr(span->offset, span->length))});
  }
  return blocks;
}

void Roots::add_text(std::string text) {
  const auto number = static_cast<std::uint32_t>(texts_.size());
  std::size_t at = 0;
  while (const std::optional<PemSpan> span = next_pem(text, at)) {
    if (!is_certificate_label(span->label)) continue;
    const std::string der =
        decode_pem_body(std::string_view(text).substr(span->offset, span->length));
    const std::optional<std::string_view> subject = certificate_subject(der);
    if (!subject) continue;
    index_.push_back({name_hash_of(*subject), number, static_cast<std::uint32_t>(span->offset),
                      static_cast<std::uint32_t>(span->length)});
  }
  texts_.push_back(std::move(text));
  std::sort(index_.begin(), index_.end(),
            [](const Place& a, const Place& b) { return a.name_hash < b.name_hash; });
}

Roots Roots::TEST_from_pem(std::string text) {
  Roots roots;
  roots.add_text(std::move(text));
  return roots;
}

Result<Roots> Roots::load(const std::string& cert, const std::string& said) {
  Roots roots;
  const std::vector<NamedPlace> places = named_places(cert, said);
  std::set<std::string> seen;
  for (const NamedPlace& place : places) {
    if (!seen.insert(place.path).second) continue;
    Result<std::string> text = read_place(place.path);
    const std::string missing = text ? "" : text.error().message;
    const std::size_t before = roots.size();
    if (text) roots.add_text(std::move(*text));
    if (roots.size() > before) continue;
    roots.useless_ += cat(roots.useless_.empty() ? "" : ", ", place.source, ": ",
                          text ? cat(place.path, " holds no certificate") : missing);
  }
  if (roots.size() > 0) return roots;
  if (!places.empty()) return fail(Code::tls, std::move(roots.useless_));
  for (const char* path : kSystemBundles) {
    Result<std::string> text = base::read_file(path, kMaxBundle);
    if (!text) continue;
    roots.add_text(std::move(*text));
    if (roots.size() > 0) return roots;
  }
  return no_roots_anywhere();
}

std::vector<std::string> Roots::find(std::string_view name) const {
  const std::uint64_t wanted = name_hash_of(name);
  auto place = std::lower_bound(index_.begin(), index_.end(), wanted,
                                [](const Place& p, std::uint64_t h) { return p.name_hash < h; });
  std::vector<std::string> found;
  for (; place != index_.end() && place->name_hash == wanted; ++place) {
    const std::string_view text = texts_[place->text];
    std::string der = decode_pem_body(text.substr(place->offset, place->length));
    const std::optional<std::string_view> subject = certificate_subject(der);
    if (subject && *subject == name) found.push_back(std::move(der));
  }
  return found;
}

}  // namespace pipit::net
