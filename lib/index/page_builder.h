// From what an index page or a folder lists to the compact page: file names judged, files grouped
// by version, newest first.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
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

  /// SHA-256 has a place of its own; of the others the one whose name sorts last stays (sha512).
  void set_hash(const base::HashSpec& hash);
};

/// Collects the files of one project. Names that are no wheel or sdist of this project are dropped
/// (eggs, installers, signatures).
class PageBuilder {
 public:
  PageBuilder(std::string project, std::string index_url);
  void add(RawFile file);
  void set_status(std::string status, std::string reason);
  /// The page in its stored form (see encode in page_codec.cpp).
  std::string encode() const;

 private:
  struct Row {
    RawFile file;
    FileKind kind = FileKind::wheel;
  };
  std::string project_, index_url_, status_, reason_;
  /// version text as in the file name -> release
  std::map<std::string, std::size_t, std::less<>> release_of_text_;
  /// version -> release: two texts may be one version ("1.0", "1.0.0")
  std::map<pep::Version, std::size_t> release_of_version_;
  std::vector<std::pair<pep::Version, std::vector<Row>>> releases_;
};

/// The version text of a wheel or sdist file name of `project` (normal form), and its kind; nullopt
/// when it is neither or not this project's.
struct NamedVersion {
  FileKind kind = FileKind::wheel;
  std::string_view version;
};
std::optional<NamedVersion> version_in_name(std::string_view file_name, std::string_view project);

/// Reads a stored page back. Code::parse when it is not of this version or torn.
Result<PagePtr> decode_page(std::shared_ptr<const std::string> stored);
/// Whether it begins as a stored page of this version does.
bool is_stored_page(std::string_view stored);
/// A page for a name that no index has.
PagePtr missing_page(std::string project);
/// One page of the files of all (found) pages; the same file name at several places stays in the
/// first one's.
PagePtr merge_pages(const std::vector<PagePtr>& pages);

}  // namespace pipit::index
