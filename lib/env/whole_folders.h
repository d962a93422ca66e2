// Which folders of unpacked wheels can become folders of the environment as they are.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "env/new_file.h"

namespace pipit::env {

/// A file to be staged, and the wheel it comes from (null: it is written).
struct StageJob {
  const NewFile* file;
  const cache::Wheel* wheel;
};

/// A folder all of whose files, and nothing else, come to one place with their names below it.
struct WholeFolder {
  std::size_t first = 0, end = 0;  // the jobs of its files
  std::string_view member;         // by its name in the wheel
  std::string_view path;           // where it belongs
};

/// The highest such folders of wheels that this run unpacked, in the order of `jobs`, which are
/// sorted by path, folder by folder. A folder with a file that is written or copied is none.
std::vector<WholeFolder> whole_folders(const std::vector<StageJob>& jobs);

}  // namespace pipit::env
