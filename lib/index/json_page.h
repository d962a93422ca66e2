// JSON pages (PEP 691).
#pragma once
#include <string_view>

#include "base/result.h"
#include "index/page_builder.h"
#include "index/page_source.h"

namespace pipit::index {

/// Gives every file to `builder`. Code::bad_index when it is no JSON, or of another major version.
Result<void> parse_json_page(std::string_view body, const PageSource& source, PageBuilder& builder);

}  // namespace pipit::index
