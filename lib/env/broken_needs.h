// What a change of an environment breaks: requirements of installed distributions that are not met.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "env/installed.h"
#include "env/need_graph.h"
#include "pep/marker/marker.h"

namespace pipit::env {

/// Normal names of what a change added or replaced, and of all that it touched, removed ones too.
struct Touched {
  std::set<std::string> added, all;
};

/// "requests 2.31.0 requires urllib3>=1.21.1, but 1.20 is installed" for each requirement that is
/// not met by `installed` (what is there now, sorted by name) and that the change has to do with:
/// it is one of what was added, or for what was touched. With `others_only` what was added may lack
/// something: it was asked for without its dependencies. `known`: what the change has read anyway.
std::vector<std::string> broken_needs(const std::vector<Installed>& installed,
                                      const pep::MarkerEnvironment& environment,
                                      const Touched& touched, bool others_only,
                                      const KnownMetadata& known = {});

}  // namespace pipit::env
