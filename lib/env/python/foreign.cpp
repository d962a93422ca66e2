// Foreign targets. The markers follow from the platform's name alone, so that a wheelhouse for
// another system is resolved for that system and not for the machine that fills it.
#include "env/python/foreign.h"

#include <sys/utsname.h>

#include "base/text.h"
#include "env/python/elf_libc.h"
#include "pep/platform.h"

namespace pipit::env {

namespace {

struct PythonVersion {
  unsigned major = 3;
  std::optional<unsigned> minor;
  std::string full;
};

// "3", "3.12", "3.12.4", and pip's "312".
Result<PythonVersion> parse_python_version(const std::string& text) {
  const auto bad = [&] {
    return fail(Code::usage,
                cat("--python-version ", text, ": not a version of Python such as 3.12"));
  };
  std::string dotted = text;
  if (text.size() > 1 && text.find('.') == std::string::npos)
    dotted = cat(text.substr(0, 1), ".", text.substr(1));
  const auto version = pep::Version::parse(dotted);
  if (!version || version->epoch() != 0 || version->release().size() > 3) return bad();
  const auto release = version->release();
  if (release[0] < 2 || release[0] > 9 || (release.size() > 1 && release[1] > 99)) return bad();
  PythonVersion out;
  out.major = static_cast<unsigned>(release[0]);
  if (release.size() > 1) out.minor = static_cast<unsigned>(release[1]);
  out.full = release.size() > 2 || version->is_prerelease() ? version->str() : "";
  return out;
}

// A 32-bit program on a 64-bit kernel is of the 32-bit machine.
std::string machine_name() {
  utsname kernel{};
  const std::string machine = ::uname(&kernel) == 0 ? kernel.machine : "x86_64";
  if (sizeof(void*) == 8) return machine;
  if (machine == "x86_64") return "i686";
  return machine == "aarch64" ? "armv8l" : machine;
}

std::string platform_of_machine() {
  const std::string machine = machine_name();
  const auto libc = libc_of_machine(machine);
  if (!libc) return cat("manylinux_2_28_", machine);
  return cat(libc->kind == Libc::Kind::musl ? "musllinux_" : "manylinux_", libc->major, "_",
             libc->minor, "_", machine);
}

// The architecture in a platform tag: what follows the family and its version numbers.
std::string machine_of_tag(std::string_view tag, std::string_view family) {
  tag.remove_prefix(family.size());
  while (!tag.empty() && (base::is_digit(tag.front()) || tag.front() == '_')) tag.remove_prefix(1);
  return std::string(tag);
}

struct SystemNames {
  const char *os_name, *sys_platform, *platform_system;
};

void set_system(pep::MarkerEnvironment& markers, const SystemNames& names, std::string machine) {
  markers.os_name = names.os_name;
  markers.sys_platform = names.sys_platform;
  markers.platform_system = names.platform_system;
  markers.platform_machine = std::move(machine);
  markers.platform_release.clear();
  markers.platform_version.clear();
}

// manylinux2014_x86_64 and older tags have no "_" before their number.
std::string linux_machine(std::string_view tag) {
  for (const std::string_view family :
       {"manylinux2014_", "manylinux2010_", "manylinux1_", "manylinux", "musllinux", "linux"}) {
    if (tag.starts_with(family)) return machine_of_tag(tag, family);
  }
  return {};
}

// False for a tag that says nothing about the system ("any").
bool set_markers_of_platform(pep::MarkerEnvironment& markers, std::string_view tag) {
  if (std::string machine = linux_machine(tag); !machine.empty()) {
    set_system(markers, {"posix", "linux", "Linux"}, std::move(machine));
    return true;
  }
  if (tag.starts_with("macosx_")) {
    set_system(markers, {"posix", "darwin", "Darwin"}, machine_of_tag(tag, "macosx"));
    return true;
  }
  if (tag.starts_with("win")) {
    const char* machine = tag == "win_arm64" ? "ARM64" : tag == "win32" ? "x86" : "AMD64";
    set_system(markers, {"nt", "win32", "Windows"}, machine);
    return true;
  }
  return false;
}

void set_implementation(pep::MarkerEnvironment& markers, std::string_view implementation) {
  const bool pypy = implementation == "pp" || implementation == "pypy";
  markers.implementation_name = pypy ? "pypy" : "cpython";
  markers.platform_python_implementation = pypy ? "PyPy" : "CPython";
}

// The defaults for what no option names and no interpreter tells.
Result<Interpreter> imagined_base() {
  Interpreter base;
  PIPIT_TRY(base.tag_target.platforms, pep::expand_platform(platform_of_machine()));
  PIPIT_TRY(const PythonVersion version, parse_python_version(kDefaultPython));
  base.tag_target.python_minor = version.minor.value_or(0);
  set_implementation(base.target.markers, "cp");
  (void)set_markers_of_platform(base.target.markers, base.tag_target.platforms.front());
  base.target.markers.platform_machine = machine_name();
  base.target.markers.python_full_version = cat(kDefaultPython, ".0");
  return base;
}

void set_python(pep::TagTarget& tags, pep::MarkerEnvironment& markers,
                const PythonVersion& version) {
  const bool same_minor =
      version.major == tags.python_major && (!version.minor || *version.minor == tags.python_minor);
  tags.python_major = version.major;
  if (version.minor) tags.python_minor = *version.minor;
  markers.python_version = cat(tags.python_major, ".", tags.python_minor);
  if (!version.full.empty())
    markers.python_full_version = version.full;
  else if (!same_minor)
    markers.python_full_version = cat(markers.python_version, ".0");
  if (!same_minor) tags.abis.clear();
  markers.implementation_version = markers.python_full_version;
}

Result<std::vector<std::string>> named_platforms(const TargetOptions& options) {
  std::vector<std::string> all;
  for (const std::string& name : options.platforms) {
    PIPIT_TRY(const std::vector<std::string> expanded, pep::expand_platform(name));
    all.insert(all.end(), expanded.begin(), expanded.end());
  }
  for (const std::string& name : options.wheel_platforms) {
    PIPIT_TRY(std::vector<std::string> expanded, pep::expand_platform(name));
    std::erase_if(expanded,
                  [&](const std::string& tag) { return tag != name && tag.starts_with("linux_"); });
    all.insert(all.end(), expanded.begin(), expanded.end());
  }
  return all;
}

}  // namespace

bool is_python_version(const std::string& text) { return parse_python_version(text).has_value(); }

bool TargetOptions::any() const {
  return !python_version.empty() || any_platform() || !implementation.empty() || !abis.empty();
}

Result<pep::Target> foreign_target(const TargetOptions& options, const Interpreter* base) {
  std::optional<Interpreter> imagined;
  if (!base) {
    PIPIT_TRY(imagined, imagined_base());
    base = &*imagined;
  }
  pep::Target target;
  target.markers = base->target.markers;
  pep::TagTarget tags = base->tag_target;
  if (!options.python_version.empty() || imagined) {
    const std::string text =
        options.python_version.empty() ? kDefaultPython : options.python_version;
    PIPIT_TRY(const PythonVersion version, parse_python_version(text));
    set_python(tags, target.markers, version);
  }
  if (!options.implementation.empty()) {
    tags.implementation = options.implementation;
    set_implementation(target.markers, options.implementation);
    if (options.abis.empty() && options.implementation != base->tag_target.implementation)
      tags.abis.clear();
  }
  if (!options.abis.empty()) tags.abis = options.abis;
  if (options.any_platform()) {
    PIPIT_TRY(tags.platforms, named_platforms(options));
    if (!tags.platforms.empty())
      (void)set_markers_of_platform(target.markers, tags.platforms.front());
  }
  target.tags = pep::Tags::for_target(tags);
  const auto python = pep::Version::parse(target.markers.python_full_version);
  if (!python)
    return fail(Code::internal, cat(target.markers.python_full_version, ": not a version"));
  target.python = *python;
  return target;
}

std::string foreign_part(const pep::Target& target, const Interpreter& python) {
  const std::vector<pep::Tag>& tags = target.tags.ordered();
  if (tags.empty() || python.target.tags.rank(tags.front())) return {};
  const pep::MarkerEnvironment& markers = target.markers;
  return cat(markers.platform_python_implementation == "CPython"
                 ? "Python"
                 : markers.platform_python_implementation,
             " ", markers.python_version, " on ", tags.front().platform);
}

}  // namespace pipit::env
