// The stored form of a page: what the cache keeps, and what Page points into.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "index/page.h"
#include "index/raw_file.h"
#include "pep/version.h"

namespace pipit::index {

struct PageRow {
  RawFile file;
  FileKind kind = FileKind::wheel;
};
/// A page that is being put together; releases in any order.
struct PageDraft {
  std::string project, index_url, status, status_reason;
  std::vector<std::pair<pep::Version, std::vector<PageRow>>> releases;
};
std::string encode_page(const PageDraft& draft);
/// Reads a stored page back. Code::parse when it is not of this version or torn.
Result<PagePtr> decode_page(std::shared_ptr<const std::string> stored);
/// Whether it begins as a stored page of this version does.
bool is_stored_page(std::string_view stored);

}  // namespace pipit::index
