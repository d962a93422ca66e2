#include "env/neighbours.h"

#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

// A RECORD that cannot be read owns nothing: its distribution is broken already.
void Neighbours::read_all() {
  read_ = true;
  for (const Installed& dist : staying_) {
    const auto rows = installed_files(dist);
    if (!rows || !*rows) continue;
    for (const pep::RecordRow& row : **rows) {
      if (row.path.empty()) continue;
      owners_.emplace(places_.canonical(base::join_path(dist.site, row.path)), &dist);
    }
  }
}

const Installed* Neighbours::owner(const std::string& path) {
  if (!read_) read_all();
  const auto at = owners_.find(path);
  return at == owners_.end() ? nullptr : at->second;
}

}  // namespace pipit::env
