// Functions of a page alone: nothing is parsed here.
#include "index/page.h"

#include <utility>

#include "base/hash.h"
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

std::string file_key(const File& file) {
  if (!file.sha256.empty()) return std::string(file.sha256);
  return base::sha256_hex(cat(file.url, "\n", file.other_hash, "\n", file.stamp));
}

}  // namespace pipit::index
