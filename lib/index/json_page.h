// JSON pages (PEP 691).
#pragma once
#include <memory>
#include <string_view>

#include "base/result.h"
#include "index/page_builder.h"
#include "index/page_source.h"

namespace pipit::index {

/// Reads a page that arrives in pieces of any size, and passes every file to `builder`. Both
/// arguments must outlive it.
class JsonPageParser {
 public:
  JsonPageParser(const PageSource& source, PageBuilder& builder);
  ~JsonPageParser();
  /// Code::bad_index when the page is not JSON; Code::unsupported for one of another major version.
  Result<void> feed(std::string_view bytes);
  /// To be called after the last bytes; errors as of feed().
  Result<void> finish();

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

/// The same for a page that is there as a whole.
Result<void> parse_json_page(std::string_view body, const PageSource& source, PageBuilder& builder);

}  // namespace pipit::index
