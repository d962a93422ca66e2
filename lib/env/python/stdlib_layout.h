// Where a Python installs to and looks, by the text of its own standard library.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "env/python/known_texts.h"

namespace pipit::env {

/// What the templates of paths are filled with.
struct LayoutNames {
  unsigned minor = 0;
  std::string abi_flags;  // "", "d", "t"
  bool threads = false;   // free-threaded: "t" is part of directories' names
};

struct StdlibLayout {
  /// Templates of sysconfig, by the wheel's directories: "purelib": "{base}/lib/…".
  base::Json::Object own, prefix, venv, user;
  bool is_debian = false;  // site directories are Debian's
};

/// The layout that sysconfig.py and site.py in `stdlib` describe. nullopt when the texts of either
/// that decide are not known: a distribution may have changed what it likes.
std::optional<StdlibLayout> read_layout(const std::string& stdlib, unsigned minor,
                                        const KnownTexts& known = KnownTexts::built_in());
/// The same of their texts.
std::optional<StdlibLayout> layout_of(std::string_view sysconfig, std::string_view site,
                                      unsigned minor, const KnownTexts& known);
/// Those files of Python 3.`minor`.
std::string sysconfig_path(const std::string& stdlib, unsigned minor);
std::string site_path(const std::string& stdlib);

/// A template with its variables filled in, every base directory being `base`; nullopt for a
/// variable that is not known.
std::optional<std::string> fill_path(std::string_view pattern, const std::string& base,
                                     const LayoutNames& names);

/// Where site.py looks for distributions, whether or not the directories are there.
std::vector<std::string> site_directories(const StdlibLayout& layout, const std::string& prefix,
                                          const LayoutNames& names);

}  // namespace pipit::env
