// A resolution as pinned lines of a requirements file.
#pragma once
#include <string>
#include <vector>

#include "resolve/resolution.h"

namespace pipit::operation {

struct PinFormat {
  bool annotate = true;      // "# via" below each line, and the revision of a commit
  bool hashes = false;       // those of every file of the release
  bool keep_extras = false;  // "name[extra]==1"
};

/// A line for each package, in the resolution's order; one more for extras that are needed in fewer
/// environments than the package. read_pins() reads it back.
std::string requirements_text(const resolve::Resolution& resolution, const PinFormat& format);

/// The hashes of all files of the chosen release, sorted: "sha256:…".
std::vector<std::string> release_hashes(const resolve::Chosen& chosen);

}  // namespace pipit::operation
