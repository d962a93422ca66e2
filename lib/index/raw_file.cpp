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

}  // namespace

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
