// What a file's bytes must hash to, and whether they do.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/hash_spec.h"
#include "base/result.h"
#include "distribution/options.h"
#include "index/page.h"

namespace pipit::distribution {

/// The page's hash must match, and one of the wanted ones. Hashes everything with SHA-256 (the
/// cache's key) and, in the same pass, with the other algorithms that are expected.
class ExpectedHashes {
 public:
  /// Code::hash_mismatch when hashes are required and there is none, or when the page's hash
  /// already contradicts the wanted ones.
  static Result<ExpectedHashes> create(const index::File& file, const Expected& expected,
                                       bool required);

  /// Whether there is a hash at all that check() compares with.
  bool vouches() const { return !page_.empty() || !wanted_.empty(); }
  void update(std::string_view bytes);
  /// Code::hash_mismatch naming the file, the expected and the actual hash; the same for a size
  /// that was promised.
  Result<void> check() const;
  /// Of all bytes so far.
  std::string sha256() const { return base::hex(sha256_.digest()); }
  /// The SHA-256 known before a byte is read ("" if none): the cache may already have the file
  /// under it. Also empty when another algorithm has to be checked, as that needs the bytes.
  const std::string& known_sha256() const { return known_sha256_; }

 private:
  explicit ExpectedHashes(std::string file) : file_(std::move(file)) {}
  std::string actual(const std::string& algorithm) const;

  std::string file_;
  std::vector<base::HashSpec> page_, wanted_;
  std::uint64_t size_ = 0, received_ = 0;  // expected (0: any), so far
  std::string known_sha256_;
  base::Sha256 sha256_;
  struct Other {
    std::string algorithm;
    base::Hasher hasher;
  };
  std::vector<Other> others_;
};

/// Whether an error is about what bytes hold: no archive, no wheel, metadata that cannot be used.
/// Only when the bytes have their promised hash does it say something about the release.
bool is_about_content(const Error& error);
/// The same error about bytes that no hash vouches for: Code::unchecked, so that it is never taken
/// for a property of the release. Only bad_metadata stays: there a whole archive said itself that
/// it is this release.
Error as_unchecked(Error error);

}  // namespace pipit::distribution
