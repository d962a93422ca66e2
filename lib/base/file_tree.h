// Directories: making, listing and removing them with all their contents.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace pipit::base {

Result<void> make_directories(const std::string& path);  // as mkdir -p; fine when there
/// rm -rf without following links; fine when absent.
Result<void> remove_tree(const std::string& path);
/// The same as long as `go_on` says so, which is asked for every entry; else Code::cancelled.
Result<void> remove_tree(const std::string& path, const std::function<bool()>& go_on);
struct DirEntry {
  std::string name;
  FileInfo::Kind kind;
};
/// Sorted by name, without . and ..; empty when the directory is absent.
Result<std::vector<DirEntry>> list_directory(const std::string& path);
/// All regular files and links below `path`, as relative paths, sorted.
Result<std::vector<std::string>> list_tree(const std::string& path);

}  // namespace pipit::base
