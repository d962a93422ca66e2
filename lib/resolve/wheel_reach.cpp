#include "resolve/wheel_reach.h"

#include <algorithm>

#include "base/text.h"

namespace pipit::resolve {
namespace {

/// "cp312": implementation, then the major version in one digit, then the minor one if there is
/// one.
struct PythonTag {
  std::string_view implementation;
  std::optional<std::uint64_t> major, minor;
};

PythonTag read_python_tag(std::string_view tag) {
  std::size_t letters = 0;
  while (letters < tag.size() && !base::is_digit(tag[letters])) ++letters;
  PythonTag read{tag.substr(0, letters), {}, {}};
  const std::string_view digits = tag.substr(letters);
  if (digits.empty()) return read;
  read.major = base::parse_uint(digits.substr(0, 1));
  if (digits.size() > 1) read.minor = base::parse_uint(digits.substr(1));
  return read;
}

/// "py3" and "py38" are for newer ones too, and so is a stable ABI; "cp38" and "pp38" are for one
/// minor version. Unknown implementations get the benefit of the doubt.
bool tag_reaches(const PythonTag& tag, bool stable_abi, const pep::Version& lowest) {
  const auto release = lowest.release();
  const std::uint64_t major = release[0], minor = release.size() > 1 ? release[1] : 0;
  if (!tag.major || *tag.major > major) return true;
  if (*tag.major < major) return false;
  if (tag.implementation == "py" || stable_abi || !tag.minor) return true;
  return (tag.implementation != "cp" && tag.implementation != "pp") || *tag.minor >= minor;
}

}  // namespace

bool is_for_python_from(const pep::WheelName& wheel, const pep::Version& lowest) {
  const bool stable_abi =
      std::any_of(wheel.abis.begin(), wheel.abis.end(),
                  [](const std::string& abi) { return abi.starts_with("abi"); });
  return std::any_of(wheel.pythons.begin(), wheel.pythons.end(), [&](const std::string& python) {
    return tag_reaches(read_python_tag(python), stable_abi, lowest);
  });
}

}  // namespace pipit::resolve
