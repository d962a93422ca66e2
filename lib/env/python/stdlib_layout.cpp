// Distributions change where Python installs to by changing the functions that say so. The paths
// themselves are data in those modules and are read as such; the functions that choose among them
// are known by a digest of their text without comments and white space. One that is not known means
// that Python has to be asked.
#include "env/python/stdlib_layout.h"

#include <algorithm>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "env/python/literal.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxModule = 1u << 20;
constexpr std::size_t kLongestFunction = 8u << 10;

/// A function at the left margin, without comments and white space.
std::optional<std::string> function_text(std::string_view module, std::string_view name) {
  const std::string head = cat("\ndef ", name, "(");
  const std::size_t at = module.find(head);
  if (at == std::string_view::npos || module.find(head, at + 1) != std::string_view::npos)
    return std::nullopt;
  std::string text;
  for (const std::string_view line : base::split(module.substr(at + 1, kLongestFunction), '\n')) {
    if (!text.empty() && !line.empty() && !base::is_space(line.front())) break;
    const std::string_view code = base::trim(line);
    if (code.empty() || code.front() == '#') continue;
    if (!text.empty()) text += '\n';
    for (const char c : code)
      if (!base::is_space(c)) text += c;
  }
  return text;
}

bool uses_are_known(std::string_view module, const KnownTexts& known) {
  constexpr std::string_view kTable = "_INSTALL_SCHEMES";
  bool begun = false;
  for (std::size_t at = module.find(kTable); at != std::string_view::npos;) {
    const std::size_t begin = module.rfind('\n', at) + 1, end = module.find('\n', at);
    const std::string_view line = module.substr(begin, end - begin);
    const bool begins = line == "_INSTALL_SCHEMES = {";
    if (begins && begun) return false;
    begun = begun || begins;
    if (!begins && !is_known(base::trim(line), known.uses)) return false;
    at = end == std::string_view::npos ? end : module.find(kTable, end);
  }
  return begun;
}

/// The scheme `'name': {…}` of the table.
std::optional<base::Json::Object> read_scheme(std::string_view module, std::string_view name) {
  const std::string head = cat("'", name, "': {");
  const std::size_t at = module.find(head);
  if (at == std::string_view::npos || module.find(head, at + 1) != std::string_view::npos)
    return std::nullopt;
  std::string_view text = module.substr(at + head.size() - 1);
  return read_dictionary(text);
}

std::optional<StdlibLayout> schemes_of(std::string_view module, bool is_debian) {
  const auto prefix = read_scheme(module, "posix_prefix");
  const auto user = read_scheme(module, "posix_user");
  const bool has_venv = module.find("_INSTALL_SCHEMES['venv']") != std::string_view::npos;
  const auto venv = has_venv ? read_scheme(module, "posix_venv") : prefix;
  const auto own = is_debian ? read_scheme(module, "posix_local") : prefix;
  if (!prefix || !user || !venv || !own) return std::nullopt;
  return StdlibLayout{*own, *prefix, *venv, *user};
}

std::string library_name(const LayoutNames& names) {
  return cat("python3.", names.minor, names.threads ? "t" : "");
}

}  // namespace

std::string sysconfig_path(const std::string& stdlib, unsigned minor) {
  return base::join_path(stdlib, minor >= 13 ? "sysconfig/__init__.py" : "sysconfig.py");
}

std::string site_path(const std::string& stdlib) { return base::join_path(stdlib, "site.py"); }

std::optional<StdlibLayout> read_layout(const std::string& stdlib, unsigned minor,
                                        const KnownTexts& known) {
  const auto module = base::read_file(sysconfig_path(stdlib, minor), kMaxModule);
  const auto site = base::read_file(site_path(stdlib), kMaxModule);
  return module && site ? layout_of(*module, *site, minor, known) : std::nullopt;
}

std::optional<StdlibLayout> layout_of(std::string_view sysconfig, std::string_view site,
                                      unsigned minor, const KnownTexts& known) {
  if (!uses_are_known(sysconfig, known)) return std::nullopt;
  const auto chooser =
      function_text(sysconfig, minor < 10 ? "_get_default_scheme" : "_get_preferred_schemes");
  const auto lister = function_text(site, "getsitepackages");
  const auto* choice = chooser ? known_function(*chooser, known.choices) : nullptr;
  const auto* sites = lister ? known_function(*lister, known.sites) : nullptr;
  if (!choice || !sites) return std::nullopt;
  auto layout = schemes_of(sysconfig, choice->is_debian);
  if (layout) layout->is_debian = sites->is_debian;
  return layout;
}

std::optional<std::string> fill_path(std::string_view pattern, const std::string& base,
                                     const LayoutNames& names) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    out.append(pattern.substr(0, open));
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    const std::size_t close = pattern.find('}');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view name = pattern.substr(1, close - 1);
    pattern.remove_prefix(close + 1);
    if (name.ends_with("base") || name == "prefix" || name == "exec_prefix")
      out += base;
    else if (name == "platlibdir")
      out += "lib";
    else if (name == "py_version_short")
      out += cat("3.", names.minor);
    else if (name == "implementation_lower")
      out += "python";
    else if (name == "abiflags")
      out += names.abi_flags;
    else if (name == "abi_thread")
      out += names.threads ? "t" : "";
    else
      return std::nullopt;
  }
  if (!out.starts_with('/')) return std::nullopt;
  return base::absolute_path(out);
}

std::vector<std::string> site_directories(const StdlibLayout& layout, const std::string& prefix,
                                          const LayoutNames& names) {
  const auto at = [&](std::string_view rest) { return base::join_path(prefix, rest); };
  const std::string library = library_name(names);
  if (!layout.is_debian) return {at(cat("lib/", library, "/site-packages"))};
  return {at(cat("local/lib/python3.", names.minor, "/dist-packages")),
          at("lib/python3/dist-packages"), at(cat("lib/", library, "/dist-packages"))};
}

}  // namespace pipit::env
