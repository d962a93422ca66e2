// The files that belong to an installed distribution and are removed with it.
#pragma once
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "env/installed.h"
#include "env/layout.h"

namespace pipit::env {

class LayoutPaths;  // env/layout_paths.h

/// The absolute paths to remove with `dist`, sorted: its recorded files that exist inside the
/// scheme directories, and the .pyc of its .py files. Recorded paths outside the scheme are left,
/// with a warning. Code::bad_environment, as in pip, when its files are unknown (no RECORD,
/// distutils).
Result<std::vector<std::string>> files_to_remove(const Layout& layout, const Installed& dist,
                                                 base::Events& events);
/// The same, for many distributions of one layout: `paths` remembers directories.
Result<std::vector<std::string>> files_to_remove(const Layout& layout, const Installed& dist,
                                                 LayoutPaths& paths, base::Events& events);
/// Whether files_to_remove() would know its files; reads little.
bool is_removable(const Installed& dist);

}  // namespace pipit::env
