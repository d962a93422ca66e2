// What setuptools installed before there was RECORD: eggs, egg-links, and egg-info directories that
// name modules instead of files.
#pragma once
#include <set>
#include <string>

#include "env/installed.h"
#include "env/layout_paths.h"

namespace pipit::env {

/// Whether an egg-info directory has neither a list of its files nor of its modules.
bool is_unlisted_egg_info(const Installed& dist);
/// Adds what belongs to an egg, an egg-link or an egg-info directory, as far as no list of files
/// names it: the egg or link itself, the modules of top_level.txt, the commands. Absolute paths of
/// files that exist and may be removed.
void add_legacy_files(const Installed& dist, LayoutPaths& paths, std::set<std::string>& files);
/// What easy-install.pth in the site directory names for `dist`: absolute, "" when nothing.
std::string easy_install_entry(const Installed& dist);

}  // namespace pipit::env
