// pylock.toml (PEP 751, version 1.0): a lock file as a value, and its parser.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pep/marker/marker.h"
#include "pep/specifier.h"
#include "pep/target.h"
#include "pep/version.h"

namespace pipit::pep {

/// A wheel, a source distribution, or an archive that was required directly. It has a URL, a path
/// (as written, "/" between its parts) or both, and one hash or more.
struct LockedFile {
  std::string name;  // "" for archives; else the file's name, from URL or path if it is not given
  std::string url, path;
  std::string upload_time;  // as written, "" if none
  std::optional<std::uint64_t> size;
  std::map<std::string, std::string> hashes;  // algorithm -> hex, as written
  std::string subdirectory;                   // archives
};
struct LockedVcs {
  std::string type, url, path, requested_revision, commit_id, subdirectory;
};
struct LockedDirectory {
  std::string path, subdirectory;
  bool editable = false;
};
/// Identifies an entry by name and, where that is not enough, version. For people and audits:
/// installing ignores it.
struct LockedReference {
  std::string name, version;
  auto operator<=>(const LockedReference&) const = default;
};

/// One entry of [[packages]]. Either one of vcs, directory, archive is set, or files are.
struct LockedPackage {
  std::string name;  // normal form
  std::optional<Version> version;
  Marker marker;
  std::string requires_python_text;
  SpecifierSet requires_python;
  std::vector<LockedReference> dependencies;
  std::optional<LockedVcs> vcs;
  std::optional<LockedDirectory> directory;
  std::optional<LockedFile> archive;
  std::string index;  // "" if not given
  std::optional<LockedFile> sdist;
  std::vector<LockedFile> wheels;
  std::vector<std::string> attestation_kinds;
  std::uint32_t line = 0;  // where it begins
};

struct Pylock {
  std::string lock_version = "1.0";
  std::string created_by = "pipit";
  std::vector<Marker> environments;  // empty: any
  std::string requires_python_text;
  SpecifierSet requires_python;
  std::vector<std::string> extras;  // normal form
  std::vector<std::string> dependency_groups, default_groups;
  std::vector<LockedPackage> packages;
};

/// "pylock.toml", "pylock.NAME.toml" (a name without dots).
bool is_pylock_name(std::string_view file_name);

/// Unknown keys are ignored; the files' names must fit the package. Code::parse says what is wrong
/// and where ("line 7: packages.wheels: …"); Code::unsupported: another major version.
Result<Pylock> parse_pylock(std::string_view text);
/// Whether a newer minor version wrote it: what it says beyond 1.0 was ignored.
bool is_newer_pylock(const Pylock& lock);

}  // namespace pipit::pep
