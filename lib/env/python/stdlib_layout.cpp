// Distributions change where Python installs to by changing the functions that say so. The paths
// themselves are data in those modules and are read as such; the functions that choose among them
// are known by a digest of their text without comments and white space. One that is not known means
// that Python has to be asked.
#include "env/python/stdlib_layout.h"

#include <algorithm>

#include "base/file.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "env/python/literal.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxModule = 1u << 20;
constexpr std::size_t kLongestFunction = 8u << 10;

enum class Kind { stock, debian };
struct Known {
  std::string_view digest;  // the first digits
  Kind kind;
};
// _get_default_scheme() of 3.8 and 3.9, _get_preferred_schemes() of the later ones.
constexpr Known kChoices[] = {{"9540a2b66ba1c3fd", Kind::stock},
                              {"77fca21f17e307cf", Kind::stock},
                              {"3423c6b2cda4cfab", Kind::debian}};
// getsitepackages() of 3.8, 3.9 and 3.10, 3.11 and 3.12, 3.13 to 3.15; of 3.11 and 3.13 to 3.15.
constexpr Known kSites[] = {{"e18ee98db289c447", Kind::stock},  {"aedf138bf8899cb0", Kind::stock},
                            {"546cf08170b5bc54", Kind::stock},  {"5353c6043cbe840c", Kind::stock},
                            {"3b8e320019574d35", Kind::debian}, {"814fd5d3bda4c2f2", Kind::debian}};

// All that the stock modules do with the table of schemes, but for its beginning.
constexpr std::string_view kUses[] = {"_INSTALL_SCHEMES[scheme]['include'] = '{srcdir}/Include'",
                                      "_INSTALL_SCHEMES[scheme]['platinclude'] = '{projectbase}/.'",
                                      "_INSTALL_SCHEMES['venv'] = _INSTALL_SCHEMES['nt_venv']",
                                      "_INSTALL_SCHEMES['venv'] = _INSTALL_SCHEMES['posix_venv']",
                                      "_INSTALL_SCHEMES |= {",
                                      "scheme = _INSTALL_SCHEMES[scheme]",
                                      "for key, value in _INSTALL_SCHEMES[scheme].items():",
                                      "if scheme not in _INSTALL_SCHEMES:",
                                      "return tuple(sorted(_INSTALL_SCHEMES))",
                                      "return _INSTALL_SCHEMES[scheme]"};

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

std::optional<Kind> known_kind(const std::optional<std::string>& text,
                               std::span<const Known> table) {
  if (!text) return std::nullopt;
  const std::string digest = base::sha256_hex(*text);
  for (const Known& known : table)
    if (digest.starts_with(known.digest)) return known.kind;
  return std::nullopt;
}

bool uses_are_known(std::string_view module) {
  constexpr std::string_view kTable = "_INSTALL_SCHEMES";
  bool begun = false;
  for (std::size_t at = module.find(kTable); at != std::string_view::npos;) {
    const std::size_t begin = module.rfind('\n', at) + 1, end = module.find('\n', at);
    const std::string_view line = module.substr(begin, end - begin);
    const bool begins = line == "_INSTALL_SCHEMES = {";
    if (begins && begun) return false;
    begun = begun || begins;
    if (!begins && std::ranges::find(kUses, base::trim(line)) == std::end(kUses)) return false;
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

std::optional<StdlibLayout> schemes_of(std::string_view module, Kind kind) {
  const auto prefix = read_scheme(module, "posix_prefix");
  const auto user = read_scheme(module, "posix_user");
  const bool has_venv = module.find("_INSTALL_SCHEMES['venv']") != std::string_view::npos;
  const auto venv = has_venv ? read_scheme(module, "posix_venv") : prefix;
  const auto own = kind == Kind::debian ? read_scheme(module, "posix_local") : prefix;
  if (!prefix || !user || !venv || !own) return std::nullopt;
  return StdlibLayout{*own, *prefix, *venv, *user};
}

std::string library_name(const LayoutNames& names) {
  return cat("python3.", names.minor, names.threads ? "t" : "");
}

}  // namespace

std::optional<StdlibLayout> read_layout(const std::string& stdlib, unsigned minor) {
  const auto module = base::read_file(
      base::join_path(stdlib, minor >= 13 ? "sysconfig/__init__.py" : "sysconfig.py"), kMaxModule);
  const auto site = base::read_file(base::join_path(stdlib, "site.py"), kMaxModule);
  if (!module || !site || !uses_are_known(*module)) return std::nullopt;
  const auto choice = known_kind(
      function_text(*module, minor < 10 ? "_get_default_scheme" : "_get_preferred_schemes"),
      kChoices);
  const auto sites = known_kind(function_text(*site, "getsitepackages"), kSites);
  if (!choice || !sites) return std::nullopt;
  auto layout = schemes_of(*module, *choice);
  if (layout) layout->is_debian = *sites == Kind::debian;
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
