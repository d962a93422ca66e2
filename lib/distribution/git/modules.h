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
/// Parses the output of `git config -z --list` for the file: "key\nvalue\0". Returns only modules
/// with path and URL, in the file's order. Code::bad_archive for a path that is not inside the
/// tree, or for more than a thousand modules.
Result<std::vector<GitModule>> parse_git_modules(std::string_view output);

/// A repository's URL for git, and as a DirectReference has it. They differ only for scp's
/// "user@host:path", which has no exact URL form.
struct ModulePlace {
  std::string remote, url;
};
/// `url` as .gitmodules has it; a relative one is relative to the parent's. Only https, http, ssh
/// and git, and file when the parent is a file: URL itself: code from the network must not read
/// files of this machine. nullopt for all else.
std::optional<ModulePlace> locate_module(std::string_view url, std::string_view parent);

}  // namespace pipit::distribution
