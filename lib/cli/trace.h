// What --trace writes.
#pragma once
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"

namespace pipit::cli {

/// Chrome trace JSON, or a page that shows it when `path` ends in .html. Code::io, Code::no_space.
Result<void> write_trace(const std::string& path, const std::vector<base::SpanRecord>& spans);

}  // namespace pipit::cli
