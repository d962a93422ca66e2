// From "these files go, those come" to the renames that do it. Inside env only.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/places.h"
#include "env/wheel_files.h"

namespace pipit::env {

/// One entry that changes: it goes away, or comes, or both.
struct EntryChange {
  std::string path;
  bool away = false, come = false;
};

/// A file that a wheel wants and that is there already, though nothing of this transaction owns it.
struct Stray {
  const NewFile* file;
  const WheelFiles* wheel;
};

/// Collects what goes and what comes, then names the highest entries that can be renamed whole.
class ChangeTree {
 public:
  explicit ChangeTree(const Places& places);
  ~ChangeTree();
  void remove(std::string_view path);
  /// The file another wheel already put there, which stays in the tree's place unless `file` is put
  /// again with `replace`; nullptr: put. `file` and `wheel` must outlive the tree.
  struct Put {
    const NewFile* file = nullptr;
    const WheelFiles* wheel = nullptr;
  };
  Put put(const NewFile& file, const WheelFiles& wheel, bool replace = false);

  /// Looks at the disk. `on_stray` decides about a file in the way: success takes it away, an error
  /// ends the walk. Code::environment when a directory stands where a file shall be, or the
  /// reverse.
  Result<std::vector<EntryChange>> units(const std::function<Result<void>(const Stray&)>& on_stray);
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

  const Places& places_;
  std::unique_ptr<Node> root_;
  std::vector<EntryChange> units_;
  const std::function<Result<void>(const Stray&)>* on_stray_ = nullptr;
};

}  // namespace pipit::env
