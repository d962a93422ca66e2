// Checks whether what was unpacked is a wheel (binary distribution format specification), by its
// own RECORD.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/zip_format.h"
#include "base/result.h"
#include "cache/wheel.h"
#include "pep/dist_name.h"
#include "pep/metadata.h"

namespace pipit::distribution {

/// How a wheel's archive is read: a file may be there twice if both have the same bytes, which
/// unpacking finds out.
inline constexpr archive::ZipLimits kWheelZip{.repeated_files = true};

/// What check_wheel needs to read of the members' contents.
struct WheelContents {
  /// A member's text, at most `max` bytes.
  std::function<Result<std::string>(std::string_view path, std::uint64_t max)> text;
  /// A member's digest by another algorithm than SHA-256, hexadecimal.
  std::function<Result<std::string>(std::string_view path, std::string_view algorithm)> digest;
};

struct CheckedWheel {
  std::string dist_info;  // "black-26.1.0.dist-info"
  std::string data_dir;   // "black-26.1.0.data", or "" when there is none
  pep::Metadata metadata;
  std::vector<std::string> oddities;  // harmless, to be told; they do not name the wheel
};

/// `files` are all regular members, sorted by path. Checks, in this order: one .dist-info and no
/// foreign .data directory at the top; that file name, directory and METADATA agree on name and
/// version; the Wheel-Version; that RECORD lists every file with its right hash; the entry points.
/// `tolerant` (--allow-invalid-wheel): RECORD may be incomplete or use weak hashes; what it lists
/// must still match. Code::bad_wheel, bad_metadata or unsupported; the messages begin with the
/// file's name.
Result<CheckedWheel> check_wheel(std::string_view file_name,
                                 const std::vector<cache::WheelFile>& files,
                                 const WheelContents& contents, bool tolerant);

/// Whether `directory` is the .dist-info directory of that name and version.
bool is_dist_info_of(std::string_view directory, std::string_view file_name,
                     const pep::WheelName& name);
/// Code::bad_wheel for a wheel without METADATA. `other`: a .dist-info directory that is there but
/// of another name or version, "" for none.
Error no_metadata(std::string_view shown, std::string_view other);
/// The directory of a member "<x>.dist-info/METADATA" ("" for any other name).
std::string_view metadata_directory(std::string_view member);
/// Parses METADATA, which must agree with the file's name. For sdists too (PKG-INFO).
/// Code::bad_wheel or bad_archive when it is of another project or version, or of none;
/// bad_metadata when it is the release's own, but cannot be used.
Result<pep::Metadata> read_metadata(std::string_view text, std::string_view file_name);

}  // namespace pipit::distribution
