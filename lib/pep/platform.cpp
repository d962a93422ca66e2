// From a machine to the platforms whose wheels run on it.
//
// A platform tag names the oldest system a wheel runs on (a glibc, a musl, a macOS), so a machine
// supports its own and all older ones; the list goes from the newest to the oldest. manylinux's old
// names (PEP 513, 571, 599) come after the numbers that they are aliases of (PEP 600).
#include "pep/platform.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace pipit::pep {
namespace {

using Platforms = std::vector<std::string>;

// More than any system will ever have; keeps an invented name from filling memory.
constexpr std::uint64_t kMaxPlatformVersion = 999;

// Triples and short names, and the tag each stands for.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kPlatformNames = {
    {{"linux", "manylinux_2_28_x86_64"},
     {"macos", "macosx_13_0_arm64"},
     {"windows", "win_amd64"},
     {"x86_64-unknown-linux-gnu", "manylinux_2_28_x86_64"},
     {"aarch64-unknown-linux-gnu", "manylinux_2_28_aarch64"},
     {"x86_64-unknown-linux-musl", "musllinux_1_2_x86_64"},
     {"aarch64-unknown-linux-musl", "musllinux_1_2_aarch64"},
     {"riscv64-unknown-linux", "manylinux_2_39_riscv64"},
     {"riscv64-unknown-linux-gnu", "manylinux_2_39_riscv64"},
     {"aarch64-apple-darwin", "macosx_13_0_arm64"},
     {"x86_64-apple-darwin", "macosx_13_0_x86_64"},
     {"x86_64-pc-windows-msvc", "win_amd64"},
     {"i686-pc-windows-msvc", "win32"},
     {"aarch64-pc-windows-msvc", "win_arm64"}}};

struct OldManylinux {
  std::uint64_t minor;
  std::string_view name;
};
constexpr std::array<OldManylinux, 3> kOldManylinux = {
    {{17, "manylinux2014"}, {12, "manylinux2010"}, {5, "manylinux1"}}};

// "2_28_x86_64": two numbers and the rest.
struct SystemVersion {
  std::uint64_t major, minor;
  std::string_view machine;
};

std::optional<std::uint64_t> take_number(std::string_view& text) {
  const auto parts = base::split_once(text, '_');
  if (!parts) return std::nullopt;
  text = parts->second;
  const std::optional<std::uint64_t> number = base::parse_uint(parts->first);
  return number && *number <= kMaxPlatformVersion ? number : std::nullopt;
}

bool is_machine(std::string_view text) {
  for (char c : text) {
    if (!base::is_alnum(c) && c != '_') return false;
  }
  return !text.empty();
}

std::optional<SystemVersion> read_system(std::string_view platform, std::string_view prefix) {
  if (!platform.starts_with(prefix)) return std::nullopt;
  std::string_view rest = platform.substr(prefix.size());
  const std::optional<std::uint64_t> major = take_number(rest);
  const std::optional<std::uint64_t> minor = major ? take_number(rest) : std::nullopt;
  if (!minor || !is_machine(rest)) return std::nullopt;
  return SystemVersion{*major, *minor, rest};
}

Platforms manylinux(std::uint64_t newest, std::string_view machine) {
  const bool old_glibc = machine == "x86_64" || machine == "i686";
  const std::uint64_t oldest = old_glibc ? 5 : 17;
  Platforms platforms = {cat("linux_", machine)};
  for (std::uint64_t minor = newest; minor >= oldest; --minor) {
    platforms.push_back(cat("manylinux_2_", minor, "_", machine));
    for (const OldManylinux& old : kOldManylinux) {
      if (old.minor == minor) platforms.push_back(cat(old.name, "_", machine));
    }
  }
  return platforms;
}

Platforms musllinux(const SystemVersion& system) {
  Platforms platforms = {cat("linux_", system.machine)};
  for (std::uint64_t minor = system.minor + 1; minor-- > 0;) {
    platforms.push_back(cat("musllinux_", system.major, "_", minor, "_", system.machine));
  }
  return platforms;
}

// The formats of fat binaries that contain code for the machine, in macOS 10 and later.
std::vector<std::string_view> mac_formats(std::uint64_t major, std::uint64_t minor,
                                          std::string_view machine) {
  if (machine == "arm64") return {"arm64", "universal2"};
  if (major == 10 && minor < 4) return {};
  return {"x86_64", "intel", "fat64", "fat3", "universal2", "universal"};
}

void add_mac(Platforms& platforms, std::uint64_t major, std::uint64_t minor,
             std::string_view machine) {
  for (std::string_view format : mac_formats(major, minor, machine)) {
    platforms.push_back(cat("macosx_", major, "_", minor, "_", format));
  }
}

