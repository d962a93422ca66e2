// Which of the distributions that a transaction keeps owns a file.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "env/installed.h"
#include "env/layout_paths.h"

namespace pipit::env {

/// Reads the RECORDs at the first call of owner(). Not thread-safe.
class FileOwners {
 public:
  /// `kept`: installed distributions that are not removed; must outlive this.
  FileOwners(const std::vector<Installed>& kept, LayoutPaths& paths) : kept_(kept), paths_(paths) {}
  /// The distribution whose RECORD lists `path` (canonical), or files behind that link of the site;
  /// nullptr when none does.
  const Installed* owner(const std::string& path);

 private:
  void read_all();
  const std::vector<Installed>& kept_;
  LayoutPaths& paths_;
  bool read_ = false;
  std::map<std::string, const Installed*> owners_;
};

}  // namespace pipit::env
