// Parses hashes and metadata-file attributes as pages write them.
#include "index/raw_file.h"

#include "base/hash_spec.h"
#include "base/text.h"

namespace pipit::index {
namespace {

/// "sha256=torn": an algorithm that is known, with digits that are none of its digests.
bool is_torn_hash(std::string_view text) {
  const auto pair = base::split_once(text, '=');
  return pair && base::is_hash_algorithm(pair->first) && !base::parse_hash_spec(text);
}

bool is_plain_sha256(std::string_view hex) {
  if (hex.size() != 64) return false;
  for (const char c : hex)
    if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return false;
  return true;
}

}  // namespace

void RawFile::clear() {
  for (std::string* text : {&name, &url, &sha256, &other_hash, &requires_python, &yanked_reason,
                            &sidecar_sha256, &stamp})
    text->clear();
  upload_time = 0;
  size = 0;
  sidecar = Sidecar::none;
  yanked = false;
}

bool RawFile::set_plain_sha256(std::string_view hex) {
  const bool is_plain = is_plain_sha256(hex);
  if (is_plain) sha256 = hex;
  return is_plain;
}

bool RawFile::set_plain_sidecar(std::string_view hex) {
  const bool is_plain = is_plain_sha256(hex);
  if (!is_plain) return false;
  sidecar = Sidecar::hashed;
  sidecar_sha256 = hex;
  return true;
}

void RawFile::set_hash(const base::HashSpec& hash) {
  if (hash.algorithm == "sha256")
    sha256 = hash.hex;
  else if (!is_torn_hash(other_hash) && (other_hash.empty() || hash.algorithm > other_hash))
    other_hash = cat(hash.algorithm, "=", hash.hex);
}

void RawFile::set_hashes(std::string_view text) {
  for (const std::string_view part : base::split(text, '&')) {
    if (is_torn_hash(part))
      other_hash = part;
    else if (const auto hash = base::parse_hash_spec(part))
      set_hash(*hash);
  }
}

void RawFile::set_sidecar(std::string_view text) {
  const auto hash = base::parse_hash_spec(text);
  if (hash && hash->algorithm == "sha256") {
    sidecar = Sidecar::hashed;
    sidecar_sha256 = hash->hex;
  } else if (is_torn_hash(text)) {
    if (sidecar == Sidecar::hashed) return;
    sidecar = Sidecar::hashed;
    sidecar_sha256 = text;
  } else if (!text.empty() && text != "false" && sidecar == Sidecar::none) {
    sidecar = Sidecar::announced;
  }
}

}  // namespace pipit::index
