// Bounds. The maker of a wheel writes its RECORD, so a file it lists is only touched when its real
// path is in the scheme.
#include "env/layout_paths.h"

#include <algorithm>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "env/launcher.h"

namespace pipit::env {

bool is_below(std::string_view path, std::string_view directory) {
  if (directory == "/") return path.size() > 1;
  return path.size() > directory.size() + 1 && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

bool is_plain_relative(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos ||
      path.find('\\') != std::string_view::npos)
    return false;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

LayoutPaths::LayoutPaths(const Layout& layout) : shared_prefix_(layout.shared_prefix) {
  const auto real = [&](const std::string& directory) {
    return canonical_directory(base::absolute_path(directory));
  };
  const auto named = [](const std::string& directory) { return base::absolute_path(directory); };
  named_ = {named(layout.scheme.purelib), named(layout.scheme.platlib),
            named(layout.scheme.scripts), named(layout.scheme.data), named(layout.scheme.headers)};
  scheme_ = {real(layout.scheme.purelib), real(layout.scheme.platlib), real(layout.scheme.scripts),
             real(layout.scheme.data), real(layout.scheme.headers)};
  prefix_ = real(layout.prefix);
  for (const std::string* root :
       {&scheme_.purelib, &scheme_.platlib, &scheme_.scripts, &scheme_.data, &scheme_.headers}) {
    // Headers below the data directory need no root of their own: their directory is made and
    // removed with its content.
    if (root == &scheme_.headers && is_below(*root, scheme_.data)) continue;
    if (std::find(roots_.begin(), roots_.end(), *root) == roots_.end()) roots_.push_back(*root);
  }
  std::stable_sort(roots_.begin(), roots_.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

const LayoutPaths::Known& LayoutPaths::known_directory(const std::string& directory) {
  const auto known = known_.find(directory);
  if (known != known_.end()) return known->second;
  Known result{"/"};
  if (directory != "/") {
    const Known& parent = known_directory(std::string(base::parent_path(directory)));
    std::string plain = base::join_path(parent.path, base::base_name(directory));
    const bool followed = !parent.absent && !forgotten_.contains(plain) && base::exists(plain);
    result = {followed ? base::real_path(plain) : plain, !followed};
    if (result.path != plain) links_.insert(std::move(plain));
  }
  return known_.emplace(directory, std::move(result)).first->second;
}

std::string LayoutPaths::canonical(std::string_view path) {
  const std::string plain = base::absolute_path(path);
  const std::string& parent = canonical_directory(std::string(base::parent_path(plain)));
  return base::join_path(parent, base::base_name(plain));
}

bool LayoutPaths::forget_link(const std::string& path) {
  known_.clear();
  return forgotten_.insert(path).second;
}

void LayoutPaths::learn_from(LayoutPaths&& copy) {
  known_.merge(copy.known_);
  links_.merge(copy.links_);
  site_links_.merge(copy.site_links_);
}

std::string LayoutPaths::recorded(const std::string& site, std::string_view row) {
  std::string path = canonical(base::join_path(site, row));
  const std::string real = canonical_directory(base::absolute_path(site));
  if (real == site || row.starts_with('/')) return path;
  if (base::file_info(path).value_or(std::nullopt)) return path;
  std::string other = canonical(base::join_path(real, row));
  return base::file_info(other).value_or(std::nullopt) ? other : path;
}

std::string LayoutPaths::link_in_site(std::string_view path) {
  return site_link_of(std::string(base::parent_path(base::absolute_path(path))));
}

const std::string& LayoutPaths::site_link_of(const std::string& directory) {
  const auto known = site_links_.find(directory);
  if (known != site_links_.end()) return known->second;
  std::string link;
  if (directory != "/") {
    const std::string parent(base::parent_path(directory));
    link = site_link_of(parent);
    std::string here = base::join_path(canonical_directory(parent), base::base_name(directory));
    const bool in_site = is_below(here, scheme_.purelib) || is_below(here, scheme_.platlib);
    if (link.empty() && in_site && base::is_link(here) && !is_structural(base::real_path(here)))
      link = std::move(here);
  }
  return site_links_.emplace(directory, std::move(link)).first->second;
}

std::string LayoutPaths::link_outwards(std::string_view path) {
  std::string at(base::parent_path(path));
  std::string found;
  while (at.size() > 1) {
    if (base::is_link(at) && !inside(base::real_path(at)))
      found = cat(at, " is a link to ", base::real_path(at));
    at = std::string(base::parent_path(at));
  }
  return found;
}

bool LayoutPaths::inside(std::string_view path) const { return !root_of(path).empty(); }

std::string_view LayoutPaths::root_of(std::string_view path) const {
  for (const std::string& root : roots_) {
    if (is_below(path, root)) return root;
  }
  return {};
}

bool LayoutPaths::is_structural(std::string_view directory) const {
  for (const std::string& root : roots_) {
    if (root == directory || is_below(root, directory)) return true;
  }
  // Python's own venv makes include/ and include/python3.x, which may well be empty.
  const std::string include = base::join_path(prefix_, "include");
  if (directory == include) return true;
  const bool is_python_include = base::base_name(directory).starts_with("python");
  if (base::parent_path(directory) == include && is_python_include) return true;
  return shared_prefix_ && base::parent_path(directory) == scheme_.data;
}

bool LayoutPaths::is_protected(std::string_view path) const {
  const std::string_view parent = base::parent_path(path);
  const std::string_view name = base::base_name(path);
  if (parent == scheme_.scripts) return is_reserved_script(name);
  return parent == prefix_ && base::equals_ignoring_case(name, "pyvenv.cfg");
}

}  // namespace pipit::env
