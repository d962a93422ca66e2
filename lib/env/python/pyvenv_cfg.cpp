// The file that makes an interpreter virtual (PEP 405), found as site.py finds it: beside the
// executable or one directory up, by the path it was called by and not by what that links to.
#include "env/python/pyvenv_cfg.h"

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

PyvenvCfg parse_pyvenv_cfg(std::string_view text) {
  PyvenvCfg cfg;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto pair = base::split_once(line, '=');
    if (!pair) continue;
    const std::string key = base::to_lower(base::trim(pair->first));
    const std::string_view value = base::trim(pair->second);
    if (key == "home") cfg.home = std::string(value);
    if (key == "executable") cfg.executable = std::string(value);
    if (key == "include-system-site-packages")
      cfg.system_site_packages = base::equals_ignoring_case(value, "true");
    if (key == kPipitKey) cfg.made_by_pipit = true;
  }
  return cfg;
}

std::optional<PyvenvCfg> read_pyvenv_cfg(const std::string& prefix) {
  const auto text = base::read_file(base::join_path(prefix, "pyvenv.cfg"), 1u << 20);
  if (!text) return std::nullopt;
  PyvenvCfg cfg = parse_pyvenv_cfg(*text);
  cfg.prefix = prefix;
  return cfg;
}

std::optional<PyvenvCfg> find_pyvenv_cfg(std::string_view executable) {
  const std::string directory(base::parent_path(executable));
  if (auto beside = read_pyvenv_cfg(directory)) return beside;
  return read_pyvenv_cfg(std::string(base::parent_path(directory)));
}

}  // namespace pipit::env
