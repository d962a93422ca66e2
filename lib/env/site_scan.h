// What is installed where Python would find it.
#pragma once
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "env/installed.h"
#include "env/layout.h"

namespace pipit::env {

/// Both sorted by name; of several with one name, the one that Python would import comes first.
struct SiteContents {
  std::vector<Installed> installed;
  /// what is left of others: an entry by name, without metadata. Not installed, but in the way.
  std::vector<Installed> husks;
};

/// Unreadable entries are skipped with a warning; an absent directory is empty, and so is one
/// outside the environment that cannot be read.
Result<SiteContents> scan_sites(const Layout& layout, base::Events& events);
/// The installed ones.
Result<std::vector<Installed>> list_installed(const Layout& layout, base::Events& events);

}  // namespace pipit::env
