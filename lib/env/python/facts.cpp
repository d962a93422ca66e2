// Facts. The program asks Python itself for its paths (sysconfig knows what a distribution has
// patched) and for what its tags are made from. Paths have "/@" in place of the prefix, so that one
// interpreter's facts serve every environment made from it.
#include "env/python/facts.h"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/environ.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "env/python/elf_libc.h"
#include "pep/platform.h"

namespace pipit::env {

const std::string_view kFactsScript = R"py(
import json, os, platform, struct, sys, sysconfig

KEYS = ("installed_base", "base", "installed_platbase", "platbase", "prefix", "exec_prefix", "userbase")

def paths(scheme, base):
    at = {key: base for key in KEYS} if base else None
    found = sysconfig.get_paths(scheme, vars=at) if at else sysconfig.get_paths(scheme)
    keys = ("purelib", "platlib", "scripts", "data", "include")
    return {key: found.get(key, "") for key in keys}

def version_of(info):
    text = "%d.%d.%d" % tuple(info[:3])
    return text if info[3] == "final" else text + info[3][0] + str(info[4])

def platform_name():
    if sys.platform == "darwin":
        release = platform.mac_ver()[0].split(".")
        return "macosx_%s_%s_%s" % (release[0], release[1] if len(release) > 1 else "0", platform.machine())
    name = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    if struct.calcsize("P") == 4:
        name = {"linux_x86_64": "linux_i686", "linux_aarch64": "linux_armv8l"}.get(name, name)
    return name

def has_manylinux(module, major, minor, machine):
    if hasattr(module, "manylinux_compatible"):
        answer = module.manylinux_compatible(major, minor, machine)
        return answer is None or bool(answer)
    old = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}.get(minor)
    return bool(getattr(module, old + "_compatible", True)) if old else True

def refused_platforms(glibc, machine):
    try:
        import _manylinux
    except Exception:
        return []
    newest = int(glibc.split(".")[1]) if glibc.startswith("2.") else -1
    old = {5: "manylinux1_", 12: "manylinux2010_", 17: "manylinux2014_"}
    machines = ("armv8l", "armv7l") if machine == "armv8l" else (machine,)
    refused = [(minor, name) for minor in range(5, newest + 1) for name in machines
               if not has_manylinux(_manylinux, 2, minor, name)]
    return [text + name for minor, name in refused for text in ("manylinux_2_%d_" % minor, old.get(minor)) if text]

names = sysconfig.get_scheme_names()
if hasattr(sysconfig, "get_preferred_scheme"):
    own, user = sysconfig.get_preferred_scheme("prefix"), sysconfig.get_preferred_scheme("user")
else:
    own, user = "posix_prefix", "posix_user"
try:
    glibc = (os.confstr("CS_GNU_LIBC_VERSION") or "").rpartition(" ")[2]
except (AttributeError, ValueError, OSError):
    glibc = ""
print("pipit-facts:" + json.dumps({
    "machine": platform.machine(), "refused_platforms": refused_platforms(glibc, platform_name()[6:]),
    "executable": sys.executable, "prefix": sys.prefix, "base_prefix": sys.base_prefix,
    "version": list(sys.version_info[:2]), "full_version": platform.python_version(),
    "implementation": sys.implementation.name, "implementation_version": version_of(sys.implementation.version),
    "platform_python_implementation": platform.python_implementation(),
    "cache_tag": sys.implementation.cache_tag or "", "soabi": sysconfig.get_config_var("SOABI") or "",
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")), "debug": hasattr(sys, "gettotalrefcount"),
    "os_name": os.name, "sys_platform": sys.platform, "platform_system": platform.system(),
    "platform": platform_name(), "glibc": glibc, "stdlib": sysconfig.get_path("stdlib"),
    "scheme": paths(own, None), "prefix_scheme": paths("posix_prefix" if own == "posix_local" else own, "/@"),
    "venv_scheme": paths("venv" if "venv" in names else "posix_prefix", "/@"), "user_scheme": paths(user, "/@"),
    "site_paths": [p for p in sys.path if os.path.basename(p) in ("site-packages", "dist-packages")],
}) + ":pipit-facts")
)py";

