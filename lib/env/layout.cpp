// Layouts are plain arithmetic on paths; nothing here looks at the disk.
#include "env/layout.h"

#include <algorithm>

#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

namespace {

void add_unique(std::vector<std::string>& list, const std::string& item) {
  if (!item.empty() && std::find(list.begin(), list.end(), item) == list.end())
    list.push_back(item);
}

std::vector<std::string> own_sites(const Scheme& scheme) {
  std::vector<std::string> sites;
  add_unique(sites, scheme.purelib);
  add_unique(sites, scheme.platlib);
  return sites;
}

Scheme below(const std::string& base, const Scheme& relative) {
  const auto at = [&](const std::string& path) {
    return path.empty() ? base : base::absolute_path(base::join_path(base, path));
  };
  return {at(relative.purelib), at(relative.platlib), at(relative.scripts), at(relative.data),
          at(relative.headers)};
}

std::string major_minor(const pep::Version& python) {
  const auto numbers = python.release();
  return numbers.size() < 2 ? python.str() : cat(numbers[0], ".", numbers[1]);
}

}  // namespace

Layout environment_layout(const Interpreter& interpreter) {
  Layout layout;
  layout.scheme = interpreter.scheme;
  layout.python = interpreter.executable;
  layout.python_version = major_minor(interpreter.version);
  layout.prefix = interpreter.prefix;
  layout.site_paths = own_sites(interpreter.scheme);
  for (const std::string& site : interpreter.site_paths) add_unique(layout.site_paths, site);
  layout.shared_prefix = !interpreter.is_virtual;
  return layout;
}

Result<Layout> user_layout(const Interpreter& interpreter) {
  if (!interpreter.user_scheme) {
    return fail(Code::bad_environment,
                cat(interpreter.prefix, ": a virtual environment has no user site-packages"));
  }
  Layout layout = environment_layout(interpreter);
  layout.scheme = *interpreter.user_scheme;
  layout.prefix = layout.scheme.data;
  layout.site_paths = own_sites(layout.scheme);
  for (const std::string& site : interpreter.site_paths) add_unique(layout.site_paths, site);
  layout.shared_prefix = true;
  return layout;
}

Layout target_layout(const std::string& directory, const Interpreter* interpreter,
                     const pep::Version& python) {
  const std::string base = base::absolute_path(directory);
  Layout layout;
  layout.scheme = {base, base, base::join_path(base, "bin"), base,
                   base::join_path(base, "include/python")};
  if (interpreter) layout.python = interpreter->executable;
  layout.python_version = major_minor(python);
  layout.prefix = base;
  layout.site_paths = {base};
  layout.flat = true;
  return layout;
}

Layout prefix_layout(const std::string& prefix, const Interpreter& interpreter) {
  Layout layout;
  layout.scheme = below(base::absolute_path(prefix), interpreter.prefix_scheme);
  layout.python = interpreter.executable;
  layout.python_version = major_minor(interpreter.version);
  layout.prefix = base::absolute_path(prefix);
  layout.site_paths = own_sites(layout.scheme);
  return layout;
}

Layout with_root(Layout layout, const std::string& root) {
  const std::string base = base::absolute_path(root);
  const auto move = [&](std::string& path) { path = base::absolute_path(cat(base, "/", path)); };
  for (std::string* path : {&layout.scheme.purelib, &layout.scheme.platlib, &layout.scheme.scripts,
                            &layout.scheme.data, &layout.scheme.headers, &layout.prefix}) {
    move(*path);
  }
  layout.root = base;
  layout.site_paths = own_sites(layout.scheme);
  layout.shared_prefix = false;
  return layout;
}

}  // namespace pipit::env
