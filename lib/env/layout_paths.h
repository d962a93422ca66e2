// The directories of a layout as real paths, and what below them must not be touched.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "env/layout.h"

namespace pipit::env {

/// Paths are compared in canonical form: the directory part without links, the last part unchanged
/// (a link there is an entry of its own, to be renamed or removed, never followed). Not
/// thread-safe.
class LayoutPaths {
 public:
  explicit LayoutPaths(const Layout& layout);
  /// `path` is absolute; "." and ".." are resolved by text first. A part that does not exist yet
  /// keeps its text.
  std::string canonical(std::string_view path);
  const Scheme& scheme() const { return scheme_; }  // canonical directories
  /// The same directories as the layout names them: absolute, links not resolved. RECORD's rows are
  /// relative to these, as Python and other installers see them.
  const Scheme& named_scheme() const { return named_; }
  /// The links to directories that were followed so far.
  const std::set<std::string, std::less<>>& links() const { return links_; }
  /// Paths below this link stay below its name from here on: the change at hand removes it.
  /// False when that was known.
  bool forget_link(const std::string& path);
  /// What a copy of this has come across since it was made.
  void learn_from(LayoutPaths&& copy);
  /// The place of a RECORD row (absolute, or relative to `site`): by the folder's name; where
  /// nothing is there, by its real path, as some installers write rows.
  std::string recorded(const std::string& site, std::string_view row);
  /// The first link below a site directory (purelib, platlib) on the way to `path` by name, itself
  /// not counted; "" when there is none. What passes through such a link is not beyond it for us:
  /// the link is an entry of the site, and what it leads to is someone else's. Links to directories
  /// of the scheme (lib64) are none of these. Forgotten ones are still named.
  std::string link_in_site(std::string_view path);
  /// The first link on the way to `path` that leads out of the scheme, and where to: "/x/a is a
  /// link to /y"; "" when there is none.
  std::string link_outwards(std::string_view path);
  /// Whether it is strictly below one of the scheme's directories.
  bool inside(std::string_view path) const;
  /// The deepest scheme directory that contains `path`; "" when none does.
  std::string_view root_of(std::string_view path) const;
  /// Whether it is never renamed as a whole: a scheme directory, one above it, or a top directory
  /// of a shared prefix.
  bool is_structural(std::string_view directory) const;
  /// Whether it is never replaced nor removed: an interpreter, an activation script or pyvenv.cfg.
  bool is_protected(std::string_view path) const;

 private:
  struct Known {
    std::string path;     // canonical
    bool absent = false;  // nothing is there: nothing is below it either
  };
  const Known& known_directory(const std::string& directory);
  const std::string& canonical_directory(const std::string& directory) {
    return known_directory(directory).path;
  }
  const std::string& site_link_of(const std::string& directory);

  Scheme scheme_, named_;
  std::set<std::string, std::less<>> forgotten_, links_;
  std::string prefix_;
  bool shared_prefix_;
  std::vector<std::string> roots_;  // deepest first
  std::unordered_map<std::string, Known> known_;
  std::map<std::string, std::string> site_links_;  // directory by name -> link_in_site()
};

/// Whether `path` is strictly below `directory`, by component.
bool is_below(std::string_view path, std::string_view directory);
/// Whether joining `path`, which someone else wrote, to a directory stays below it by text: no
/// empty part, no "." or "..", no "\\" and no null byte.
bool is_plain_relative(std::string_view path);

}  // namespace pipit::env
