// The tree that an archive's members form, and which members may be written to their names in it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace pipit::archive {

/// Names are checked relative paths ("a/b", as TarEntry and ZipEntry have them, without a trailing
/// "/"). Each function returns why a member is refused, or nullptr. Pure: nothing is written here.
/// Links are judged (PEP 706 and 721) by following them component by component through the tree so
/// far, and once more when it is complete, as a later member can redirect an early link.
class TreeNames {
 public:
  const char* add_directory(std::string_view path);
  /// A later file replaces an earlier file or link of that name, as with tar.
  const char* add_file(std::string_view path);
  const char* add_symlink(std::string_view path, std::string_view target);
  /// `target` is a path in the archive: a file that was added before.
  const char* add_hardlink(std::string_view path, std::string_view target);
  /// To be called after the last member. `path` is set to the name of the link that is refused.
  const char* check_links(std::string& path) const;

 private:
  enum class Kind : std::uint8_t { directory, file, symlink };
  struct Node {
    Kind kind = Kind::directory;
    std::string target;  // of a symlink
  };
  const char* add_parents(std::string_view path);
  const char* add_leaf(std::string_view path, Node node);
  const char* follow(std::string_view directory, std::string_view target) const;

  std::map<std::string, Node, std::less<>> nodes_;
};

}  // namespace pipit::archive
