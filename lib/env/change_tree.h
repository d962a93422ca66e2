// From "these files are removed, those are added" to the renames that do it.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/layout_paths.h"
#include "env/wheel_files.h"

namespace pipit::env {

/// One entry that changes: the old one is removed, a new one is added, or both.
struct EntryChange {
  std::string path;
  bool removed = false, added = false;
};

/// A file of a wheel that is there already, though no distribution that is removed owns it.
struct UnownedFile {
  const NewFile* file;
  const WheelFiles* wheel;
};

/// Collects what is removed and what is added, then names the highest entries that can be renamed
/// whole.
class ChangeTree {
 public:
  explicit ChangeTree(const LayoutPaths& paths);
  ~ChangeTree();
  void remove(std::string_view path);
  /// The file that another wheel put there before, which is kept unless `file` is put again with
  /// `replace`; nullptr: put. `file` and `wheel` must outlive the tree.
  struct Put {
    const NewFile* file = nullptr;
    const WheelFiles* wheel = nullptr;
  };
  Put put(const NewFile& file, const WheelFiles& wheel, bool replace = false);

  /// Looks at the disk. `on_unowned` decides about a file in the way: success removes it, an error
  /// ends the walk. Code::bad_environment when a directory is where a file belongs, or the reverse.
  Result<std::vector<EntryChange>> units(
      const std::function<Result<void>(const UnownedFile&)>& on_unowned);
  /// The files that were put, by path, those replaced excluded.
  std::vector<const NewFile*> files() const;

 private:
  struct Node;
  Node& at(std::string_view path);
  Result<void> visit(const std::string& path, Node& node);
  Result<void> visit_directory(const std::string& path, Node& node);
  Result<void> visit_file(const std::string& path, Node& node);
  Result<void> descend(const std::string& path, Node& node);
  Result<bool> wholly_ours(const std::string& directory, const Node& node);

  const LayoutPaths& paths_;
  std::unique_ptr<Node> root_;
  std::vector<EntryChange> units_;
  const std::function<Result<void>(const UnownedFile&)>* on_unowned_ = nullptr;
};

}  // namespace pipit::env
