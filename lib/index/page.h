// A project's page: every file an index offers for one name, in one compact buffer. A page of
// 12,000 files is one allocation of text and one of rows. The cache stores that same buffer, so
// reading it back parses nothing but offsets.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "pep/dist_name.h"
#include "pep/version.h"

namespace pipit::index {

/// The two kinds of files that are installed from; everything else on a page is left out.
enum class FileKind : std::uint8_t { wheel, sdist };
/// PEP 658 and 714: no metadata file beside it, one ("true"), one with a sha256.
enum class Sidecar : std::uint8_t { none, announced, hashed };

/// One distribution file. Text fields point into the page's buffer and live as long as the page.
struct File {
  FileKind kind = FileKind::wheel;
  std::uint32_t release = 0;  // index into Page::releases
  /// file name, percent-decoded once; a valid wheel or sdist name of this project
  std::string_view name;
  /// absolute http(s) or file: URL, without fragment and user information; of a direct reference
  /// that is not a wheel, distribution::source_text()
  std::string_view url;
  std::string_view index_url;  // its page's: "" for a file that the user named by URL or path
  std::string_view sha256;  // hex; "" when the index gives none
  /// "sha512=…", "md5=…": when there is no sha256; a malformed one as it is (check_hashes())
  std::string_view other_hash;
  std::string_view requires_python;  // as written (entities decoded), "" if none
  std::string_view yanked_reason;
  std::string_view sidecar_sha256;  // when sidecar is hashed; "sha256=torn": a malformed one
  /// of a local file: changes when the file does (size and mtime); "" for remote ones
  std::string_view stamp;
  std::int64_t upload_time = 0;  // seconds since the epoch, 0: unknown
  std::uint64_t size = 0;        // 0: unknown
  Sidecar sidecar = Sidecar::none;
  bool yanked = false;
};

/// All files of one version. "1.0" and "1.0.0" are one release.
struct Release {
  pep::Version version;
  std::uint32_t first = 0, count = 0;  // its files: Page::files[first … first+count)
};

/// Immutable once made, and shared by all threads of a run.
struct Page {
  std::string project;  // normal form
  /// of the index that served it, without user information; find-links: the place
  std::string index_url;
  bool found = false;                         // false: no index has the name
  /// For messages about a page without files: where it came from, and what redirected there.
  std::string place;
  std::shared_ptr<const std::string> buffer;  // owns the text
  std::vector<Release> releases;              // newest first
  std::vector<File> files;  // grouped by release; wheels before sdists, else as listed
  /// PEP 792: "quarantined", "archived", "deprecated"; "" is active.
  std::string status, status_reason;
  std::vector<std::string> also_at;  // other indexes that have it too; only with tell_merges
};
using PagePtr = std::shared_ptr<const Page>;

/// A page for a name that no index has.
PagePtr missing_page(std::string project);

/// A file that keeps its page alive: its holder may use the texts, which lie in the page's buffer.
using FilePtr = std::shared_ptr<const File>;
FilePtr file_of(const PagePtr& page, std::size_t index);
/// Code::hash_mismatch when the page gives the file, or its metadata file, a hash that no file can
/// have: nothing of it could be checked, which must not count as a page without hashes.
Result<void> check_hashes(const File& file);
/// Identifies the file's content in maps and cache keys: its sha256, else a digest of its URL.
std::string file_key(const File& file);

}  // namespace pipit::index
