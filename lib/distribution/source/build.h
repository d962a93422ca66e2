// From a source to its metadata and its wheel: cached, static in the source, or built.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/events.h"
#include "base/text.h"
#include "distribution/builder.h"
#include "distribution/dist_state.h"
#include "distribution/source/built_cache.h"
#include "distribution/source/content.h"
#include "pep/dist_name.h"

namespace pipit::distribution {

/// One source, from the first request for it to the end of the run: what was unpacked for its
/// metadata is reused to build its wheel. Used by one thread at a time: wheel() is only called when
/// metadata is settled.
class SourceBuild {
 public:
  SourceBuild(DistState& context, index::FilePtr file);
  SourceBuild(DistState& context, DirectReference source);
  ~SourceBuild();
  SourceBuild(const SourceBuild&) = delete;
  SourceBuild& operator=(const SourceBuild&) = delete;

  const SourceContent& content() const { return content_; }
  /// For messages: "demo==1.0", or the source's text until name and version are known.
  const std::string& shown() const { return shown_; }

  /// Cached metadata that can be validated without the network and without reading the source; null
  /// when there is none.
  pep::MetadataPtr kept_metadata();
  /// Notes that the wheel will be wanted whatever the metadata says: if only a build can tell the
  /// metadata, it is taken from the built wheel. Any thread.
  void want_wheel() { wheel_wanted_ = true; }
  /// Cached, static, prepared by a hook, or from a wheel built for it. Code::build_failed,
  /// Code::unsupported without a builder, and all errors of getting the source.
  Result<pep::MetadataPtr> metadata(std::stop_token stop);
  /// Built or cached; unpacked. `told`: what metadata() returned, in this run or another.
  Result<cache::WheelPtr> wheel(const pep::MetadataPtr& told, std::stop_token stop);
  /// Before wheel(): whether the content has the expected hashes.
  Result<void> check(const Expected& expected, std::stop_token stop);
  Result<ArchivePtr> archive(std::stop_token stop);
  /// The .whl that wheel() was unpacked from; "" when the cache does not have it.
  std::string wheel_file() const;
  /// Forgets the wheel, so that wheel() unpacks or builds it again.
  void forget_wheel() { wheel_.reset(); }

 private:
  BuiltCache cache() const;
  std::string settings() const;
  std::string project() const;  // as known, or as said by who wants it
  Result<void> identify(std::stop_token stop);
  void adopt();
  pep::MetadataPtr look_for_metadata();
  Result<cache::WheelPtr> look_for_wheel();
  Result<pep::MetadataPtr> read_folder(std::stop_token stop);
  Result<pep::MetadataPtr> find_out(std::stop_token stop);
  Result<std::optional<pep::Metadata>> read_static(std::string& text) const;
  Result<void> open_tree(std::stop_token stop);
  Result<std::string> unpack(std::stop_token stop);
  Result<void> open_build();
  void close_tree();
  Result<pep::MetadataPtr> keep_prepared(std::string_view interpreter, std::string_view text,
                                         pep::Metadata metadata);
  Result<void> check_identity(const pep::Metadata& metadata, std::string_view who) const;
  Result<void> build_wheel(const pep::MetadataPtr& told, std::stop_token stop);
  Result<void> check_wheel_name(const std::string& file_name, const pep::MetadataPtr& told) const;
  Error not_for_target(const std::string& file_name) const;
  Result<std::pair<cache::WheelPtr, pep::Metadata>> unpack_wheel(const std::string& path,
                                                                 const std::string& sha256);
  bool fits(const pep::WheelName& name) const;
  void settle(const pep::Metadata& metadata);
  void save_content();
  std::string staged(std::string_view name) const { return cat(staging_, "/", name); }

  std::atomic<bool> wheel_wanted_{false};
  DistState& context_;
  SourceContent content_;
  std::string shown_;
  std::optional<pep::Version> version_;  // from the file's name
  SourceRecord record_;                  // of the current content
  std::optional<SourceRecord> stale_;    // of an earlier content, still in the cache
  std::string staging_, tree_;
  std::unique_ptr<BuildTree> build_;
  pep::MetadataPtr metadata_;
  cache::WheelPtr wheel_;
  std::string wheel_name_;  // key of `record_`'s wheel
  std::string unfit_;       // a wheel that was built for its metadata, but not for the target
};

}  // namespace pipit::distribution
