// The merged page is built and read back like any other: it owns its text, so the pages that it was
// made from may go.
#include "index/merge_pages.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "index/page_builder.h"
#include "index/page_codec.h"
#include "index/raw_file.h"

namespace pipit::index {

namespace {

/// A file of a page that is merged into another one: its texts are copied, as its page may go.
RawFile raw_of(const File& file) {
  RawFile raw;
  raw.name = file.name;
  raw.url = file.url;
  raw.sha256 = file.sha256;
  raw.other_hash = file.other_hash;
  raw.requires_python = file.requires_python;
  raw.yanked_reason = file.yanked_reason;
  raw.sidecar_sha256 = file.sidecar_sha256;
  raw.stamp = file.stamp;
  raw.upload_time = file.upload_time;
  raw.size = file.size;
  raw.sidecar = file.sidecar;
  raw.yanked = file.yanked;
  return raw;
}

}  // namespace

// For each file name the first page wins: pages come in the order in which their places are
// trusted, local folders first.
PagePtr merge_pages(const std::vector<PagePtr>& pages) {
  std::vector<PagePtr> found;
  for (const PagePtr& page : pages)
    if (page->found) found.push_back(page);
  if (found.empty()) return pages.empty() ? missing_page("") : pages.front();
  if (found.size() == 1) return found.front();
  PageBuilder builder(found.front()->project, found.front()->index_url);
  std::map<std::string_view, bool> seen;
  for (const PagePtr& page : found)
    for (const Release& release : page->releases)
      for (const File& file : release.files)
        if (seen.emplace(file.name, true).second) builder.add(raw_of(file));
  // The most severe status of the project counts: a copy elsewhere does not lift a quarantine.
  const auto grave = [](const PagePtr& page) {
    return page->status == "quarantined"                      ? 2
           : page->status.empty() || page->status == "active" ? 0
                                                              : 1;
  };
  const PagePtr& gravest =
      *std::max_element(found.begin(), found.end(),
                        [&](const PagePtr& a, const PagePtr& b) { return grave(a) < grave(b); });
  builder.set_status(gravest->status, gravest->status_reason);
  auto merged = decode_page(base::SharedText(builder.encode()));
  return merged ? *merged : found.front();
}

}  // namespace pipit::index
