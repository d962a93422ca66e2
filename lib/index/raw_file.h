// A file as a page, a folder or a user names it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash_spec.h"
#include "index/page.h"

namespace pipit::index {

/// One file as a page or folder names it, before it is judged. Owns its text.
struct RawFile {
  std::string name;  // percent-decoded file name
  std::string url;   // absolute, without fragment and user information
  std::string sha256, other_hash, requires_python, yanked_reason, sidecar_sha256, stamp;
  std::int64_t upload_time = 0;
  std::uint64_t size = 0;
  Sidecar sidecar = Sidecar::none;
  bool yanked = false;

  /// SHA-256 has a place of its own; of the others the one whose name sorts last is kept (sha512).
  void set_hash(const base::HashSpec& hash);
  /// "sha256=..." of a fragment or an attribute, or several joined by "&"; others are passed over.
  void set_hashes(std::string_view text);
  /// "true", "sha256=...", "" or other text of data-core-metadata.
  /// A sidecar without a known hash is announced all the same, and never takes a hash back.
  void set_sidecar(std::string_view text);
};

}  // namespace pipit::index
