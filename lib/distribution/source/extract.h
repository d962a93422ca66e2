// Unpacks a source archive onto the disk, for a build.
#pragma once
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::distribution {

struct TreeLimits {
  std::uint64_t members = 500'000;
  std::uint64_t bytes = std::uint64_t{16} << 30;  // of all files
};

/// Unpacks a .tar.gz, .tar or .zip into `directory`, which exists and is empty. The name says which
/// kind it is, and the first bytes must agree; where the name says nothing they decide alone.
/// Returns the path of the project: the one folder at the top of the archive, else `directory`.
/// Strict as PEP 706 and 721 ask for (archive/tree_names.h); keeps execute bits and, from a tar,
/// times. Code::bad_archive, Code::unsupported for another kind of archive; messages begin with
/// `shown`.
Result<std::string> unpack_source(const std::string& path, std::string_view name,
                                  const std::string& directory, const std::string& shown,
                                  std::stop_token stop, const TreeLimits& limits = {});

}  // namespace pipit::distribution
