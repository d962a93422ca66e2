// Which installed distribution needs which.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "env/installed.h"
#include "pep/marker/marker.h"

namespace pipit::env {

/// One requirement of an installed distribution that holds here.
struct NeedEdge {
  std::string name;       // of what is needed, normal form
  std::string specifier;  // ">=1,<2", "" for any
  std::vector<std::string> extras;
  std::optional<std::size_t> to;  // index of what is installed; none: it is not
  bool is_met = false;            // it is installed in a version that fits
};

struct NeedNode {
  std::string name, written_name, version_text;
  bool requested = false;              // the user named it (REQUESTED)
  std::vector<NeedEdge> needs;         // sorted by name, one for each name
  std::vector<std::size_t> needed_by;  // ascending
};

/// One node for each installed project, sorted by name. A requirement under an extra holds when
/// some requirement that holds asks for that extra. Metadata that cannot be read counts as no
/// needs, with a warning.
std::vector<NeedNode> need_graph(const std::vector<Installed>& installed,
                                 const pep::MarkerEnvironment& environment, base::Events& events);

}  // namespace pipit::env
