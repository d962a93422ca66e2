// The keys of the maps in DistState, which hold the work of one run.
#pragma once
#include <compare>
#include <string>
#include <vector>

#include "base/hash_spec.h"
#include "distribution/direct_reference.h"
#include "distribution/options.h"
#include "index/page.h"

namespace pipit::distribution {

/// A file of an index, or a direct source that is built. (A direct wheel is a file like any other.)
struct FileKey {
  enum class Kind { listed, direct } kind = Kind::listed;
  /// index::file_key(), which is also the file's key in the cache; for a direct source its
  /// source_text(), as an archive's digest does not say which subdirectory is meant.
  std::string text;
  auto operator<=>(const FileKey&) const = default;
};
FileKey key_of(const index::File& file);
FileKey key_of(const DirectReference& source);

/// A wheel, and what it must hash to.
struct WheelKey {
  FileKey file;
  Expected expected;
  bool fresh = false;  // does not accept what was unpacked in this run
  auto operator<=>(const WheelKey&) const = default;
};

/// A wheel that is built from a source.
struct BuildKey {
  FileKey source;
  bool fresh = false;
  auto operator<=>(const BuildKey&) const = default;
};

/// A direct reference, and the hashes of its fragment.
struct DirectKey {
  FileKey source;
  std::vector<base::HashSpec> hashes;
  auto operator<=>(const DirectKey&) const = default;
};

/// What a revision of a repository means.
struct CommitKey {
  std::string repository, revision;
  auto operator<=>(const CommitKey&) const = default;
};

}  // namespace pipit::distribution
