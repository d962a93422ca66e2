// Parses hashes and metadata-file attributes as pages write them.
#include "index/raw_file.h"

#include "base/hash_spec.h"
#include "base/text.h"

namespace pipit::index {

void RawFile::set_hash(const base::HashSpec& hash) {
  if (hash.algorithm == "sha256")
    sha256 = hash.hex;
  else if (other_hash.empty() || hash.algorithm > other_hash)
    other_hash = cat(hash.algorithm, "=", hash.hex);
}

void RawFile::set_hashes(std::string_view text) {
  for (const std::string_view part : base::split(text, '&'))
    if (const auto hash = base::parse_hash_spec(part)) set_hash(*hash);
}

void RawFile::set_sidecar(std::string_view text) {
  const auto hash = base::parse_hash_spec(text);
  if (hash && hash->algorithm == "sha256") {
    sidecar = Sidecar::hashed;
    sidecar_sha256 = hash->hex;
  } else if (!text.empty() && text != "false" && sidecar == Sidecar::none) {
    sidecar = Sidecar::announced;
  }
}

}  // namespace pipit::index