namespace {

constexpr int kFactsSeconds = 60;
constexpr int kMaxLinks = 40;  // as many as the kernel follows
constexpr std::size_t kMaxPath = 4096;

Scheme scheme_of(const base::Json* json, bool relative) {
  Scheme scheme;
  if (!json) return scheme;
  const auto get = [&](std::string_view key) {
    std::string_view path = json->text(key);
    if (!relative) return std::string(path);
    if (path == "/@") return std::string();
    return std::string(path.starts_with("/@/") ? path.substr(3) : path);
  };
  return {get("purelib"), get("platlib"), get("scripts"), get("data"), get("include")};
}

bool fact(const base::Json& facts, std::string_view key) {
  const base::Json* value = facts.find(key);
  return value && value->boolean() && *value->boolean();
}

std::optional<Libc> libc_of_facts(const base::Json& facts, const std::string& executable) {
  const auto version = base::split_once(facts.text("glibc"), '.');
  if (version) {
    const auto major = base::parse_uint(version->first), minor = base::parse_uint(version->second);
    if (major && minor && *major < 100 && *minor < 1000) {
      return Libc{Libc::Kind::glibc, static_cast<unsigned>(*major), static_cast<unsigned>(*minor)};
    }
  }
  return libc_of(base::real_path(executable));
}

// What the module _manylinux of that environment refuses (PEP 600).
void drop_refused(std::vector<std::string>& platforms, const base::Json& facts) {
  const base::Json* refused = facts.find("refused_platforms");
  if (!refused || !refused->array()) return;
  for (const base::Json& item : *refused->array()) {
    if (item.string()) std::erase(platforms, *item.string());
  }
}

// The names of this interpreter's platform, best first: manylinux or musllinux as its libc says,
// then plain linux.
std::vector<std::string> platforms_of_facts(const base::Json& facts,
                                            const std::string& executable) {
  const std::string name(facts.text("platform"));
  if (!name.starts_with("linux_")) {
    auto expanded = pep::expand_platform(name);
    return expanded ? *expanded : std::vector<std::string>{name};
  }
  std::vector<std::string> platforms;
  if (const auto libc = libc_of_facts(facts, executable)) {
    const std::string family = libc->kind == Libc::Kind::musl ? "musllinux_" : "manylinux_";
    auto expanded =
        pep::expand_platform(cat(family, libc->major, "_", libc->minor, "_", name.substr(6)));
    if (expanded) platforms = std::move(*expanded);
  }
  auto plain = pep::expand_platform(name);
  for (std::string& one : plain ? *plain : std::vector<std::string>{name}) {
    if (std::find(platforms.begin(), platforms.end(), one) == platforms.end())
      platforms.push_back(std::move(one));
  }
  drop_refused(platforms, facts);
  return platforms;
}

void set_abis(pep::TagTarget& tags, const base::Json& facts) {
  const std::string_view implementation = facts.text("implementation");
  if (implementation == "cpython") {
    // Debug builds, and all builds before 3.8, have their ABI in the name.
    const bool old = tags.python_major == 3 && tags.python_minor < 8;
    if (!fact(facts, "debug") && !old) return;
    tags.abis = {cat("cp", tags.python_major, tags.python_minor, tags.free_threaded ? "t" : "",
                     fact(facts, "debug") ? "d" : "", old ? "m" : "")};
    return;
  }
  const std::string soabi = base::replace_all(facts.text("soabi"), "-", "_");
  const auto parts =
      base::split(soabi, '_');  // pypy310_pp73_x86_64_linux_gnu, or without the platform
  if (parts.size() >= 2) tags.abis = {cat(parts[0], "_", parts[1])};
}

std::string tag_implementation(std::string_view name) {
  if (name == "cpython") return "cp";
  if (name == "pypy") return "pp";
  if (name == "graalpy") return "graalpy";
  return std::string(name);
}

void set_markers(pep::MarkerEnvironment& markers, const base::Json& facts) {
  markers.os_name = std::string(facts.text("os_name"));
  markers.sys_platform = std::string(facts.text("sys_platform"));
  markers.platform_system = std::string(facts.text("platform_system"));
  markers.platform_python_implementation =
      std::string(facts.text("platform_python_implementation"));
  markers.implementation_name = std::string(facts.text("implementation"));
  markers.implementation_version = std::string(facts.text("implementation_version"));
  markers.python_full_version = std::string(facts.text("full_version"));
  if (markers.python_full_version.ends_with('+'))
    markers.python_full_version += "local";  // built between releases
  // Python's own word: under an emulator or another personality its machine is not ours.
  markers.platform_machine = std::string(facts.text("machine"));
  utsname kernel{};
  if (::uname(&kernel) != 0) return;
  if (markers.platform_machine.empty()) markers.platform_machine = kernel.machine;
  markers.platform_release = kernel.release;
  markers.platform_version = kernel.version;
}

bool set_version(Interpreter& out, const base::Json& facts) {
  const base::Json* pair = facts.find("version");
  if (!pair || !pair->array() || pair->array()->size() < 2) return false;
  const std::int64_t* major = (*pair->array())[0].integer();
  const std::int64_t* minor = (*pair->array())[1].integer();
  if (!major || !minor || *major < 2 || *major > 9 || *minor < 0 || *minor > 99) return false;
  out.tag_target.python_major = static_cast<unsigned>(*major);
  out.tag_target.python_minor = static_cast<unsigned>(*minor);
  out.target.markers.python_version = cat(*major, ".", *minor);
  const auto version = pep::Version::parse(out.target.markers.python_full_version);
  if (!version) return false;
  out.version = out.target.python = *version;
  return true;
}

// --user is relative to PYTHONUSERBASE or ~/.local, which are the caller's and not the
// interpreter's.
std::optional<Scheme> user_scheme_of(const base::Json& facts) {
  std::string user_base = base::environment_variable("PYTHONUSERBASE").value_or("");
  if (user_base.empty()) {
    const auto home = base::environment_variable("HOME");
    if (!home || home->empty()) return std::nullopt;
    user_base = base::join_path(*home, ".local");
  }
  Scheme scheme = scheme_of(facts.find("user_scheme"), true);
  for (std::string* path :
       {&scheme.purelib, &scheme.platlib, &scheme.scripts, &scheme.data, &scheme.headers}) {
    *path = path->empty() ? user_base : base::join_path(user_base, *path);
  }
  return scheme;
}

// PEP 668: an INI file with one section; continuation lines are indented.
std::optional<std::string> managed_message(const std::string& stdlib) {
  const auto text = base::read_file(base::join_path(stdlib, "EXTERNALLY-MANAGED"), 1u << 20);
  if (!text) return std::nullopt;
  std::string message;
  bool inside = false;
  for (const std::string_view line : base::split(*text, '\n')) {
    const bool continued = !line.empty() && base::is_space(line.front());
    if (!continued && !base::trim(line).empty())
      inside = line.starts_with("Error=") || line.starts_with("Error =");
    if (!inside) continue;
    const std::string_view part =
        continued ? line : line.substr(std::min(line.find('=') + 1, line.size()));
    message += cat(message.empty() ? "" : "\n", base::trim(part));
  }
  return std::string(base::trim(message));
}

void set_sites(Interpreter& out, const base::Json& facts) {
  const std::string path = base::environment_variable("PYTHONPATH").value_or("");
  for (const std::string_view folder : base::split(path, ':'))
    if (!folder.empty()) out.python_path.push_back(base::absolute_path(folder));
  const bool has_user_site = base::environment_variable("PYTHONNOUSERSITE").value_or("").empty();
  if (has_user_site && out.user_scheme && base::is_directory(out.user_scheme->purelib))
    out.site_paths.push_back(out.user_scheme->purelib);
  const base::Json* listed = facts.find("site_paths");
  if (!listed || !listed->array()) return;
  for (const base::Json& item : *listed->array()) {
    if (item.string()) out.site_paths.push_back(*item.string());
  }
}

// Anything may be printed round the facts: by sitecustomize, by .pth files, at exit.
std::string_view between_marks(std::string_view output) {
  const std::size_t end = output.rfind(kFactsEndMark);
  const std::size_t at = output.rfind(kFactsMark, end);
  if (at == std::string_view::npos || end == std::string_view::npos) return {};
  return output.substr(at + kFactsMark.size(), end - at - kFactsMark.size());
}

// The line that says what is wrong: the last of a traceback, the first of what others print.
// Other programs repeat their arguments: our script is no explanation.
std::string_view telling_line(std::string_view errors) {
  errors = base::trim(errors);
  if (errors.find("import json") != std::string_view::npos) return {};
  if (errors.find("Traceback (") != std::string_view::npos)
    return errors.substr(errors.rfind('\n') + 1);
  return errors.substr(0, errors.find('\n'));
}

// Whether `place`, or a folder above it, holds the standard library, so that a Python started there
// by a virtual environment's link finds it.
bool leads_to_library(const std::string& place, const std::string& stdlib) {
  const std::string library(base::base_name(stdlib));
  const std::string lib(base::base_name(base::parent_path(stdlib)));
  std::string above(base::parent_path(place));
  while (above.size() > 1) {
    above = std::string(base::parent_path(above));
    const std::string found = base::join_path(above, cat(lib, "/", library));
    // Python takes the first one that it finds, and it may be another Python's.
    if (base::exists(base::join_path(found, "os.py")))
      return base::real_path(found) == base::real_path(stdlib);
  }
  return false;
}

// The name under which environments are made from it: as given, if Python works from there (a link
// that moves with every patch release keeps them alive), else what that links to.
std::string base_name_of(const std::string& executable, const std::string& stdlib) {
  const std::string real = base::real_path(executable);
  std::string at = executable;
  for (int links = 0; links < kMaxLinks && base::real_path(at) == real; ++links) {
    if (leads_to_library(at, stdlib)) return at;
    const auto target = link_target(at);
    if (!target) break;
    at = *target;
  }
  return real;
}

}  // namespace

