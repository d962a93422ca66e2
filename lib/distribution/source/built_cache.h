// The cache of a built source: its wheels, their metadata, and what they were made from; the
// format: docs/formats/built.md.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cache/store.h"
#include "distribution/direct_reference.h"
#include "index/page.h"
#include "net/freshness.h"
#include "pep/metadata.h"
#include "pep/target.h"

namespace pipit::distribution {

/// The key, among the prepared ones, of metadata that does not depend on the interpreter.
inline constexpr std::string_view kStaticMetadata = "static";

/// source.json.
struct SourceRecord {
  std::string url;            // its origin; no secrets
  std::string name, version;  // of the project, from its metadata
  std::string sha256;         // of an archive
  std::string commit;         // of a repository
  std::string stamp;          // of a local archive: changes when the file does
  net::Validators validators;
  struct Wheel {
    std::string sha256;    // of the .whl
    std::string metadata;  // sha256 of its member of metadata.json, in compact form
  };
  std::map<std::string, Wheel, std::less<>> wheels;  // by file name
  /// Metadata that a hook prepared, by the interpreter that ran it; kStaticMetadata for what is
  /// static in the source.
  std::map<std::string, base::Json, std::less<>> prepared;
  std::vector<std::string> replaced;  // sha256 of wheels that are not used any more, oldest first

  /// Whether wheels of this record also belong to that content.
  bool same_content(const SourceRecord& other) const;
};
std::string encode_source_record(const SourceRecord& record);
/// Code::parse when it is not one; unknown members are ignored.
Result<SourceRecord> decode_source_record(std::string_view text);

/// The directory of a source in built-wheels-v0 and built-wheel-metadata-v0, without that for
/// settings: "pypi/<sdist>", "<sha256(index url)>/<sdist>", "url/<sha256(place)>/<any name>",
/// "git/<sha256(place)>/<commit>".
std::string index_shard(const index::File& file, std::string_view default_index);
/// The same for a direct reference; for a repository its commit must be known.
std::string direct_shard(const DirectReference& source);

/// The entries of one source. Values; other processes see a change at once, and the process that
/// makes one holds the shard's lock.
class BuiltCache {
 public:
  /// `settings`: digest of the settings where they differ from the defaults, "" if they do not.
  BuiltCache(cache::Store& store, std::string shard, std::string_view settings);

  const std::string& shard() const { return shard_; }
  /// source.json; nullopt when there is none that can be read.
  std::optional<SourceRecord> record() const;
  void write_record(const SourceRecord& record);

  struct Found {
    std::string file_name, sha256;
    pep::MetadataPtr metadata;
  };
  /// The wheel listed in `record` and in metadata.json that fits the target best, if its metadata
  /// is still the one it was written with.
  std::optional<Found> find(const SourceRecord& record, const pep::Target& target) const;
  /// The .whl's name on disk: a key may not contain an epoch's "!".
  static std::string disk_name(std::string_view file_name);
  /// The path of a wheel of that name, which may not exist.
  std::string wheel_path(std::string_view file_name) const;

  /// Takes the .whl at `path` (by a rename, or a copy from another file system) as another wheel of
  /// `record`, and writes both documents. The record's old wheel of that name counts as replaced.
  Result<void> add_wheel(SourceRecord& record, const std::string& path, const std::string& sha256,
                         base::Json metadata);
  /// After the content changed: writes `fresh` without wheels, removes the wheels of `stale` and
  /// remembers them as replaced.
  void replace(const SourceRecord& stale, SourceRecord& fresh);

 private:
  std::optional<base::Json> metadata_document() const;
  void retire(SourceRecord& record, const std::string& sha256);

  cache::Store& store_;
  std::string shard_;
};

}  // namespace pipit::distribution
