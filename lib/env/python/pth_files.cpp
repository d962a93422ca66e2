// Lines of code are not run: what they add is not known.
#include "env/python/pth_files.h"

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "env/python/witness.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxPthFile = 1u << 20;

}  // namespace

std::vector<std::string> folders_of_pth(const std::string& site,
                                        const std::vector<base::DirEntry>& entries, Witness* seen) {
  std::vector<std::string> folders;
  for (const base::DirEntry& entry : entries) {
    if (!entry.name.ends_with(".pth") || entry.name.starts_with('.')) continue;
    const std::string pth = base::join_path(site, entry.name);
    if (seen) seen->add(pth);
    const auto text = base::read_file(pth, kMaxPthFile);
    if (!text) continue;
    for (const std::string_view line : base::split(*text, '\n')) {
      const bool is_code = line.starts_with("import ") || line.starts_with("import\t");
      const std::string_view path = base::trim(line);
      if (path.empty() || path.starts_with('#') || is_code) continue;
      std::string folder = base::absolute_path(path.starts_with('/') ? std::string(path)
                                                                     : base::join_path(site, path));
      if (base::is_directory(folder))
        folders.push_back(std::move(folder));
      else if (seen)
        seen->add(folder);
    }
  }
  return folders;
}

}  // namespace pipit::env
