// Trees of members: lines "d path", "f path", "l path target", "h path target". What passes leads
// nowhere outside, by a walk of its own that knows nothing of the judge's.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "archive/tree_names.h"
#include "base/text.h"

namespace {

using Links = std::map<std::string, std::string>;

/// Whether the path, with the links in it followed, stays at or below the top.
bool stays_inside(const Links& links, const std::string& directory, const std::string& target) {
  std::vector<std::string> at, todo;
  for (std::string_view part : pipit::base::split(directory, '/'))
    if (!part.empty()) at.emplace_back(part);
  const auto push = [&todo](const std::string& text) {
    const auto parts = pipit::base::split(text, '/');
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) todo.emplace_back(*part);
  };
  push(target);
  for (int steps = 0; !todo.empty(); ++steps) {
    if (steps > 100'000) return false;
    const std::string part = todo.back();
    todo.pop_back();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (at.empty()) return false;
      at.pop_back();
      continue;
    }
    at.push_back(part);
    const auto link = links.find(pipit::base::join(at, "/"));
    if (link == links.end()) continue;
    at.pop_back();
    push(link->second);
  }
  return true;
}

/// As TarEntry has them: relative, without empty, "." and ".." parts.
bool is_plain(std::string_view path) {
  for (std::string_view part : pipit::base::split(path, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  archive::TreeNames tree;
  Links links;
  for (std::string_view line : base::split(
           {reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 4096)}, '\n')) {
    const auto words = base::split(line, ' ');
    if (words.size() < 2 || !is_plain(words[1])) continue;
    const std::string path(words[1]), target(words.size() > 2 ? words[2] : "");
    const char* fault = nullptr;
    if (words[0] == "d") fault = tree.add_directory(path);
    if (words[0] == "f") fault = tree.add_file(path);
    if (words[0] == "l") fault = tree.add_symlink(path, target);
    if (words[0] == "h") fault = tree.add_hardlink(path, target);
    if (fault) return 0;  // the archive is refused
    if (words[0] == "f" || words[0] == "h") links.erase(path);
    if (words[0] == "l") links[path] = target;
  }
  std::string name;
  if (tree.check_links(name)) return 0;
  for (const auto& [path, target] : links)
    if (target.starts_with('/') ||
        !stays_inside(links,
                      path.substr(0, path.find('/') == std::string::npos ? 0 : path.rfind('/')),
                      target))
      std::abort();
  return 0;
}
