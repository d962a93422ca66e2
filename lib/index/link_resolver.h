// The links of pages: where they lead, and whether they may lead there.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/url.h"

namespace pipit::index {

/// Makes links absolute and judges them: only http(s), https stays https, a page from the network
/// never links to file:.
class LinkResolver {
 public:
  explicit LinkResolver(base::Url base);
  struct Link {
    std::string url, file_name, fragment;
  };
  /// Null for a link that is dropped. The link is there until the next call.
  const Link* resolve(std::string_view href);
  void set_base(std::string_view href);

 private:
  bool resolve_known(std::string_view href);
  void remember(std::string_view href);

  base::Url page_, base_;
  Link link_;
  /// How the last link that was resolved begins ("https://host", "../.."), and what that became.
  std::optional<std::pair<std::string, std::string>> known_;
};

}  // namespace pipit::index
