// Where a Python installs to and looks, by the text of its own standard library.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

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

/// The layout that sysconfig.py and site.py in `stdlib` describe. nullopt when either does what the
/// ones of CPython 3.8 to 3.15 and Debian's do not: a distribution may have changed what it likes.
std::optional<StdlibLayout> read_layout(const std::string& stdlib, unsigned minor);

/// A template with its variables filled in, every base directory being `base`; nullopt for a
/// variable that is not known.
std::optional<std::string> fill_path(std::string_view pattern, const std::string& base,
                                     const LayoutNames& names);

/// Where site.py looks for distributions, whether or not the directories are there.
std::vector<std::string> site_directories(const StdlibLayout& layout, const std::string& prefix,
                                          const LayoutNames& names);

}  // namespace pipit::env
