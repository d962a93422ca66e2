// A source archive as a file: received once, hashed while it arrives, kept in the cache by its
// SHA-256.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "cache/store.h"
#include "distribution/expected_hashes.h"
#include "net/freshness.h"
#include "net/transport.h"

namespace pipit::distribution {

/// What an archive must hash to, and its name in messages.
struct ArchiveSpec {
  std::string name;                // "demo-1.0.tar.gz", "master.zip"; safe to print
  std::string sha256, other_hash;  // the page's
  Expected expected;
  bool required = false;  // there must be a hash

  Result<ExpectedHashes> start() const;
};

/// A complete archive whose hash was checked.
struct Archive {
  std::string path;
  std::string sha256;
  net::Validators validators;  // of the response it came in
  bool checked = false;        // hashed by this process
  bool fetched = false;        // by this process
  std::string came = "";       // what_came() of that response; "" for another place
};
using ArchivePtr = std::shared_ptr<const Archive>;

/// The archive with that content in the cache; null when there is none.
ArchivePtr find_archive(const cache::Store& store, const std::string& sha256);
/// The SHA-256 of a file, read in pieces; an error when it does not meet the spec.
Result<std::string> hash_archive(const std::string& path, const ArchiveSpec& spec,
                                 std::stop_token stop = {});

/// Bytes on their way into an archive. The first ones stay in memory, so that an archive that is
/// only looked into is never written to disk. One thread at a time.
class ArchiveSpool {
 public:
  static Result<std::unique_ptr<ArchiveSpool>> create(cache::Store& store, ArchiveSpec spec);
  ~ArchiveSpool();
  ArchiveSpool(const ArchiveSpool&) = delete;
  ArchiveSpool& operator=(const ArchiveSpool&) = delete;

  /// Begins a new response, whose bytes are fed from the start: forgets the earlier bytes.
  Result<void> begin(const net::ResponseHead& head);
  Result<void> feed(std::string_view bytes);
  std::uint64_t offset() const { return fed_; }
  /// For If-Range: a strong validator of the bytes ("" when the server gave none).
  const std::string& range_validator() const { return range_validator_; }
  /// The server's pieces do not fit together: no more ranges of this response.
  void distrust() { range_validator_.clear(); }
  /// After the last byte: checks the hash and moves the file to its place.
  Result<ArchivePtr> publish();

 private:
  ArchiveSpool(cache::Store& store, ArchiveSpec spec, ExpectedHashes hashes)
      : store_(store), spec_(std::move(spec)), hashes_(std::move(hashes)) {}
  Result<void> open_file();

  cache::Store& store_;
  ArchiveSpec spec_;
  ExpectedHashes hashes_;
  std::string staging_;
  base::Fd out_;
  std::string memory_;
  std::uint64_t fed_ = 0;
  std::string range_validator_;
  net::Validators validators_;
};

}  // namespace pipit::distribution
