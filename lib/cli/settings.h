// Layers of options -> the small structs each room takes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "dist/database.h"
#include "env/foreign.h"
#include "env/link.h"
#include "env/select.h"
#include "index/catalog.h"
#include "net/options.h"
#include "pep/requirement.h"
#include "resolve/candidates.h"

namespace pipit::cli {

/// Called as pip, pip3, pip3.x: pip's rules apply where they differ.
struct Persona {
  bool pip = false;
  std::string python;     // "3" or "3.12", for pip3.12
  std::string directory;  // of the link
};

struct Settings {
  Layers layers;
  Persona persona;
  int verbosity = 0;  // -q is negative
  bool color = false, progress = false, json = false;
  std::string trace;  // file, "" : none
};

Result<net::Options> net_options(const Layers& layers);
Result<index::CatalogOptions> catalog_options(const Layers& layers, const Persona& persona);
Result<dist::DatabaseOptions> database_options(const Layers& layers, const net::Options& net);
/// --concurrent-builds, --concurrent-installs: at least 1; `otherwise` when not given.
Result<std::size_t> concurrency(const Layers& layers, std::string_view name, std::size_t otherwise);
/// "" with --no-cache.
std::string cache_directory(const Layers& layers);
/// Everything of a policy but its target and what the inputs add.
Result<resolve::Policy> resolve_policy(const Layers& layers, const Persona& persona);
/// What follows --upgrade-package: a name, with versions if need be. Code::usage otherwise.
Result<pep::Requirement> parse_upgrade(std::string_view text);
/// --build-timeout: seconds a hook of a build may take; 0: no limit.
Result<int> build_timeout(const Layers& layers);
env::Selector selector(const Layers& layers, const Persona& persona);
env::TargetOptions target_options(const Layers& layers);
Result<env::LinkMode> link_mode(const Layers& layers);

}  // namespace pipit::cli
