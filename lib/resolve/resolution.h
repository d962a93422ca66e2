// The result of a resolution.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/hash_spec.h"
#include "base/text.h"
#include "distribution/direct_reference.h"
#include "index/page.h"
#include "pep/marker/marker.h"
#include "pep/metadata.h"
#include "pep/version.h"

namespace pipit::resolve {

/// One distribution of the answer.
struct Chosen {
  std::string name;  // normal form
  pep::Version version;
  std::set<std::string> extras;  // required, normal form
  std::set<std::string> via;     // names of packages, and UserRequirement::via texts
  /// All of `via`, for a message: "flask, -r requirements.in".
  std::string via_text() const { return base::join(std::vector(via.begin(), via.end()), ", "); }
  index::PagePtr page;           // null for what is present already, like file
  index::FilePtr file;
  pep::MetadataPtr metadata;           // null with no_deps
  std::vector<base::HashSpec> hashes;  // the user's, of all requirements for it
  bool direct = false;                 // from a path or URL
  std::optional<distribution::DirectReference> source;  // which one, when `direct`
  std::string written;                 // as in UserRequirement, if the user named it
  bool in_place = false;               // as in UserRequirement
  bool requested = false;              // a root names it
  std::uint64_t locked_size = 0;       // in bytes, from a lock file; 0: not known
  /// Universal: where it is needed, given that the environment is one of Policy::assumed; true: in
  /// all of those.
  pep::Marker marker;
  /// Universal: the same for each of `extras`.
  std::map<std::string, pep::Marker> extra_markers;
};

/// For one target: one Chosen for each project. Universal: one for each project and version (or
/// direct file); no two of one project are needed in the same environment, and `file` is only where
/// the metadata was read from: any file of the release in `page` may be the one to install.
struct Resolution {
  std::vector<Chosen> chosen;  // sorted by name, then version
  std::size_t steps = 0, conflicts = 0, forks = 1;
};

}  // namespace pipit::resolve
