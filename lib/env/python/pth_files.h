// The .pth files of a site directory.
#pragma once
#include <string>
#include <vector>

#include "base/file_tree.h"

namespace pipit::env {

class Witness;  // witness.h

/// The folders that the .pth files among `entries` of `site` add to sys.path (Python's site
/// module): lines that are neither comments nor code, relative to the site. Only those that exist.
/// `seen` gets the files, and the folders that they name in vain.
std::vector<std::string> folders_of_pth(const std::string& site,
                                        const std::vector<base::DirEntry>& entries,
                                        Witness* seen = nullptr);

}  // namespace pipit::env
