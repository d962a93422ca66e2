// One page of several.
#pragma once
#include <vector>

#include "index/page.h"

namespace pipit::index {

/// One page of the files of all (found) pages; the same file name at several places stays in the
/// first one's.
PagePtr merge_pages(const std::vector<PagePtr>& pages);

}  // namespace pipit::index
