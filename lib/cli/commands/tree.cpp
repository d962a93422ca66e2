// pipit tree: what is installed, and because of what. The layout of the lines is that of
// `uv pip tree`.
#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "env/need_graph.h"
#include "env/site_scan.h"
#include "operation/install_target.h"
#include "pep/name.h"

namespace pipit::cli {
namespace {

using Nodes = std::vector<env::NeedNode>;

struct TreeOptions {
  bool inverted = false;     // from what is needed to what needs it
  bool with_bounds = false;  // "[requires: lib >=1]"
  bool with_requested = false;
  std::uint64_t depth = 0;
};

/// What stands below a node: another one and how it is needed.
struct Child {
  const env::NeedEdge* edge = nullptr;
  std::optional<std::size_t> node;
};

class TreeText {
 public:
  TreeText(const Nodes& nodes, const TreeOptions& options) : nodes_(nodes), options_(options) {}

  std::string of(const std::vector<std::size_t>& roots) {
    for (const std::size_t root : roots) add({nullptr, root}, "", "", 0);
    if (any_repeated_) out_ += "(*) Package tree already displayed\n";
    return std::move(out_);
  }

  std::vector<Child> children_of(std::size_t at) const {
    std::vector<Child> children;
    if (!options_.inverted) {
      for (const env::NeedEdge& edge : nodes_[at].needs) children.push_back({&edge, edge.to});
      return children;
    }
    for (const std::size_t by : nodes_[at].needed_by)
      for (const env::NeedEdge& edge : nodes_[by].needs)
        if (edge.to == at) children.push_back({&edge, by});
    return children;
  }

 private:
  std::string bounds_text(const Child& child) const {
    const env::NeedEdge& edge = *child.edge;
    const std::string bounds = edge.specifier.empty() ? "*" : edge.specifier;
    if (options_.inverted) return cat(" [requires: ", edge.name, " ", bounds, "]");
    return cat(" [required: ", bounds, "]");
  }

  /// A line, and what is below it unless that was shown before.
  void add(const Child& child, const std::string& lead, const std::string& below,
           std::uint64_t level) {
    out_ += lead;
    if (!child.node) {
      out_ +=
          cat(child.edge->name, " (not installed)",
              child.edge->specifier.empty() ? "" : cat(" [required: ", child.edge->specifier, "]"),
              "\n");
      return;
    }
    const env::NeedNode& node = nodes_[*child.node];
    out_ += cat(node.name, " v", node.version_text);
    const bool unmet = child.edge && !child.edge->is_met;
    if (child.edge && (options_.with_bounds || unmet)) out_ += bounds_text(child);
    if (unmet) out_ += options_.inverted ? " (not met)" : " (does not fit)";
    if (options_.with_requested && node.requested) out_ += " (requested)";
    const std::vector<Child> children = children_of(*child.node);
    const bool shows = !children.empty() && level < options_.depth;
    const bool repeated = shows && !shown_.insert(*child.node).second;
    out_ += repeated ? " (*)\n" : "\n";
    any_repeated_ = any_repeated_ || repeated;
    if (!shows || repeated) return;
    for (std::size_t i = 0; i < children.size(); ++i) {
      const bool last = i + 1 == children.size();
      add(children[i], cat(below, last ? "└── " : "├── "), cat(below, last ? "    " : "│   "),
          level + 1);
    }
  }

