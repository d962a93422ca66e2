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

// The order is Python's. A folder that is not there yet is not in it, and will be found first.
void search_as_python(const Interpreter& python, Layout& layout) {
  std::vector<std::string> sites;
  const auto& known = python.site_paths;
  for (const std::string& own : own_sites(layout.scheme)) {
    if (std::ranges::find(known, own) == known.end()) add_unique(sites, own);
  }
  for (const std::string& site : known) add_unique(sites, site);
  layout.site_paths = std::move(sites);
  layout.python_path = python.python_path;
  layout.is_searched = true;
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
  search_as_python(interpreter, layout);
  layout.shared_prefix = !interpreter.is_virtual;
  return layout;
}

Result<Layout> user_layout(const Interpreter& interpreter) {
  if (!interpreter.user_scheme) {
    const char* why = interpreter.is_virtual ? ": a virtual environment has no user site-packages"
                                             : ": no user site-packages, as HOME is not set";
    return fail(Code::bad_environment, cat(interpreter.prefix, why));
  }
  Layout layout = environment_layout(interpreter);
  layout.scheme = *interpreter.user_scheme;
  layout.prefix = layout.scheme.data;
  search_as_python(interpreter, layout);
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
  layout.python_path.clear();
  layout.is_searched = false;
  layout.shared_prefix = false;
  return layout;
}

}  // namespace pipit::env
