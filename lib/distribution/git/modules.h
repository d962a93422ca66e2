// Submodules: what .gitmodules says, and where their repositories are. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pipit::distribution {

struct GitModule {
  std::string name, path, url;
  bool update = true;  // false: "update = none"
};
/// From the output of `git config -z --list` of the file: "key\nvalue\0". Only those with path and
/// URL, in the file's order. Code::bad_archive for a path that is not inside the tree, or for more
/// than a thousand.
Result<std::vector<GitModule>> parse_git_modules(std::string_view output);

/// A repository as git is to be asked for it, and as a DirectReference has it: the same, but for
/// scp's "user@host:path", which has no form as a URL that is quite the same.
struct ModulePlace {
  std::string remote, url;
};
/// `url` as .gitmodules has it, relative ones seen from the parent's. Only https, http, ssh and
/// git, and file when the parent is one itself: code from the network must not read files of this
/// machine. nullopt for all else.
std::optional<ModulePlace> locate_module(std::string_view url, std::string_view parent);

}  // namespace pipit::distribution
