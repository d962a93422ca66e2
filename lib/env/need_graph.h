// Which installed distribution needs which.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "env/installed.h"
#include "pep/marker/marker.h"

namespace pipit::env {

/// One requirement of an installed distribution that applies in this environment.
struct NeedEdge {
  std::string name;       // of the needed project, normal form
  std::string specifier;  // ">=1,<2", "" for any
  std::vector<std::string> extras;
  std::optional<std::size_t> to;  // index of the installed one; none: not installed
  bool is_met = false;            // it is installed in a version that fits
};

struct NeedNode {
  std::string name, written_name, version_text;
  bool requested = false;              // the user named it (REQUESTED)
  std::vector<NeedEdge> needs;         // sorted by name, one for each name
  std::vector<std::size_t> needed_by;  // ascending
};

/// By name in normal form: what the user asked for in brackets.
using AskedExtras = std::map<std::string, std::set<std::string>, std::less<>>;

/// By name in normal form: metadata that need not be read from the disk.
using KnownMetadata = std::map<std::string, pep::MetadataPtr, std::less<>>;

/// One node per installed project, sorted by name (as `installed` is). A requirement under an extra
/// applies when some requirement that applies, or `asked`, asks for that extra. Unreadable metadata
/// counts as no needs, with a warning.
std::vector<NeedNode> need_graph(const std::vector<Installed>& installed,
                                 const pep::MarkerEnvironment& environment, base::Events& events,
                                 const AskedExtras& asked = {}, const KnownMetadata& known = {});

}  // namespace pipit::env
