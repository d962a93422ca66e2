// JSON pages (PEP 691).
#pragma once
#include <string_view>

#include "base/result.h"
#include "index/page_builder.h"
#include "index/page_source.h"

namespace pipit::index {

/// Passes every file to `builder`. Code::bad_index when the page is not JSON, or of another major
/// version.
Result<void> parse_json_page(std::string_view body, const PageSource& source, PageBuilder& builder);

}  // namespace pipit::index
