// A resolution as pinned lines of a requirements file.
#pragma once
#include <set>
#include <string>

#include "operation/release_hashes.h"
#include "resolve/resolution.h"

namespace pipit::operation {

struct PinFormat {
  bool annotate = true;            // "# via" below each line, and the revision of a commit
  bool in_line = false;            // "# via" behind it instead
  bool indexes = false;            // "# from" below: the index that has it
  bool keep_extras = false;        // "name[extra]==1"
  std::set<std::string> left_out = {};  // normal names, which a comment at the end lists
};

/// A line for each package, in the resolution's order; one more for extras that are needed in fewer
/// environments than the package. `hashes`: empty for lines without them. read_pins() reads it
/// back.
std::string requirements_text(const resolve::Resolution& resolution, const ReleaseHashes& hashes,
                              const PinFormat& format);

}  // namespace pipit::operation
