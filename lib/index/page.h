// A project's page: every file an index offers for one name, in one compact buffer. The cache
// stores that same buffer, and a release is read out of it when somebody looks at it: of a page of
// 12,000 files that are the files of a few versions.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/shared_text.h"
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
  std::vector<File> files;  // at least one; wheels before sdists, else as listed
};

/// The releases of a page, newest first: reads like a constant vector. A release is decoded by
/// whoever looks at it first, and then stays where it is. Copies share what was decoded.
class Releases {
 public:
  /// The stored releases of a page (page_codec.h).
  struct Stored {
    base::SharedText records;         // those of all releases
    std::vector<std::uint32_t> ends;  // where each record ends; the last one's is the end
    std::string_view index_url;       // of each file; lies in what `records` keeps
    pep::Version (*version_of)(std::string_view record) = nullptr;
    std::vector<File> (*files_of)(std::string_view record, std::string_view index_url) = nullptr;
  };
  Releases() = default;
  explicit Releases(Stored stored);

  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  const Release& operator[](std::size_t at) const;
  /// The version alone, which is less to decode.
  const pep::Version& version(std::size_t at) const;
  const Release& front() const { return (*this)[0]; }

  class Iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = Release;
    using difference_type = std::ptrdiff_t;
    using pointer = const Release*;
    using reference = const Release&;
    Iterator() = default;
    Iterator(const Releases* all, std::ptrdiff_t at) : all_(all), at_(at) {}
    reference operator*() const { return (*all_)[static_cast<std::size_t>(at_)]; }
    pointer operator->() const { return &**this; }
    reference operator[](difference_type n) const { return *(*this + n); }
    Iterator& operator++() { return *this += 1; }
    Iterator operator++(int) { return {all_, at_++}; }
    Iterator& operator--() { return *this += -1; }
    Iterator operator--(int) { return {all_, at_--}; }
    Iterator& operator+=(difference_type n) { return at_ += n, *this; }
    Iterator& operator-=(difference_type n) { return at_ -= n, *this; }
    friend Iterator operator+(Iterator it, difference_type n) { return it += n; }
    friend Iterator operator-(Iterator it, difference_type n) { return it -= n; }
    friend difference_type operator-(Iterator a, Iterator b) { return a.at_ - b.at_; }
    auto operator<=>(const Iterator& other) const { return at_ <=> other.at_; }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const Releases* all_ = nullptr;
    std::ptrdiff_t at_ = 0;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, static_cast<std::ptrdiff_t>(count_)}; }

 private:
  struct State;
  std::shared_ptr<const State> state_;
  std::size_t count_ = 0;
};

/// Immutable once made, and shared by all threads of a run.
struct Page {
  std::string project;  // normal form
  /// of the index that served it, without user information; find-links: the place
  std::string index_url;
  bool found = false;                         // false: no index has the name
  /// For messages about a page without files: where it came from, and what redirected there.
  std::string place;
  Releases releases;
  bool has_local_versions = false;  // one release or more has a local version
  /// PEP 792: "quarantined", "archived", "deprecated"; "" is active.
  std::string status, status_reason;
  std::vector<std::string> also_at;  // other indexes that have it too; only with tell_merges
};
using PagePtr = std::shared_ptr<const Page>;

/// A page for a name that no index has.
PagePtr missing_page(std::string project);

/// Where the version is among the releases, if it is.
std::optional<std::size_t> find_release(const Page& page, const pep::Version& version);
/// The files of that version; none when the page does not have it.
std::span<const File> files_of(const Page& page, const pep::Version& version);

/// A file that keeps its page alive: its holder may use the texts, which lie in the page's buffer.
using FilePtr = std::shared_ptr<const File>;
FilePtr file_of(const PagePtr& page, const File& file);
/// The first one, of a page that has been made for one file.
FilePtr only_file(const PagePtr& page);
/// Code::hash_mismatch when the page gives the file, or its metadata file, a hash that no file can
/// have: nothing of it could be checked, which must not count as a page without hashes.
Result<void> check_hashes(const File& file);
/// Identifies the file's content in maps and cache keys: its sha256, else a digest of its URL.
std::string file_key(const File& file);

}  // namespace pipit::index
