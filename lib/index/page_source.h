// Where a page came from.
#pragma once
#include <string>

#include "base/url.h"

namespace pipit::index {

struct PageSource {
  std::string project;    // normal form
  std::string index_url;  // for the page, without user information
  base::Url url;  // where the page came from, after redirects: links are relative to it
};

}  // namespace pipit::index
