// A resolution's result: what several rooms name.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "pep/marker.h"
#include "pep/version.h"

namespace pipit::pep {

/// One chosen distribution.
struct Pin {
  std::string name;  // normal form
  Version version;
  std::set<std::string> extras;        // those that were asked for
  std::optional<std::string> url;      // direct URL, if it came from one
  std::string index_url;               // where it was found, without user information; "" for files
  std::string file_name;               // the chosen file; "" when none was chosen yet
  std::vector<base::HashSpec> hashes;  // of the files that may be installed
  std::set<std::string> via;  // who asked for it: package names, or "-r file.txt" spellings
  Marker marker;              // universal results only
};

struct Tree {
  std::vector<Pin> pins;  // sorted by name
};

}  // namespace pipit::pep