// Before macOS 11 the minor number counted years, since then the major one does.
Platforms macos(const SystemVersion& system) {
  Platforms platforms;
  if (system.major == 10) {
    for (std::uint64_t minor = system.minor + 1; minor-- > 0;)
      add_mac(platforms, 10, minor, system.machine);
    return platforms;
  }
  for (std::uint64_t major = system.major; major > 10; --major)
    add_mac(platforms, major, 0, system.machine);
  for (std::uint64_t minor = 16; system.major > 10 && minor > 3; --minor) {
    // There was no arm64 before 11, but the other half of a universal2 file may run there.
    if (system.machine == "arm64")
      platforms.push_back(cat("macosx_10_", minor, "_universal2"));
    else
      add_mac(platforms, 10, minor, system.machine);
  }
  return platforms;
}

// PEP 738: an API level and a machine. CPython needs level 16.
std::optional<Platforms> android(std::string_view platform) {
  if (!platform.starts_with("android_")) return std::nullopt;
  std::string_view machine = platform.substr(8);
  const std::optional<std::uint64_t> level = take_number(machine);
  if (!level || *level < 16 || !is_machine(machine)) return std::nullopt;
  Platforms platforms;
  for (std::uint64_t older = *level; older >= 16; --older)
    platforms.push_back(cat("android_", older, "_", machine));
  return platforms;
}

// PEP 730: a version, a machine and whether it is a device. CPython needs iOS 12; a major version
// had ten minor ones at most.
Platforms ios(const SystemVersion& system) {
  Platforms platforms;
  for (std::uint64_t major = system.major; major >= 12; --major) {
    const std::uint64_t newest = major == system.major ? system.minor : 9;
    for (std::uint64_t minor = newest + 1; minor-- > 0;)
      platforms.push_back(cat("ios_", major, "_", minor, "_", system.machine));
  }
  return platforms;
}

// "manylinux2014_x86_64" as "manylinux_2_17_x86_64"; "x86_64-manylinux_2_28" with the machine last.
std::string spelled_as_tag(std::string_view platform) {
  for (const auto& [name, tag] : kPlatformNames) {
    if (platform == name) return std::string(tag);
  }
  if (const auto parts = base::split_once(platform, '-');
      parts && parts->second.starts_with("manylinux")) {
    return spelled_as_tag(cat(parts->second, "_", parts->first));
  }
  for (const OldManylinux& old : kOldManylinux) {
    const std::string prefix = cat(old.name, "_");
    if (platform.starts_with(prefix))
      return cat("manylinux_2_", old.minor, "_", platform.substr(prefix.size()));
  }
  return std::string(platform);
}

Result<Platforms> expand_one(std::string_view tag, std::string_view platform) {
  if (const auto system = read_system(tag, "manylinux_"); system && system->major == 2) {
    return manylinux(system->minor, system->machine);
  }
  if (const auto system = read_system(tag, "musllinux_"); system && system->major == 1)
    return musllinux(*system);
  if (const auto system = read_system(tag, "macosx_"); system && system->major >= 10) {
    if (system->machine == "arm64" || system->machine == "x86_64") return macos(*system);
  }
  if (auto platforms = android(tag)) return std::move(*platforms);
  if (const auto system = read_system(tag, "ios_"); system && system->major >= 12)
    return ios(*system);
  const bool linux_machine =
      tag.starts_with("linux_") && is_machine(std::string_view(tag).substr(6));
  if (linux_machine || tag == "win_amd64" || tag == "win32" || tag == "win_arm64")
    return Platforms{std::string(tag)};
  return std::unexpected(
      Error{Code::usage, cat("unknown platform: ", base::printable(platform))}.with_hint(
          "use linux, macos, windows, x86_64-manylinux_2_28 or a wheel's "
          "platform tag such as musllinux_1_2_aarch64"));
}

}  // namespace

Result<std::vector<std::string>> expand_platform(std::string_view platform) {
  const std::string tag = spelled_as_tag(platform);
  PIPIT_TRY(Platforms platforms, expand_one(tag, platform));
  // What 32-bit programs on a 64-bit ARM kernel call it; they run what is for 32-bit ones, too.
  constexpr std::string_view kBoth = "_armv8l";
  if (!tag.ends_with(kBoth)) return platforms;
  const std::string other = cat(tag.substr(0, tag.size() - kBoth.size()), "_armv7l");
  PIPIT_TRY(const Platforms more, expand_one(other, platform));
  platforms.insert(platforms.end(), more.begin(), more.end());
  return platforms;
}

}  // namespace pipit::pep
