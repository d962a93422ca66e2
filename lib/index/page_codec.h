// The stored form of a page: the bytes that the cache keeps and that Page points into.
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
/// A page under construction; releases in any order.
struct PageDraft {
  std::string project, index_url, status, status_reason;
  std::vector<std::pair<pep::Version, std::vector<PageRow>>> releases;
};
std::string encode_page(const PageDraft& draft);
/// Decodes a stored page. Code::parse when it is of another version or torn.
Result<PagePtr> decode_page(std::shared_ptr<const std::string> stored);
/// Whether it begins like a stored page of this version.
bool is_stored_page(std::string_view stored);

}  // namespace pipit::index
