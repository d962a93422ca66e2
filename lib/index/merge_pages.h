// Makes one page of several.
#pragma once
#include <vector>

#include "index/page.h"

namespace pipit::index {

/// One page with the files of all (found) pages; of files of the same name the first one is kept.
PagePtr merge_pages(const std::vector<PagePtr>& pages);

}  // namespace pipit::index
