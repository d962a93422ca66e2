// Modules of made-up Pythons: their paths are data, their functions are of these tests' own text.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "env/python/known_texts.h"

namespace pipit::env_test {

inline constexpr std::string_view kListerOfSites =
    "def getsitepackages():\n"
    "    # a comment\n"
    "    sites = look_for(\"site-packages\")\n"
    "    return sites\n";
inline constexpr std::string_view kUseOfSchemes = "copy_scheme(_INSTALL_SCHEMES['venv'])";
inline constexpr std::string_view kHookOfImports = "import watcher; watcher.watch('made', up=True)";
inline constexpr std::string_view kStartOfReports =
    "try:\n    import reports\nfinally:\n    pass\n";

inline std::string chooser_of_schemes(int minor) {
  return cat("def ", minor < 10 ? "_get_default_scheme" : "_get_preferred_schemes",
             "():\n    return choose('prefix', 'user')\n");
}

/// `'name': {…}`, its directories below `{base}` as that variable is called.
inline std::string scheme_text(std::string_view name, std::string_view base, int minor) {
  const std::string library = cat("lib/python{py_version_short}", minor < 13 ? "" : "{abi_thread}");
  const std::pair<std::string_view, std::string> rows[] = {
      {"stdlib", library},
      {"purelib", cat(library, "/site-packages")},
      {"platlib", cat(library, "/site-packages")},
      {"include", "include/python{py_version_short}{abiflags}"},
      {"scripts", "bin"}};
  std::string text = cat("    '", name, "': {\n");
  for (const auto& [key, path] : rows)
    text += cat("        '", key, "': '{", base, "}/", path, "',\n");
  return text + cat("        'data': '{", base, "}',\n    },\n");
}

inline std::string sysconfig_text(int minor) {
  std::string text = "import sys\n_INSTALL_SCHEMES = {\n";
  text += scheme_text("posix_prefix", "base", minor) + scheme_text("posix_user", "userbase", minor);
  text += scheme_text("posix_local", "base", minor);
  if (minor >= 11) text += scheme_text("posix_venv", "base", minor);
  text += cat("}\n\n", minor >= 11 ? kUseOfSchemes : "", "\n\n", chooser_of_schemes(minor));
  return text;
}

inline std::string site_text() { return cat("import os\n\n", kListerOfSites); }

/// The digests of those texts.
inline const env::KnownTexts& made_up_texts() {
  struct Table {
    std::vector<std::string> digests;
    std::vector<env::KnownTexts::Function> choices, sites;
    std::vector<std::string_view> uses, hooks, starts;
    env::KnownTexts known;
    Table() {
      for (const std::string_view text :
           {std::string_view("def_get_default_scheme():\nreturnchoose('prefix','user')"),
            std::string_view("def_get_preferred_schemes():\nreturnchoose('prefix','user')"),
            std::string_view("defgetsitepackages():\nsites=look_for(\"site-packages\")\n"
                             "returnsites"),
            kUseOfSchemes, kHookOfImports, kStartOfReports})
        digests.push_back(base::sha256_hex(text).substr(0, 16));
      choices = {{digests[0]}, {digests[1]}};
      sites = {{digests[2]}};
      uses = {digests[3]};
      hooks = {digests[4]};
      starts = {digests[5]};
      known = {choices, sites, uses, hooks, starts};
    }
  };
  static const Table table;
  return table.known;
}

}  // namespace pipit::env_test
