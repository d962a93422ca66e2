// pyvenv.cfg (PEP 405).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pipit::env {

struct PyvenvCfg {
  std::string prefix;  // the directory of the file
  std::string home, executable;
  bool system_site_packages = false;
  bool made_by_pipit = false;
};

/// Keys are case-insensitive, "key = value"; unknown ones are ignored.
PyvenvCfg parse_pyvenv_cfg(std::string_view text);
/// The one that makes `executable` virtual: beside it or one directory up, by text; nullopt: it is
/// not virtual.
std::optional<PyvenvCfg> find_pyvenv_cfg(std::string_view executable);
std::optional<PyvenvCfg> read_pyvenv_cfg(const std::string& prefix);

inline constexpr char kPipitKey[] = "pipit";

}  // namespace pipit::env
