// What a resolution may still request.
#pragma once
#include <limits>
#include <set>
#include <string>

#include "index/page.h"

namespace pipit::resolve {

/// Limits the search for a hint: pages and metadata that the failed resolution requested are free,
/// each other request costs. A function returns false for what may not be requested.
class Budget {
 public:
  /// From now on allows only this many further requests, and none that may lead to a build: builds
  /// take long.
  void limit(std::size_t requests) {
    left_ = requests;
    may_build_ = false;
  }
  bool spend_on_page(const std::string& project) { return spend(pages_, project, true); }
  /// A direct reference: its URL, or its distribution::source_text().
  bool spend_on_reference(const std::string& url) { return spend(references_, url, may_build_); }
  bool spend_on_metadata(const index::File* file) {
    return spend(files_, file, may_build_ || file->kind == index::FileKind::wheel);
  }

 private:
  template <class T>
  bool spend(std::set<T>& known, const T& what, bool allowed) {
    if (known.contains(what)) return true;
    if (left_ == 0 || !allowed) return false;
    --left_;
    known.insert(what);
    return true;
  }

  bool may_build_ = true;
  std::size_t left_ = std::numeric_limits<std::size_t>::max();
  std::set<std::string> pages_, references_;
  std::set<const index::File*> files_;
};

}  // namespace pipit::resolve
