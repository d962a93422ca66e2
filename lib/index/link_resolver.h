// The links of pages: where they lead, and whether they may lead there.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/url.h"

namespace pipit::index {

/// Makes links absolute and judges them: only http(s), https stays https, a page from the network
/// never links to file:. nullopt for a link that is dropped.
class LinkResolver {
 public:
  explicit LinkResolver(base::Url base);
  struct Link {
    std::string url, file_name, fragment;
  };
  std::optional<Link> resolve(std::string_view href) const;
  void set_base(std::string_view href);

 private:
  base::Url page_, base_;
};

}  // namespace pipit::index
