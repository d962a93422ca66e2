// What tells which fact:
//   the executable's place     prefix and standard library, as Python itself looks for them
//   _sysconfigdata_….py        ABI flags, SOABI, whether it is free-threaded
//   sysconfig, site            the directories it installs to and looks in (stdlib_layout.h)
//   patchlevel.h, constants    the full version: a header can be of another package than the
//                              program, whose own constants have the last word
//   ELF headers                machine, loader and so the C library
// Every fact that two files know must be the same in both. Whatever is odd ends the reading:
// running Python costs 20 ms, a wrong fact an environment.
#include "env/python/file_facts.h"

#include <elf.h>
#include <sys/utsname.h>

#include <algorithm>
#include <set>

#include "base/environ.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "env/python/elf_file.h"
#include "env/python/elf_libc.h"
#include "env/python/facts.h"
#include "env/python/literal.h"
#include "env/python/site_code.h"
#include "env/python/stdlib_layout.h"
#include "env/python/witness.h"

namespace pipit::env {

namespace {

using base::Json;

constexpr std::uint64_t kMaxBuildFile = 1u << 20;
constexpr unsigned kOldest = 8, kNewest = 15;
constexpr int kMostLinks = 40;
constexpr std::size_t kLongestVersion = 32;

/// Where an installation is, and what was looked at to describe it.
struct Place {
  std::string binary, prefix, stdlib;
  LayoutNames names;
  Witness& seen;
};

/// "python3.13t" -> 13 and whether it is free-threaded; nullopt for a name without a version.
std::optional<LayoutNames> names_of(std::string_view program) {
  if (!program.starts_with("python3.")) return std::nullopt;
  program.remove_prefix(8);
  const std::size_t digits = std::min(program.find_first_not_of("0123456789"), program.size());
  const auto minor = base::parse_uint(program.substr(0, digits));
  const std::string_view rest = program.substr(digits);
  if (!minor || *minor < kOldest || *minor > kNewest || !(rest.empty() || rest == "t"))
    return std::nullopt;
  return LayoutNames{static_cast<unsigned>(*minor), std::string(), rest == "t"};
}

/// The only version whose library is there, for a program without one in its name.
std::optional<LayoutNames> names_in(const std::string& lib) {
  const auto entries = base::list_directory(lib);
  std::optional<LayoutNames> found;
  if (!entries) return found;
  for (const base::DirEntry& entry : *entries) {
    if (!entry.name.starts_with("python3.") || !base::exists(cat(lib, "/", entry.name, "/os.py")))
      continue;
    if (found) return std::nullopt;
    found = names_of(entry.name);
    if (!found) return std::nullopt;
  }
  return found;
}

std::optional<Place> place_of(const std::string& executable, Witness& seen) {
  Place place{program_behind(executable), {}, {}, {}, seen};
  if (place.binary.empty()) return std::nullopt;
  const std::string bin(base::parent_path(place.binary));
  place.prefix = std::string(base::parent_path(bin));
  // At the root Python does not look: it takes the place it was built for.
  if (place.prefix == "/") return std::nullopt;
  const std::string lib = base::join_path(place.prefix, "lib");
  const std::string_view program = base::base_name(place.binary);
  const bool is_named = program.starts_with("python3.");
  if (!is_named) seen.add(lib);
  const auto names = is_named ? names_of(program) : names_in(lib);
  if (!names) return std::nullopt;
  place.names = *names;
  const std::string library = cat("python3.", names->minor, names->threads ? "t" : "");
  place.stdlib = base::join_path(lib, library);
  const auto at = [&](std::string_view rest) { return cat(place.stdlib, rest); };
  const bool whole = base::is_regular_file(at("/os.py")) && base::is_directory(at("/lib-dynload"));
  const std::string elsewhere[] = {cat(lib, "/python3", names->minor, ".zip"),
                                   cat(place.binary, "._pth"),
                                   cat(bin, "/lib/", library, "/os.py")};
  const bool odd = std::ranges::any_of(elsewhere, base::exists);
  for (const std::string& path : elsewhere) seen.add(path);
  seen.add(place.binary);
  seen.add(place.stdlib);  // changes with the names in it
  return whole && !odd ? std::optional(std::move(place)) : std::nullopt;
}

/// What the build was made with; its own words must agree with each other and with its file's name.
struct Build {
  std::string soabi;
  bool debug = false;
};

std::int64_t flag_of(const Json::Object& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found != variables.end() && found->second.integer() ? *found->second.integer() : 0;
}

std::string text_of(const Json::Object& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found != variables.end() && found->second.string() ? *found->second.string() : "";
}

/// Python reads the compiled file when it says that it was made from this one, of this time and
/// size. Where there is one that says otherwise, or that is read in any case, the text is not what
/// it was when Python was installed.
bool is_compiled_from(const std::string& path, const Place& place) {
  const std::string_view name = base::base_name(path);
  const std::string compiled =
      cat(base::parent_path(path), "/__pycache__/", name.substr(0, name.size() - 3), ".cpython-3",
          place.names.minor, ".pyc");
  place.seen.add(path);
  place.seen.add(compiled);
  const auto head = base::read_head(compiled, 16);
  if (!head) return head.error().code == Code::not_found;
  const auto source = base::file_info(path, true);
  if (!source || !*source || head->size() != 16) return false;
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
      value = value << 8 | static_cast<unsigned char>((*head)[at + i]);
    return value;
  };
  const std::int64_t seconds = (*source)->mtime_ns / 1'000'000'000;
  return number(4) == 0 && number(8) == static_cast<std::uint32_t>(seconds) &&
         number(12) == static_cast<std::uint32_t>((*source)->size);
}

/// "_sysconfigdata_<flags>_linux_<multiarch>.py". Which flags are the program's follows from its
/// name; the rest is as compilers call the machine.
std::string sysconfigdata_of(const Place& place) {
  utsname kernel{};
  if (::uname(&kernel) != 0) return {};
  const std::string_view machine = kernel.machine;
  const std::string_view cpu = machine == "ppc64le" ? "powerpc64le" : machine;
  std::string found;
  for (const std::string& multiarch :
       {cat(cpu, "-linux-gnu"), cat(cpu, "-linux-musl"), std::string("i386-linux-gnu"),
        std::string("arm-linux-gnueabihf"), std::string()}) {
    std::string name = cat(place.stdlib, "/_sysconfigdata_", place.names.threads ? "t" : "",
                           "_linux_", multiarch, ".py");
    if (!base::exists(name)) continue;
    if (!found.empty()) return {};
    found = std::move(name);
  }
  return found;
}

std::optional<Build> build_of(Place& place) {
  constexpr std::string_view kWanted[] = {"ABIFLAGS",   "EXT_SUFFIX",    "MULTIARCH",
                                          "PLATLIBDIR", "Py_DEBUG",      "Py_GIL_DISABLED",
                                          "SOABI",      "Py_TRACE_REFS", "VERSION"};
  const std::string path = sysconfigdata_of(place);
  const std::string_view name = base::base_name(path);
  const auto content = base::read_file(path, kMaxBuildFile);
  const auto variables = content ? read_sysconfigdata(*content, kWanted) : std::nullopt;
  if (!variables || !is_compiled_from(path, place)) return std::nullopt;
  const std::string flags = text_of(*variables, "ABIFLAGS"), soabi = text_of(*variables, "SOABI");
  const bool threads = flag_of(*variables, "Py_GIL_DISABLED") != 0;
  const bool debug = flag_of(*variables, "Py_DEBUG") != 0;
  const std::string library = text_of(*variables, "PLATLIBDIR");
  const bool agrees =
      name == cat("_sysconfigdata_", flags, "_linux_", text_of(*variables, "MULTIARCH"), ".py") &&
      flags == cat(threads ? "t" : "", debug ? "d" : "") && threads == place.names.threads &&
      text_of(*variables, "VERSION") == cat("3.", place.names.minor) &&
      base::split(soabi, '-').size() >= 2 &&
      soabi.starts_with(cat("cpython-3", place.names.minor, flags, "-")) &&
      text_of(*variables, "EXT_SUFFIX") == cat(".", soabi, ".so") &&
      (library.empty() || library == "lib") && flag_of(*variables, "Py_TRACE_REFS") == 0;
  if (!agrees) return std::nullopt;
  place.names.abi_flags = flags;
  return Build{soabi, debug};
}

/// The machine that Python reports, which is the kernel's, and its platform; "" when the program is
/// for another one.
std::string platform_of(const ElfFile& file, std::string_view machine) {
  struct Row {
    std::string_view machine;
    std::uint16_t elf;
    bool is_64;
    std::string_view platform;
  };
  constexpr Row kRows[] = {
      {"x86_64", EM_X86_64, true, "linux_x86_64"},  {"x86_64", EM_386, false, "linux_i686"},
      {"i686", EM_386, false, "linux_i686"},        {"aarch64", EM_AARCH64, true, "linux_aarch64"},
      {"aarch64", EM_ARM, false, "linux_armv8l"},   {"armv7l", EM_ARM, false, "linux_armv7l"},
      {"ppc64le", EM_PPC64, true, "linux_ppc64le"}, {"s390x", EM_S390, true, "linux_s390x"},
      {"riscv64", EM_RISCV, true, "linux_riscv64"}};
  for (const Row& row : kRows)
    if (row.machine == machine && row.elf == file.machine && row.is_64 == file.is_64)
      return std::string(row.platform);
  return {};
}

/// The file that a library's name leads to; "" when it is not to be found for sure.
std::string library_of(const ElfFile& file, const std::string& name, const Place& place) {
  for (const std::string& path : file.run_paths) {
    std::string at = base::replace_all(path, "${ORIGIN}", "$ORIGIN");
    if (at.starts_with("$ORIGIN"))
      at = cat(base::parent_path(base::real_path(place.binary)), at.substr(7));
    std::string library = base::join_path(at, name);
    if (!at.starts_with('/')) continue;
    place.seen.add(library);
    if (base::is_regular_file(library)) return library;
  }
  const std::string beside = cat(place.prefix, "/lib/", name);
  place.seen.add(beside);
  return file.run_paths.empty() && base::is_regular_file(beside) ? beside : std::string();
}

/// Whether LD_LIBRARY_PATH (with its semicolons as colons) has another library of that name.
bool is_shadowed(const std::string& library, const std::string& path) {
  for (const std::string_view folder : base::split(path, ':')) {
    const std::string other =
        base::join_path(folder.empty() ? "." : folder, base::base_name(library));
    if (base::exists(other) && base::real_path(other) != base::real_path(library)) return true;
  }
  return false;
}

/// The version at the end of a constant: the compiler keeps a text that ends another one only once,
/// so it may follow any text ("/opt/python/3.11.7").
std::string version_ending(std::string_view piece, std::size_t at) {
  const auto is_part = [](char c) { return base::is_alnum(c) || c == '.' || c == '+'; };
  if (at > 0 && (base::is_digit(piece[at - 1]) || piece[at - 1] == '.')) return {};
  std::size_t end = at;
  while (end < piece.size() && end - at < kLongestVersion && is_part(piece[end])) ++end;
  if (end >= piece.size() || piece[end] != '\0') return {};
  return std::string(piece.substr(at, end - at));
}

std::set<std::string> versions_in(const ElfFile& file, const ByteReader& read, unsigned minor,
                                  std::string_view wanted) {
  std::set<std::string> found;
  const std::string head = cat("3.", minor, ".");
  for_constants(file, read, 2 * kLongestVersion, [&](std::string_view piece) {
    for (std::size_t at = piece.find(head); at != std::string_view::npos;
         at = piece.find(head, at + 1)) {
      std::string version = version_ending(piece, at);
      if (!version.empty() && base::is_digit(version[head.size()]))
        found.insert(std::move(version));
    }
    return !wanted.empty() && found.contains(std::string(wanted));
  });
  return found;
}

std::string version_in_header(const Place& place) {
  const std::string path = cat(place.prefix, "/include/python3.", place.names.minor,
                               place.names.abi_flags, "/patchlevel.h");
  place.seen.add(path);
  const auto header = base::read_file(path, kMaxBuildFile);
  constexpr std::string_view kDefine = "#define PY_VERSION";
  const std::size_t at = header ? header->find(kDefine) : std::string::npos;
  if (at == std::string::npos) return {};
  const std::string_view line = std::string_view(*header).substr(at + kDefine.size(), 100);
  const auto parts = base::split(line.substr(0, line.find('\n')), '"');
  return parts.size() == 3 && base::trim(parts[0]).empty() ? std::string(parts[1]) : std::string();
}

/// "3.14.0rc1+" -> "3.14.0c1": implementation_version has levels of one letter.
std::string implementation_version(std::string full) {
  if (full.ends_with('+')) full.pop_back();
  return base::replace_all(full, "rc", "c");
}

/// What the program's files say of it.
struct Program {
  std::string version, platform, machine, glibc;
  bool tags_threads = false;  // cache_tag ends with "t"
};

std::optional<Program> program_of(const Place& place, const Build& build) {
  const ByteReader read = reader_of_file(place.binary);
  const auto file = read_elf(read);
  utsname kernel{};
  if (!file || ::uname(&kernel) != 0 || file->loader.empty()) return std::nullopt;
  Program out{"", platform_of(*file, kernel.machine), kernel.machine, ""};
  place.seen.add(file->loader);
  place.seen.add(libc_file(file->loader));
  const auto libc = libc_of_loader(file->loader);
  const std::string searched =
      base::replace_all(base::environment_variable("LD_LIBRARY_PATH").value_or(""), ";", ":");
  const auto shadowed = [&](const std::string& library) {
    return !searched.empty() && is_shadowed(library, searched);
  };
  if (out.platform.empty() || !libc) return std::nullopt;
  if (!searched.empty() && shadowed(libc_file(file->loader))) return std::nullopt;
  const bool musl = libc->kind == Libc::Kind::musl;
  if (!musl && build.soabi.find("-musl") != std::string::npos) return std::nullopt;
  if (!musl) out.glibc = cat(libc->major, ".", libc->minor);

  ByteReader constants = read;
  ElfFile owner = *file;
  for (const std::string& name : file->needed) {
    if (!name.starts_with("libpython")) continue;
    const std::string library = library_of(*file, name, place);
    constants = reader_of_file(library);
    const auto opened = read_elf(constants);
    if (!opened || opened->machine != file->machine || shadowed(library)) return std::nullopt;
    owner = *opened;
  }
  const std::string written = version_in_header(place);
  const auto seen = versions_in(owner, constants, place.names.minor, written);
  if (written.empty() ? seen.size() != 1 : !seen.contains(written)) return std::nullopt;
  out.version = written.empty() ? *seen.begin() : written;
  if (place.names.threads) {
    const std::string tag = cat("cpython-3", place.names.minor, "t", std::string(1, '\0'));
    for_constants(owner, constants, 2 * kLongestVersion, [&](std::string_view piece) {
      return out.tags_threads = piece.find(tag) != std::string_view::npos;
    });
  }
  return out;
}

std::optional<Json> scheme_at(const Json::Object& scheme, const std::string& base,
                              const LayoutNames& names) {
  Json::Object out;
  for (const char* key : {"purelib", "platlib", "scripts", "data", "include"}) {
    const auto path = fill_path(text_of(scheme, key), base, names);
    if (!path) return std::nullopt;
    out.emplace(key, *path);
  }
  return std::optional<Json>(std::in_place, std::move(out));
}

std::optional<Json> facts_of(const std::string& executable, const Place& place, const Build& build,
                             const Program& program, const StdlibLayout& layout) {
  const LayoutNames& names = place.names;
  const auto stdlib = fill_path(text_of(layout.own, "stdlib"), place.prefix, names);
  const auto own = scheme_at(layout.own, place.prefix, names);
  const auto prefix = scheme_at(layout.prefix, "/@", names);
  const auto venv = scheme_at(layout.venv, "/@", names);
  const auto user = scheme_at(layout.user, "/@", names);
  if (!stdlib || *stdlib != place.stdlib || !own || !prefix || !venv || !user) return std::nullopt;
  Json::Array sites;
  for (std::string& site :
       with_added_sites(site_directories(layout, place.prefix, names), &place.seen))
    sites.emplace_back(std::move(site));
  return Json(
      Json::Object{{"machine", program.machine},
                   {"refused_platforms", Json::Array{}},
                   {"executable", executable},
                   {"prefix", place.prefix},
                   {"base_prefix", place.prefix},
                   {"version", Json::Array{Json(3), Json(static_cast<std::int64_t>(names.minor))}},
                   {"full_version", program.version},
                   {"implementation", "cpython"},
                   {"implementation_version", implementation_version(program.version)},
                   {"platform_python_implementation", "CPython"},
                   {"cache_tag", cat("cpython-3", names.minor, program.tags_threads ? "t" : "")},
                   {"soabi", build.soabi},
                   {"free_threaded", names.threads},
                   {"debug", build.debug},
                   {"os_name", "posix"},
                   {"sys_platform", "linux"},
                   {"platform_system", "Linux"},
                   {"platform", program.platform},
                   {"glibc", program.glibc},
                   {"stdlib", *stdlib},
                   {"scheme", *own},
                   {"prefix_scheme", *prefix},
                   {"venv_scheme", *venv},
                   {"user_scheme", *user},
                   {"site_paths", std::move(sites)}});
}

}  // namespace

