// Wheel tags as markers: "cp312-cp312-manylinux_2_17_x86_64" is python_version == '3.12',
// implementation_name == 'cpython', sys_platform == 'linux' and platform_machine == 'x86_64'.
#include "resolve/wheel_coverage.h"

#include <algorithm>
#include <array>

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

/// "py3" and "py38" are for newer Pythons too, and so is a stable ABI; "cp38" and "pp38" are for
/// one minor version. An unknown implementation counts as fitting.
bool tag_reaches(const PythonTag& tag, bool stable_abi, const pep::Version& lowest) {
  const auto release = lowest.release();
  const std::uint64_t major = release[0], minor = release.size() > 1 ? release[1] : 0;
  if (!tag.major || *tag.major > major) return true;
  if (*tag.major < major) return false;
  if (tag.implementation == "py" || stable_abi || !tag.minor) return true;
  return (tag.implementation != "cp" && tag.implementation != "pp") || *tag.minor >= minor;
}

bool has_stable_abi(const pep::WheelName& wheel) {
  return std::any_of(wheel.abis.begin(), wheel.abis.end(),
                     [](const std::string& abi) { return abi.starts_with("abi"); });
}

/// The prefix of a family of platform tags, its sys_platform, and how many numbers come before the
/// machine.
struct Family {
  std::string_view prefix, system;
  int numbers;
};
constexpr std::array<Family, 9> kFamilies = {{{"manylinux_", "linux", 2},
                                              {"musllinux_", "linux", 2},
                                              {"manylinux1_", "linux", 0},
                                              {"manylinux2010_", "linux", 0},
                                              {"manylinux2014_", "linux", 0},
                                              {"linux_", "linux", 0},
                                              {"macosx_", "darwin", 2},
                                              {"android_", "android", 1},
                                              {"ios_", "ios", 2}}};

/// The values of `platform_machine` there: a fat binary has several; an iOS device gives its model
/// as its machine (empty: any).
std::vector<std::string_view> machines_of(std::string_view system, std::string_view tag) {
  if (system == "darwin") {
    if (tag == "universal2") return {"arm64", "x86_64"};
    if (tag == "intel" || tag == "universal") return {"i386", "x86_64"};
    if (tag == "fat64" || tag == "fat3") return {"i386", "x86_64"};
  }
  if (system == "android") {
    if (tag == "arm64_v8a") return {"aarch64"};
    if (tag == "armeabi_v7a") return {"armv7l", "armv8l"};
    if (tag == "x86") return {"i686"};
  }
  if (system == "ios") return {};
  return {tag};
}

pep::MarkerSet marker_set(const std::string& text) {
  const auto marker = pep::Marker::parse(text);
  return marker ? pep::MarkerSet::of(*marker) : pep::MarkerSet::none();
}

/// `machines`: empty for any.
pep::MarkerSet system_set(std::string_view system, const std::vector<std::string_view>& machines) {
  pep::MarkerSet any;
  for (const std::string_view machine : machines)
    any = any | marker_set(cat("platform_machine == '", machine, "'"));
  const pep::MarkerSet here = marker_set(cat("sys_platform == '", system, "'"));
  return machines.empty() ? here : here & any;
}

pep::MarkerSet platform_set(std::string_view tag) {
  if (tag == "any") return pep::MarkerSet::all();
  if (tag == "win32") return system_set("win32", {"x86"});
  if (tag == "win_amd64") return system_set("win32", {"AMD64"});
  if (tag == "win_arm64") return system_set("win32", {"ARM64"});
  for (const Family& family : kFamilies) {
    if (!tag.starts_with(family.prefix)) continue;
    std::string_view machine = tag.substr(family.prefix.size());
    for (int number = 0; number < family.numbers; ++number) {
      const auto parts = base::split_once(machine, '_');
      if (!parts || !base::parse_uint(parts->first)) return pep::MarkerSet::none();
      machine = parts->second;
    }
    return system_set(family.system, machines_of(family.system, machine));
  }
  return pep::MarkerSet::none();
}

pep::MarkerSet python_set(std::string_view text, bool stable_abi) {
  const PythonTag tag = read_python_tag(text);
  if (!tag.major) return pep::MarkerSet::all();
  const bool newer_too = tag.implementation == "py" || stable_abi;
  const std::string wanted = !tag.minor ? cat("==", *tag.major, ".*")
                             : newer_too
                                 ? cat(">=", *tag.major, ".", *tag.minor, ",==", *tag.major, ".*")
                                 : cat("==", *tag.major, ".", *tag.minor, ".*");
  const auto versions = pep::SpecifierSet::parse(wanted);
  if (!versions) return pep::MarkerSet::none();
  const pep::MarkerSet pythons = pep::MarkerSet::python_in(*versions);
  if (tag.implementation == "cp") return pythons & marker_set("implementation_name == 'cpython'");
  if (tag.implementation == "pp") return pythons & marker_set("implementation_name == 'pypy'");
  return tag.implementation == "py" ? pythons : pep::MarkerSet::all();
}

}  // namespace

bool is_for_python_from(const pep::WheelName& wheel, const pep::Version& lowest) {
  const bool stable_abi = has_stable_abi(wheel);
  return std::any_of(wheel.pythons.begin(), wheel.pythons.end(), [&](const std::string& python) {
    return tag_reaches(read_python_tag(python), stable_abi, lowest);
  });
}

pep::MarkerSet WheelCoverage::of(const pep::WheelName& wheel) {
  pep::MarkerSet platforms, pythons;
  for (const std::string& tag : wheel.platforms) platforms = platforms | platform(tag);
  const bool stable_abi = has_stable_abi(wheel);
  for (const std::string& tag : wheel.pythons) pythons = pythons | python(tag, stable_abi);
  return platforms & pythons;
}

const pep::MarkerSet& WheelCoverage::platform(const std::string& tag) {
  const auto [it, is_new] = platforms_.try_emplace(tag);
  if (is_new) it->second = platform_set(tag);
  return it->second;
}

const pep::MarkerSet& WheelCoverage::python(const std::string& tag, bool stable_abi) {
  const auto [it, is_new] = pythons_.try_emplace({tag, stable_abi});
  if (is_new) it->second = python_set(tag, stable_abi);
  return it->second;
}

}  // namespace pipit::resolve
