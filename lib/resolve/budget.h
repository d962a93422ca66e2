// What a resolution may ask for beyond what is at hand.
#pragma once
#include <limits>
#include <set>
#include <string>

#include "index/page.h"

namespace pipit::resolve {

/// Pages and metadata that one resolution asked for are free to those that look for what would have
/// made it succeed; each other one costs.
class Budget {
 public:
  /// From now on only this many requests more, and none that may lead to a build: those take their
  /// time.
  void limit(std::size_t requests) {
    left_ = requests;
    may_build_ = false;
  }
  /// False when it may not be asked for. `page`: of a project; "@url" of a direct reference.
  bool spend(const std::string& page) {
    return spend_on(pages_, page, may_build_ || !page.starts_with('@'));
  }
  bool spend(const index::File* metadata) {
    return spend_on(files_, metadata, may_build_ || metadata->kind == index::FileKind::wheel);
  }

 private:
  template <class T>
  bool spend_on(std::set<T>& known, const T& what, bool allowed) {
    if (known.contains(what)) return true;
    if (left_ == 0 || !allowed) return false;
    --left_;
    known.insert(what);
    return true;
  }

  bool may_build_ = true;
  std::size_t left_ = std::numeric_limits<std::size_t>::max();
  std::set<std::string> pages_;
  std::set<const index::File*> files_;
};

}  // namespace pipit::resolve
