// The unit of renaming.
//
// Renaming a whole package directory is one call where its files would be hundreds, and it is
// atomic. But a directory may be shared: with another distribution (a namespace package), with the
// user (a file that no RECORD lists), with everyone (bin/, share/). So the tree of changes is
// walked from its top beside the tree on disk, and an entry is renamed as a whole when
//   - nothing is there yet: the staged entry is added as it is, file or directory;
//   - this transaction removes everything below it on disk: it is moved away, and the staged one,
//     if any, takes its place.
// Every other directory is descended into. Directories of the scheme itself are always descended
// into.
#include "env/change_tree.h"

#include <map>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

struct ChangeTree::Node {
  explicit Node(Node* above) : parent(above) {}
  Node* parent;
  std::map<std::string_view, Node> children;
  const NewFile* file = nullptr;          // to be added
  const WheelFiles* wheel = nullptr;      // whose `file` is
  bool old = false;                       // a file to be removed
  bool any_new = false, any_old = false;  // here or below
};

ChangeTree::ChangeTree(const LayoutPaths& paths)
    : paths_(paths), root_(std::make_unique<Node>(nullptr)) {}
ChangeTree::~ChangeTree() = default;

// Wheels come with their files sorted: most names are the last of their folder so far.
ChangeTree::Node& ChangeTree::child_of(Node& node, std::string_view name) {
  auto& children = node.children;
  const bool is_last = !children.empty() && children.rbegin()->first < name;
  if (children.empty() || is_last)
    return children.emplace_hint(children.end(), name, &node)->second;
  return children.try_emplace(name, &node).first->second;
}

ChangeTree::Node& ChangeTree::at(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (const std::string_view folder = path.substr(0, slash);
      !last_node_ || folder != last_folder_) {
    Node* node = root_.get();
    if (!folder.empty())
      for (const std::string_view part : base::split(folder.substr(1), '/'))
        node = &child_of(*node, part);
    last_folder_ = folder;
    last_node_ = node;
  }
  return child_of(*last_node_, path.substr(slash + 1));
}

void ChangeTree::remove(std::string_view path) {
  Node& leaf = at(removed_.emplace_back(path));
  leaf.old = true;
  for (Node* node = &leaf; node && !node->any_old; node = node->parent) node->any_old = true;
}

ChangeTree::Put ChangeTree::put(const NewFile& file, const WheelFiles& wheel, bool replace) {
  Node& leaf = at(file.path);
  const Put before{leaf.file, leaf.wheel};
  if (before.file && !replace) return before;
  leaf.file = &file;
  leaf.wheel = &wheel;
  for (Node* node = &leaf; node && !node->any_new; node = node->parent) node->any_new = true;
  return {};
}

std::vector<ChangeTree::Put> ChangeTree::files() const {
  std::vector<Put> found;
  std::vector<const Node*> todo{root_.get()};
  while (!todo.empty()) {
    const Node* node = todo.back();
    todo.pop_back();
    if (node->file) found.push_back({node->file, node->wheel});
    for (auto child = node->children.rbegin(); child != node->children.rend(); ++child)
      todo.push_back(&child->second);
  }
  return found;
}

// Whether this transaction removes all that is in the directory. An empty directory belongs to the
// owner of the directory around it.
Result<bool> ChangeTree::wholly_ours(const std::string& directory, const Node& node) {
  PIPIT_TRY(const std::vector<base::DirEntry> entries, base::list_directory(directory));
  for (const base::DirEntry& entry : entries) {
    const auto child = node.children.find(entry.name);
    const Node empty(nullptr);
    const Node& below = child == node.children.end() ? empty : child->second;
    if (entry.kind != base::FileInfo::Kind::directory) {
      if (!below.old) return false;
      continue;
    }
    PIPIT_TRY(const bool ours, wholly_ours(base::join_path(directory, entry.name), below));
    if (!ours) return false;
  }
  return true;
}

Result<void> ChangeTree::descend(const std::string& path, Node& node) {
  for (auto& [name, child] : node.children) PIPIT_TRY(visit(base::join_path(path, name), child));
  return {};
}

Result<void> ChangeTree::visit_directory(const std::string& path, Node& node) {
  const bool can_go = node.any_old && !paths_.is_structural(path);
  bool whole = false;
  if (can_go) {
    PIPIT_TRY(whole, wholly_ours(path, node));
  }
  if (whole) {
    units_.push_back({path, true, node.any_new});
    return {};
  }
  if (node.file)
    return fail(Error{Code::bad_environment,
                      cat(path, ": a directory is in the way of a file of ", node.wheel->label)}
                    .with_hint("move it away and run again"));
  return descend(path, node);
}

Result<void> ChangeTree::visit_file(const std::string& path, Node& node) {
  if (!node.old && node.file) PIPIT_TRY((*on_unowned_)(UnownedFile{node.file, node.wheel}));
  if (!node.old && !node.file)
    return fail(
        Error{Code::bad_environment, cat(path, ": a file is in the way of a directory")}.with_hint(
            "move it away and run again"));
  units_.push_back({path, true, node.any_new});
  return {};
}

Result<void> ChangeTree::visit(const std::string& path, Node& node) {
  PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(path));
  if (node.file && !node.children.empty()) {
    for (const auto& [name, child] : node.children) {
      if (child.any_new)
        return fail(Code::bad_environment,
                    cat(path, ": a file of ", node.wheel->label, " and a directory at once"));
    }
  }
  if (!info) {
    if (node.any_new) units_.push_back({path, false, true});
    return {};
  }
  if (info->kind == base::FileInfo::Kind::directory) return visit_directory(path, node);
  // A path below a file that is to be removed is gone already; only what is added can be in its
  // way.
  if (!node.old && !node.any_new) return {};
  return visit_file(path, node);
}

Result<std::vector<EntryChange>> ChangeTree::units(
    const std::function<Result<void>(const UnownedFile&)>& on_unowned) {
  units_.clear();
  on_unowned_ = &on_unowned;
  auto walked = descend("/", *root_);
  on_unowned_ = nullptr;
  if (!walked) return fail(std::move(walked.error()));
  return std::move(units_);
}

}  // namespace pipit::env
