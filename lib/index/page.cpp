// Functions of a page alone: nothing is parsed here.
#include "index/page.h"

#include <utility>

#include "base/hash.h"
#include "base/hash_spec.h"
#include "base/text.h"

namespace pipit::index {

PagePtr missing_page(std::string project) {
  auto page = std::make_shared<Page>();
  page->project = std::move(project);
  return page;
}

FilePtr file_of(const PagePtr& page, std::size_t index) {
  return FilePtr(page, &page->files[index]);
}

namespace {

std::unexpected<Error> torn_hash(const File& file, std::string_view of_what,
                                 std::string_view hash) {
  constexpr std::size_t kShown = 100;
  const std::string place = file.index_url.empty() ? "" : cat(" of ", file.index_url);
  return fail(
      Error{Code::hash_mismatch,
            cat(base::printable(file.name), of_what, ": the page", place, " gives it the hash \"",
                base::printable(hash.substr(0, kShown)), "\", which no file can have")}
          .with_hint("the index has to mend its page; another version may have a hash"));
}

}  // namespace

Result<void> check_hashes(const File& file) {
  if (file.sha256.empty() && !file.other_hash.empty() && !base::parse_hash_spec(file.other_hash))
    return torn_hash(file, "", file.other_hash);
  if (file.sidecar_sha256.contains('=')) return torn_hash(file, ".metadata", file.sidecar_sha256);
  return {};
}

std::string file_key(const File& file) {
  if (!file.sha256.empty()) return std::string(file.sha256);
  return base::sha256_hex(cat(file.url, "\n", file.other_hash, "\n", file.stamp));
}

}  // namespace pipit::index
