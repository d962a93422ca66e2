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
/// scheme directories, and the .pyc of its .py files; of a legacy one its modules and commands. Of
/// a husk, what is left. Recorded paths outside the scheme are left, with a warning. Errors of
/// check_removable().
Result<std::vector<std::string>> files_to_remove(const Layout& layout, const Installed& dist,
                                                 base::Events& events);
/// The same, for many distributions of one layout: `paths` remembers directories.
Result<std::vector<std::string>> files_to_remove(const Layout& layout, const Installed& dist,
                                                 LayoutPaths& paths, base::Events& events);
/// Its own entry alone: for one whose files are not known, and that is written over.
std::vector<std::string> files_of_entry(const Installed& dist, LayoutPaths& paths);

/// Whether files_to_remove() would know its files; reads little.
bool is_removable(const Installed& dist);
/// Whether there is a list of its files (RECORD, installed-files.txt), and not of modules only.
bool has_file_list(const Installed& dist);
/// Code::bad_environment, as in pip, when its files are unknown (no RECORD, distutils).
Result<void> check_removable(const Installed& dist);
/// Such an error, or that of a RECORD that cannot be read, with hints: who else may uninstall it,
/// and `write_over`, how something can be installed over it; "" : it is to be removed only.
Error with_way_out(Error error, const Installed& dist, const std::string& write_over = "");

}  // namespace pipit::env
