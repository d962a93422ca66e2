// The metadata of a source distribution without building it.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/byte_source.h"
#include "base/result.h"
#include "pep/metadata.h"

namespace pipit::distribution {

/// PKG-INFO of a local .tar.gz or .zip, the one at the top of its tree.
Result<std::string> sdist_text(std::shared_ptr<archive::ByteSource> source,
                               std::string_view file_name);

/// Whether all that an installer needs to know is static (PEP 643): version 2.2 or later, and
/// neither Requires-Dist nor Provides-Extra nor Requires-Python is Dynamic.
bool is_static(const pep::Metadata& pkg_info);
/// Name, version, requirements, extras and Python from pyproject.toml, as METADATA; nullopt when
/// any of it is left to the build, or the file cannot be read.
std::optional<std::string> static_project_metadata(std::string_view pyproject);

/// PKG-INFO as far as it can be relied upon (PEP 643): version 2.2 or later with neither
/// Requires-Dist nor Provides-Extra nor Requires-Python among its Dynamic fields. Code::unsupported
/// when only a build can tell.
Result<pep::Metadata> static_metadata(std::string_view text, std::string_view file_name);

}  // namespace pipit::distribution