  const Nodes& nodes_;
  const TreeOptions& options_;
  std::string out_;
  std::set<std::size_t> shown_;
  bool any_repeated_ = false;
};

/// Those that nothing leads to, then, of each cycle that nothing leads into, the first by name.
std::vector<std::size_t> tree_roots(const Nodes& nodes, const TreeOptions& options) {
  const TreeText text(nodes, options);
  std::set<std::size_t> led_to, reached;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    for (const Child& child : text.children_of(i))
      if (child.node) led_to.insert(*child.node);
  std::vector<std::size_t> roots;
  const auto take = [&](std::size_t root) {
    roots.push_back(root);
    std::vector<std::size_t> todo{root};
    while (!todo.empty()) {
      const std::size_t at = todo.back();
      todo.pop_back();
      if (!reached.insert(at).second) continue;
      for (const Child& child : text.children_of(at))
        if (child.node) todo.push_back(*child.node);
    }
  };
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (!led_to.contains(i)) take(i);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (!reached.contains(i)) take(i);
  std::sort(roots.begin(), roots.end());
  return roots;
}

Result<std::size_t> node_named(const Nodes& nodes, const std::string& word) {
  const std::string name = pep::normalize_name(word);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].name == name) return i;
  return fail(Code::not_found, cat(base::printable(word), ": not installed"));
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += cat(out.ends_with('{') ? "" : ", ", "\"", key, "\": ");
  base::append_json_string(out, value);
}

std::string need_json(const Nodes& nodes, const env::NeedEdge& edge) {
  std::string out = "{";
  append_member(out, "name", edge.name);
  append_member(out, "specifier", edge.specifier);
  out += ", \"extras\": [";
  for (const std::string& extra : edge.extras) {
    if (!out.ends_with('[')) out += ", ";
    base::append_json_string(out, extra);
  }
  out += "], \"installed\": ";
  if (edge.to)
    base::append_json_string(out, nodes[*edge.to].version_text);
  else
    out += "null";
  return out + "}";
}

/// A list of all packages, each with what it needs and what needs it.
std::string tree_json(const Nodes& nodes) {
  std::string out = "[";
  for (const env::NeedNode& node : nodes) {
    out += out.size() > 1 ? ",\n {" : "{";
    append_member(out, "name", node.name);
    append_member(out, "version", node.version_text);
    out += cat(", \"requested\": ", node.requested ? "true" : "false", ", \"requires\": [");
    for (const env::NeedEdge& edge : node.needs)
      out += cat(out.ends_with('[') ? "" : ", ", need_json(nodes, edge));
    out += "], \"required_by\": [";
    for (const std::size_t by : node.needed_by) {
      if (!out.ends_with('[')) out += ", ";
      base::append_json_string(out, nodes[by].name);
    }
    out += "]}";
  }
  return out + "]\n";
}

TreeOptions tree_options(const Layers& layers) {
  TreeOptions options;
  const bool why = !layers.values(opt("why")).empty();
  options.inverted = layers.has(opt("invert")) || why;
  options.with_bounds = layers.has(opt("show-version-specifiers")) || why;
  options.with_requested = why;
  options.depth = number_setting(layers, opt("depth"), 255, 0);
  return options;
}

}  // namespace

Result<int> run_tree(Context& context) {
  const Layers& layers = context.layers();
  const TreeOptions options = tree_options(layers);
  cache::Store store(optional_cache(layers), context.reporter);
  PIPIT_TRY(const operation::InstallTarget target,
            operation::find_target(target_options(context.layers(), context.settings.invoked_as),
                                   operation::Use::look, store, context.reporter, context.stop));
  PIPIT_TRY(const auto installed, env::list_installed(target.layout, context.reporter));
  const Nodes nodes = env::need_graph(installed, target.resolved_for->markers, context.reporter);
  if (context.settings.json) {
    PIPIT_TRY(write_stdout(tree_json(nodes)));
    return 0;
  }
  std::vector<std::string> words = context.words;
  for (const std::string& word : layers.values(opt("why"))) words.push_back(word);
  std::vector<std::size_t> roots;
  for (const std::string& word : words) {
    PIPIT_TRY(const std::size_t root, node_named(nodes, word));
    roots.push_back(root);
  }
  if (words.empty()) roots = tree_roots(nodes, options);
  PIPIT_TRY(write_stdout(TreeText(nodes, options).of(roots)));
  return 0;
}

}  // namespace pipit::cli
