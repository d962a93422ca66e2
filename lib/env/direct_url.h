// direct_url.json (PEP 610, "recording the direct URL origin of installed distributions").
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::env {

struct DirectUrl {
  enum class Kind { archive, directory, vcs } kind = Kind::archive;
  std::string url;           // no user information, no fragment
  std::string subdirectory;  // "" if none
  bool editable = false;     // directory
  /// for a vcs: "git", the requested revision ("" if none), the full commit
  std::string vcs, requested_revision, commit_id;
  std::map<std::string, std::string> hashes;  // archive: algorithm -> hex
};

/// Code::bad_metadata when it does not follow the specification.
Result<DirectUrl> parse_direct_url(std::string_view json);
/// Drops user information (except ${VARIABLE} and the "git" user, as the specification allows).
/// Sorts the keys.
std::string write_direct_url(const DirectUrl& origin);
/// Whether an installed distribution of origin `installed` satisfies `wanted`: same place, same
/// commit or digest where both have one, same editability.
bool same_origin(const DirectUrl& installed, const DirectUrl& wanted);

}  // namespace pipit::env
