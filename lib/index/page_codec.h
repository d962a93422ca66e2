// The stored form of a page: the bytes that the cache keeps and that Page points into.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/shared_text.h"
#include "index/page.h"
#include "index/raw_file.h"
#include "pep/version.h"

namespace pipit::index {

/// The files of a version, in stored form.
class ReleaseDraft {
 public:
  explicit ReleaseDraft(pep::Version version) : version_(std::move(version)) {}
  void add(const RawFile& file, FileKind kind);
  const pep::Version& version() const { return version_; }
  /// The length of the release's record.
  std::size_t encoded_size() const;
  /// Appends it.
  void encode(std::string& out) const;
  /// Gives its files up, and their memory.
  void clear() {
    std::string().swap(wheels_);
    std::string().swap(sdists_);
  }

 private:
  pep::Version version_;
  std::size_t count_ = 0;
  std::string wheels_, sdists_;
};
/// A page under construction; releases in any order.
struct PageDraft {
  std::string project, index_url, status, status_reason;
  std::vector<ReleaseDraft> releases;
};
/// Each release is given up when it is encoded, so that a large page is in memory once.
std::string encode_page(PageDraft draft);
/// Reads a stored page; its releases are read when they are looked at. Code::parse when it is of
/// another version or torn.
Result<PagePtr> decode_page(base::SharedText stored);
/// Whether it begins like a stored page of this version.
bool is_stored_page(std::string_view stored);

}  // namespace pipit::index
