// A file as a page, a folder or a user gives it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash_spec.h"
#include "index/page.h"

namespace pipit::index {

/// One file as a page or folder gives it, not judged yet. Owns its text.
struct RawFile {
  std::string name;  // percent-decoded file name
  std::string url;   // absolute, without fragment and user information
  std::string sha256, other_hash, requires_python, yanked_reason, sidecar_sha256, stamp;
  std::int64_t upload_time = 0;
  std::uint64_t size = 0;
  Sidecar sidecar = Sidecar::none;
  bool yanked = false;

  /// Empty again; its texts keep their place.
  void clear();
  /// SHA-256 has its own field; of the others the one whose name sorts last is kept (sha512).
  void set_hash(const base::HashSpec& hash);
  /// "sha256=..." of a fragment or an attribute, or several joined by "&"; unknown ones are
  /// skipped. One that no file can have ("sha256=torn") stands in other_hash before all of those,
  /// for check_hashes().
  void set_hashes(std::string_view text);
  /// Reads "true", "sha256=...", "" or other text of data-core-metadata. A metadata file without a
  /// known hash still counts as announced, and never removes a hash already set. A hash that no
  /// file can have is kept as it is, for check_hashes().
  void set_sidecar(std::string_view text);
  /// What set_hashes() and set_sidecar() do with "sha256=<hex>", for the digest alone; false, and
  /// nothing is done, when it is not 64 digits in lower case.
  bool set_plain_sha256(std::string_view hex);
  bool set_plain_sidecar(std::string_view hex);
};

}  // namespace pipit::index
