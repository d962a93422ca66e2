// As pip, whose check after an installation looks at what it installed and at what needs that. All
// metadata is read for it, so it is asked only when something changed.
#include "env/broken_needs.h"

#include "base/events.h"
#include "base/text.h"

namespace pipit::env {

std::vector<std::string> broken_needs(const std::vector<Installed>& installed,
                                      const pep::MarkerEnvironment& environment,
                                      const Touched& touched, bool others_only,
                                      const KnownMetadata& known) {
  base::NoEvents silent;  // metadata that cannot be read has no needs
  const std::vector<NeedNode> nodes = need_graph(installed, environment, silent, {}, known);
  std::vector<std::string> lines;
  for (const NeedNode& node : nodes) {
    const bool is_new = touched.added.contains(node.name);
    if (is_new && others_only) continue;
    for (const NeedEdge& edge : node.needs) {
      if (edge.is_met || !(is_new || touched.all.contains(edge.name))) continue;
      const std::string extras =
          edge.extras.empty() ? "" : cat("[", base::join(edge.extras, ","), "]");
      lines.push_back(cat(node.name, " ", node.version_text, " requires ", edge.name, extras,
                          edge.specifier,
                          edge.to ? cat(", but ", nodes[*edge.to].version_text, " is installed")
                                  : ", which is not installed"));
    }
  }
  return lines;
}

}  // namespace pipit::env
