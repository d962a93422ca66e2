// Which files belong to an installed distribution and are removed with it.
#pragma once
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "env/installed.h"
#include "env/layout.h"

namespace pipit::env {

class LayoutPaths;  // env/layout_paths.h

/// Absolute paths that removing `dist` takes away, sorted: its recorded files inside the scheme
/// directories that exist, and the .pyc of its .py files. Recorded paths outside the scheme are
/// left, with a warning. Code::bad_environment, in pip's sense, when its files are not known (no
/// RECORD, distutils).
Result<std::vector<std::string>> files_to_remove(const Layout& layout, const Installed& dist,
                                                 base::Events& events);
/// The same, for many distributions of one layout: `paths` remembers directories.
Result<std::vector<std::string>> files_to_remove(const Layout& layout, const Installed& dist,
                                                 LayoutPaths& paths, base::Events& events);
/// Whether files_to_remove would know them, without reading much.
bool is_removable(const Installed& dist);

}  // namespace pipit::env