bool is_script_file(const std::string& path) {
  const base::Fd fd = base::open_path(path, O_RDONLY);
  char head[2] = {};
  return fd && ::read(fd.get(), head, 2) == 2 && head[0] == '#' && head[1] == '!';
}

std::optional<std::string> link_text(const std::string& path) {
  std::array<char, kMaxPath> target;
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

std::optional<std::string> link_target(const std::string& path) {
  const auto text = link_text(path);
  if (!text) return std::nullopt;
  // join_path keeps an absolute name as it is.
  return base::absolute_path(base::join_path(base::parent_path(path), *text));
}

Result<base::Json> run_for_facts(const std::string& executable, std::stop_token stop) {
  base::Command command;
  command.argv = {executable, "-I", "-B", "-c", std::string(kFactsScript)};
  command.unset = {"__PYVENV_LAUNCHER__"};
  command.timeout_seconds = kFactsSeconds;
  auto outcome = base::run_process(command, std::move(stop));
  if (!outcome && outcome.error().code == Code::cancelled) return fail(outcome.error());
  if (!outcome)
    return fail(Code::bad_environment,
                cat(executable, ": cannot be run: ", outcome.error().message));
  const std::string_view text = between_marks(outcome->output);
  if (outcome->exit_code != 0 || text.empty()) {
    const std::string_view said = telling_line(outcome->errors);
    return fail(
        Error{Code::bad_environment,
              cat(executable, ": not a usable Python (3.6 or later): ",
                  said.empty() ? cat("exit code ", outcome->exit_code) : base::printable(said))}
            .with_hint("--python takes a Python's path, an environment's folder, or a version"));
  }
  auto facts = base::parse_json(text);
  if (!facts) return fail(Code::bad_environment, cat(executable, ": said nonsense about itself"));
  return facts;
}

Result<Interpreter> interpreter_of_facts(const base::Json& facts, const std::string& executable) {
  Interpreter out;
  out.executable = executable;
  out.prefix = std::string(facts.text("prefix"));
  out.base_prefix = std::string(facts.text("base_prefix"));
  out.stdlib = std::string(facts.text("stdlib"));
  out.base_executable = base_name_of(executable, out.stdlib);
  out.implementation = std::string(facts.text("implementation"));
  out.cache_tag = std::string(facts.text("cache_tag"));
  out.free_threaded = fact(facts, "free_threaded");
  out.is_virtual = out.prefix != out.base_prefix;
  set_markers(out.target.markers, facts);
  if (!set_version(out, facts) || out.prefix.empty()) {
    return fail(Code::bad_environment, cat(executable, ": said too little about itself"));
  }
  out.tag_target.implementation = tag_implementation(out.implementation);
  out.tag_target.free_threaded = out.free_threaded;
  out.tag_target.platforms = platforms_of_facts(facts, executable);
  set_abis(out.tag_target, facts);
  out.target.tags = pep::Tags::for_target(out.tag_target);
  out.scheme = scheme_of(facts.find("scheme"), false);
  out.prefix_scheme = scheme_of(facts.find("prefix_scheme"), true);
  out.venv_scheme = scheme_of(facts.find("venv_scheme"), true);
  out.user_scheme = user_scheme_of(facts);
  set_sites(out, facts);
  out.is_conda = base::is_directory(base::join_path(out.prefix, "conda-meta"));
  if (!out.is_virtual) out.externally_managed = managed_message(out.stdlib);
  return out;
}

}  // namespace pipit::env
