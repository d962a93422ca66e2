// From "these files are removed, those are added" to the renames that do it.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/layout_paths.h"
#include "env/new_file.h"

namespace pipit::env {

/// One entry that changes: the old one is removed, a new one is added, or both.
struct EntryChange {
  std::string path;
  bool removed = false, added = false;
};

/// A wheel's file that already exists, though none of the removed distributions owns it.
struct UnownedFile {
  const NewFile* file;
  const WheelFiles* wheel;
};

/// Collects what is removed and what is added, then finds the highest entries that can be renamed
/// as a whole.
class ChangeTree {
 public:
  explicit ChangeTree(const LayoutPaths& paths);
  ~ChangeTree();
  void remove(std::string_view path);
  /// Adds `file`, and returns nullptr; or, when another wheel has added that path before and
  /// `replace` is not set, returns that wheel's file, which stays. `file` and `wheel` must outlive
  /// the tree.
  struct Put {
    const NewFile* file = nullptr;
    const WheelFiles* wheel = nullptr;
  };
  Put put(const NewFile& file, const WheelFiles& wheel, bool replace = false);

  /// Compares with the disk. `on_unowned` decides about a file in the way: success removes it, an
  /// error ends the walk. Code::bad_environment when a directory is where a file belongs, or the
  /// reverse.
  Result<std::vector<EntryChange>> units(
      const std::function<Result<void>(const UnownedFile&)>& on_unowned);
  /// The added files by path, without replaced ones, and whose they are.
  std::vector<Put> files() const;

 private:
  struct Node;
  /// The node of a path, whose characters must outlive the tree.
  Node& at(std::string_view path);
  Node& child_of(Node& node, std::string_view name);
  Result<void> visit(const std::string& path, Node& node);
  Result<void> visit_directory(const std::string& path, Node& node);
  Result<void> visit_file(const std::string& path, Node& node);
  Result<void> descend(const std::string& path, Node& node);
  Result<bool> wholly_ours(const std::string& directory, const Node& node);

  const LayoutPaths& paths_;
  std::unique_ptr<Node> root_;
  std::string_view last_folder_;  // paths of one folder come together
  Node* last_node_ = nullptr;
  std::deque<std::string> removed_;  // paths
  std::vector<EntryChange> units_;
  const std::function<Result<void>(const UnownedFile&)>* on_unowned_ = nullptr;
};

}  // namespace pipit::env
