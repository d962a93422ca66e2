// HTML pages (PEP 503).
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "index/page_source.h"
#include "index/raw_file.h"

namespace pipit::index {

/// PEP 792: what an index says of the project as a whole.
struct ProjectStatus {
  std::string status, reason;
};
/// Passes every link to `add`; returns what the page's meta tags say.
Result<ProjectStatus> parse_html_page(std::string_view body, const PageSource& source,
                                      const std::function<void(RawFile)>& add);

}  // namespace pipit::index
