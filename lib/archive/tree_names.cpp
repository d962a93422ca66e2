// A link can be harmless by its text and harmful in its tree: "x -> a/../b" stays inside by its
// text, and leaves as soon as "a" is a link to the top. So links are followed as the system would,
// one component after the other, and links among the components are replaced by their targets.
// Members are never written through links: a parent that is a link is refused.
#include "archive/tree_names.h"

#include <deque>
#include <vector>

#include "base/text.h"

namespace pipit::archive {
namespace {

constexpr int kMaxFollowed = 40;  // links on one path, as Linux counts them (ELOOP)

constexpr const char* kLeadsOut = "is a link out of the archive";

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

void push_components(std::deque<std::string>& todo, std::string_view target) {
  const std::vector<std::string_view> parts = base::split(target, '/');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    if (!part->empty() && *part != ".") todo.emplace_front(*part);
}

}  // namespace

/// Enters the directories above `path`, innermost first, so the walk ends at the first known one.
const char* TreeNames::add_parents(std::string_view path) {
  for (std::string_view parent = parent_of(path); !parent.empty(); parent = parent_of(parent)) {
    const auto [node, fresh] = nodes_.try_emplace(std::string(parent));
    if (node->second.kind == Kind::symlink) return "lies below a link";
    if (node->second.kind == Kind::file) return "lies below a file";
    if (!fresh) return nullptr;  // then its own parents are there, too
  }
  return nullptr;
}

const char* TreeNames::add_directory(std::string_view path) {
  if (path.empty()) return nullptr;  // the top itself
  if (const char* fault = add_parents(path)) return fault;
  const auto [node, fresh] = nodes_.try_emplace(std::string(path));
  return node->second.kind == Kind::directory ? nullptr : "is a directory and a file";
}

const char* TreeNames::add_leaf(std::string_view path, Node node) {
  if (path.empty()) return "a member without a name";
  if (const char* fault = add_parents(path)) return fault;
  const auto [place, fresh] = nodes_.try_emplace(std::string(path), node);
  if (fresh) return nullptr;
  if (place->second.kind == Kind::directory) return "is a directory and a file";
  place->second = std::move(node);
  return nullptr;
}

const char* TreeNames::add_file(std::string_view path) {
  return add_leaf(path, Node{Kind::file, {}});
}

/// The target may not exist yet, so follow() judges it by what is known, and check_links() again.
const char* TreeNames::add_symlink(std::string_view path, std::string_view target) {
  if (const char* fault = add_parents(path)) return fault;
  if (const char* fault = follow(parent_of(path), target)) return fault;
  return add_leaf(path, Node{Kind::symlink, std::string(target)});
}

/// Hard links to files only: one to a symbolic link would be a second name of that link.
const char* TreeNames::add_hardlink(std::string_view path, std::string_view target) {
  std::string plain;
  for (std::string_view part : base::split(target, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return kLeadsOut;
    plain += cat(plain.empty() ? "" : "/", part);
  }
  const auto node = nodes_.find(plain);
  if (target.starts_with('/') || node == nodes_.end() || node->second.kind != Kind::file)
    return "is a link to no file of the archive";
  if (plain == path) return "is a link to itself";
  return add_leaf(path, Node{Kind::file, {}});
}

/// Where `target`, relative to `directory`, leads. A component that is not there (yet) counts as a
/// directory.
const char* TreeNames::follow(std::string_view directory, std::string_view target) const {
  if (target.empty()) return "is a link to nothing";
  if (target.starts_with('/')) return "is a link to an absolute path";
  std::deque<std::string> todo;
  push_components(todo, target);
  std::string at(directory);
  int followed = 0;
  while (!todo.empty()) {
    const std::string part = std::move(todo.front());
    todo.pop_front();
    if (part == "..") {
      if (at.empty()) return kLeadsOut;
      at = std::string(parent_of(at));
      continue;
    }
    std::string next = at.empty() ? part : cat(at, "/", part);
    const auto node = nodes_.find(next);
    if (node == nodes_.end() || node->second.kind != Kind::symlink) {
      at = std::move(next);
      continue;
    }
    if (++followed > kMaxFollowed) return "is a link in a circle";
    if (node->second.target.starts_with('/')) return kLeadsOut;
    push_components(todo, node->second.target);
  }
  return nullptr;
}

const char* TreeNames::check_links(std::string& path) const {
  for (const auto& [name, node] : nodes_) {
    if (node.kind != Kind::symlink) continue;
    const char* fault = follow(parent_of(name), node.target);
    if (!fault) continue;
    path = name;
    return fault;
  }
  return nullptr;
}

}  // namespace pipit::archive
