// One pass over a wheel: its bytes are fed while they arrive, and a cache entry comes out.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "archive/zip.h"
#include "archive/zip_stream.h"
#include "base/fd.h"
#include "base/result.h"
#include "cache/wheel.h"
#include "distribution/dist_state.h"
#include "distribution/expected_hashes.h"
#include "distribution/wheel/check.h"
#include "pep/metadata.h"

namespace pipit::distribution {

/// Unpacks into a staging directory that no one else sees, and that is removed with it unless
/// publish() succeeds. One thread at a time.
class Unpacker {
 public:
  static Result<std::unique_ptr<Unpacker>> create(DistState& context, const index::File& file,
                                                  ExpectedHashes hashes);
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// The next bytes of the wheel. A member is complete in staging as soon as its last byte was fed.
  Result<void> feed(std::string_view bytes);
  /// The same, for a file that is read to its end: when its content turns out to be broken, but a
  /// hash is promised, the rest is only hashed, and publish() says which of the two is wrong.
  Result<void> feed_to_end(std::string_view bytes);
  std::uint64_t offset() const { return fed_; }
  /// Whether a hash is promised.
  bool vouched() const { return hashes_.vouches(); }

  /// True when feed() failed because only random access can read the archive: start again with a
  /// new unpacker and spool().
  bool needs_random_access() const { return stream_->needs_random_access(); }
  /// From now on bytes are only hashed and kept; the archive is read when it is complete.
  Result<void> spool();

  /// METADATA has been unpacked. Provisional, like everything before publish().
  bool has_metadata() const { return !metadata_path_.empty(); }
  Result<std::string> metadata_text() const;

  struct Published {
    cache::WheelPtr wheel;
    pep::Metadata metadata;
  };
  /// After the last byte: checks the archive, its hash and the wheel, writes the manifest and moves
  /// the entry to its place.
  Result<Published> publish();

 private:
  Unpacker(DistState& context, const index::File& file, ExpectedHashes hashes, std::string staging);
  archive::ZipSink sink();
  Result<archive::Take> begin_member(const archive::ZipEntry& entry);
  Result<void> write_member(std::string_view bytes);
  Result<void> end_member(const archive::ZipEntry& entry);
  Result<void> compare_repeated(const archive::ZipEntry& entry);
  Result<std::vector<archive::ZipEntry>> complete();
  Result<std::vector<archive::ZipEntry>> unpack_spooled();
  Result<void> set_modes(const std::vector<archive::ZipEntry>& entries);
  Result<void> make_directory(std::string_view name);
  Result<std::int64_t> set_time(const archive::ZipEntry& entry);
  cache::WheelPtr published_at(const std::string& place, cache::Wheel wheel) const;
  Result<CheckedWheel> check() const;
  std::string member_path(std::string_view name) const;

  DistState& context_;
  std::string file_name_, shown_;
  bool tolerant_ = false;
  ExpectedHashes hashes_;
  std::string staging_;
  std::unique_ptr<archive::ZipStream> stream_;
  std::uint64_t fed_ = 0;
  std::optional<Error> broken_;  // what feed_to_end() put off
  base::Fd spool_;
  std::string metadata_path_;
  base::Fd tree_;                         // the directory of the members; all names are below it
  std::unordered_set<std::string> made_;  // directories in it
  std::string last_made_;                 // members of one directory come together
  enum class Times { unknown, kept, not_kept } times_ = Times::unknown;
  std::vector<cache::WheelFile> files_;

  // the member being written
  base::Fd out_;
  base::Sha256 sha256_;
  std::uint64_t size_ = 0;
};

/// Unpacks a wheel on disk at `path` into the cache. `expected` creates what its hashes are checked
/// against; it is called again when only random access can read the archive.
Result<Unpacker::Published> unpack_file(DistState& context, const index::File& file,
                                        const std::function<Result<ExpectedHashes>()>& expected,
                                        const std::string& path);

/// The wheel with this SHA-256 in the cache; null when there is none, or none that can be used for
/// a file of that name.
cache::WheelPtr find_wheel(cache::Store& store, const std::string& sha256,
                           std::string_view file_name);
/// The same, given the entry's directory.
cache::WheelPtr wheel_at(const std::string& directory, const std::string& sha256,
                         std::string_view file_name);

}  // namespace pipit::distribution
