// Paths as text. Nothing here uses the file system except absolute_path() (for the working
// directory) and real_path().
#include "base/path.h"

#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/text.h"

namespace pipit::base {
namespace {

/// The significant parts of a path: no empty ones, no ".", and ".." removed with its parent.
std::vector<std::string_view> normal_parts(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();  // "/.." is "/"
    }
  }
  return parts;
}

}  // namespace

std::string join_path(std::string_view directory, std::string_view name) {
  if (directory.empty() || name.starts_with('/')) return std::string(name);
  if (name.empty()) return std::string(directory);
  return cat(directory, directory.ends_with('/') ? "" : "/", name);
}

std::string_view parent_path(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  path = path.substr(0, slash == 0 ? 1 : slash);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string_view base_name(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || path.size() == 1) return path;
  return path.substr(slash + 1);
}

std::string absolute_path(std::string_view path) {
  std::string whole(path);
  if (!path.starts_with('/')) {
    char here[PATH_MAX];
    if (::getcwd(here, sizeof here)) whole = cat(here, "/", path);
  }
  std::string out;
  for (std::string_view part : normal_parts(whole)) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

std::string relative_path(std::string_view from, std::string_view to) {
  const std::vector<std::string_view> a = normal_parts(from);
  const std::vector<std::string_view> b = normal_parts(to);
  std::size_t shared = 0;
  while (shared < a.size() && shared < b.size() && a[shared] == b[shared]) ++shared;
  std::string out;
  for (std::size_t i = shared; i < a.size(); ++i) out.append(out.empty() ? ".." : "/..");
  for (std::size_t i = shared; i < b.size(); ++i) out.append(out.empty() ? "" : "/").append(b[i]);
  return out.empty() ? "." : out;
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> found(::realpath(path.c_str(), nullptr), ::free);
  return found ? std::string(found.get()) : path;
}

std::string unique_name(std::string_view prefix) {
  static constinit std::atomic<std::uint64_t> next{0};
  const std::uint64_t number = next.fetch_add(1, std::memory_order_relaxed);
  return cat(prefix, ::getpid(), "-", number, "-", random_word());
}

}  // namespace pipit::base