std::string program_behind(std::string path) {
  for (int links = 0; links < kMostLinks; ++links) {
    const auto target = link_text(path);
    if (!target) return path;
    if (target->find("..") != std::string::npos) return {};
    path = *link_target(path);
  }
  return {};
}

std::string telling_variables() {
  std::string found;
  for (const char* name : {"_PYTHON_SYSCONFIGDATA_NAME", "_PYTHON_SYSCONFIGDATA_PATH",
                           "_CONDA_PYTHON_SYSCONFIGDATA_NAME", "_PYTHON_HOST_PLATFORM",
                           "_PYTHON_PROJECT_BASE", "DEB_PYTHON_INSTALL_LAYOUT"})
    if (const auto value = base::environment_variable(name)) found += cat(name, "=", *value, "\n");
  return found;
}

bool tells_by_files() {
  if (!telling_variables().empty()) return false;
  for (const char* name : {"PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR"})
    if (!base::environment_variable(name).value_or("").empty()) return false;
  return true;
}

std::optional<Json> facts_from_files(const std::string& executable, const KnownTexts& known,
                                     Witness* seen) {
  if (!tells_by_files()) return std::nullopt;
  Witness unheard;
  auto place = place_of(executable, seen ? *seen : unheard);
  const auto build = place ? build_of(*place) : std::nullopt;
  if (!build) return std::nullopt;
  place->seen.add(sysconfig_path(place->stdlib, place->names.minor));
  place->seen.add(site_path(place->stdlib));
  const auto layout = read_layout(place->stdlib, place->names.minor, known);
  const auto program = layout ? program_of(*place, *build) : std::nullopt;
  return program ? facts_of(executable, *place, *build, *program, *layout) : std::nullopt;
}

}  // namespace pipit::env
