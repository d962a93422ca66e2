// The current content of a source, identified by its page, its validators, its commit, or by
// fetching it.
#pragma once
#include <optional>
#include <stop_token>
#include <string>

#include "base/url.h"
#include "distribution/direct_reference.h"
#include "distribution/dist_state.h"
#include "distribution/source/archive_fetch.h"
#include "distribution/source/archive_file.h"
#include "distribution/source/built_cache.h"

namespace pipit::distribution {

/// One source distribution of an index, or one direct reference (its commit known). Used by one
/// thread at a time.
class SourceContent {
 public:
  SourceContent(DistState& context, index::FilePtr file);
  SourceContent(DistState& context, DirectReference source);

  /// Normal name, "" while it is not known.
  const std::string& project() const { return project_; }
  void set_project(std::string project) { project_ = std::move(project); }
  /// For messages: "demo-1.0.tar.gz", a URL, a path; no secrets.
  const std::string& shown() const { return shown_; }
  /// The archive's file name, from the page or the URL; may be anything.
  const std::string& name() const { return name_; }
  const FileKey& key() const { return key_; }
  const std::string& shard() const { return shard_; }  // of the cache, without settings
  bool is_directory() const { return source_ && source_->kind == DirectReference::Kind::directory; }
  const std::optional<DirectReference>& source() const { return source_; }
  const index::FilePtr& file() const { return file_; }

  /// Finds out what identifies the content; `known` is the last known record. Nothing identifies a
  /// folder. Afterwards identity() is set. May ask the server and, if the content is new, download
  /// it.
  Result<void> identify(const std::optional<SourceRecord>& known, std::stop_token stop);
  /// The same if it needs neither network nor reading; else false.
  bool identify_at_once(const std::optional<SourceRecord>& known);
  bool identified() const { return identified_; }
  /// sha256 or commit, url, stamp and validators of a record; no wheels.
  const SourceRecord& identity() const { return identity_; }

  /// The archive as a file whose hash was checked. Waits for a download of it that is in flight.
  /// Whether a hash is promised that the archive's bytes are compared with.
  bool is_vouched() const;
  Result<ArchivePtr> archive(std::stop_token stop);
  /// What it must hash to, by page, fragment and expectation.
  ArchiveSpec spec() const;
  /// Checks the content against what the caller that wants its wheel expects: by the known hash, or
  /// by the bytes.
  Result<void> check(const Expected& expected, std::stop_token stop);
  /// The same once it has been identified: changes nothing, so any thread may call it.
  Result<void> check_settled(const cache::Store& store, const Expected& expected) const;

 private:
  Result<void> identify_local(const std::optional<SourceRecord>& known);
  Result<void> identify_remote(const std::optional<SourceRecord>& known, std::stop_token stop);
  Result<ArchivePtr> fetch(std::stop_token stop);
  Result<ArchiveAnswer> ask(const net::Validators* known, std::stop_token stop);
  /// The SHA-256 that it must have ("" : unknown), before anything is read.
  std::string pinned() const;
  bool is_local_archive() const;

  DistState& context_;
  index::FilePtr file_;
  std::optional<DirectReference> source_;
  std::string name_;  // of the archive; its ending says which kind it is
  FileKey key_;
  std::string shown_, shard_, project_;
  base::Url url_;
  std::string path_;  // of a local one
  bool identified_ = false;
  SourceRecord identity_;
  ArchivePtr archive_;
};

}  // namespace pipit::distribution
