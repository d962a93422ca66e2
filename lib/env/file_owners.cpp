// Several RECORDs may list a file (namespace packages, or two distributions that overlap); it is
// removed with the last of them only. Reading all RECORDs of an environment takes tens of
// milliseconds, so it is done only when an owner is first looked up.
#include "env/file_owners.h"

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

// A RECORD that cannot be read owns nothing: its distribution is broken already.
void FileOwners::read_all() {
  read_ = true;
  for (const Installed& dist : kept_) {
    const auto rows = installed_files(dist);
    if (!rows || !*rows) continue;
    for (const pep::RecordRow& row : **rows) {
      if (row.path.empty()) continue;
      owners_.emplace(paths_.recorded(dist.site, row.path), &dist);
      const std::string link = paths_.link_in_site(base::join_path(dist.site, row.path));
      if (!link.empty()) owners_.emplace(link, &dist);
    }
  }
}

const Installed* FileOwners::owner(const std::string& path) {
  if (!read_) read_all();
  const auto at = owners_.find(path);
  return at == owners_.end() ? nullptr : at->second;
}

}  // namespace pipit::env
