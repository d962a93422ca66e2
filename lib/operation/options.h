// The options of an operation, in groups: plain data that cli fills once from the command line,
// variables and files. Below here nobody knows how an option is spelt.
#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "build_frontend/build_options.h"
#include "cache/store.h"
#include "env/link.h"
#include "env/python/foreign.h"
#include "env/python/select.h"
#include "index/catalog.h"
#include "net/options.h"
#include "pep/marker/marker.h"
#include "pep/requirement.h"
#include "resolve/policy.h"

namespace pipit::operation {

/// What a file with several things in it is asked for. Names in normal form.
struct Selection {
  std::set<std::string> extras;
  bool all_extras = false, all_groups = false;
  struct Group {
    std::string path;  // as written before the ":", "" if nothing was
    std::string name;  // as written
  };
  std::vector<Group> groups;

  bool empty() const { return extras.empty() && !all_extras && !all_groups && groups.empty(); }
};

/// What is read. Filled before the other groups: files may hold options of those.
struct InputOptions {
  std::vector<std::string> requirements;  // names, paths and URLs as typed
  bool only_deps = false;                 // the dependencies of those, without them
  std::vector<std::string> editables;     // paths and URLs
  std::vector<std::string> files, constraint_files, override_files;  // "-" is standard input
  std::optional<std::string> script;
  std::vector<std::string> excluded;  // names, or files of names
  Selection selection;
};

struct IndexOptions {
  index::CatalogOptions catalog;
  bool no_index = false;
  std::string default_index;  // whose sources are built once for all indexes of that URL
};

struct BuildOptions {
  build_frontend::ConfigSettings settings;
  std::map<std::string, build_frontend::ConfigSettings>
      project_settings;  // by normal name: instead
  std::vector<std::string> constraint_files;
  bool no_isolation = false;
  std::set<std::string> no_isolation_of;  // normal names
  int timeout_seconds = 0;                // of one step; 0: none
  std::size_t concurrent = 1;
};

/// Which Python, which folders, which platform.
struct TargetOptions {
  env::Selector python;
  env::TargetOptions foreign;
  std::optional<std::string> directory, prefix, root;  // --target, --prefix, --root
  bool user = false;
  bool foreign_only_in_directory = false;  // as pip: `foreign` is refused without `directory`
  bool break_system_packages = false;
  /// By which word the user allows nothing but virtual environments; "" : any will do.
  std::string requires_virtual;
  bool is_named = false;           // the user said which environment is meant
  std::optional<std::string> src;  // where repositories are checked out
};

/// Environments that a universal resolution is for.
struct NamedEnvironment {
  pep::Marker marker;
  std::string origin;  // "--environment", "pyproject.toml:12"
};

struct ResolutionOptions {
  /// All of it but its target and what the inputs add.
  resolve::Policy policy;
  bool no_deps = false;
  bool prefetch = true;
  bool predict = true;                     // ask ahead for what earlier resolutions came to
  std::vector<std::string> trees;          // files with what others have learned
  bool upgrade = false;                    // the roots, or everything an output pinned
  bool eager = false;                      // with `upgrade`: their dependencies, too
  std::vector<pep::Requirement> upgrades;  // these packages, perhaps to these versions
  std::vector<std::string> refreshed;      // normal names: asked for again, whatever is installed
  std::optional<bool> require_hashes;      // nullopt: when some requirement has one
  bool universal = false;
  std::vector<NamedEnvironment> environments, required_environments;  // with `universal`
};

/// Shown what would be done, line by line: whether it may be.
using Confirm = std::function<Result<bool>(const std::string& lines)>;

struct InstallOptions {
  bool reinstall = false;
  std::set<std::string> reinstalled;  // normal names: as if for these alone
  bool ignore_installed = false;
  /// What is installed does not count, and what is in the way is written over.
  bool installs_again() const { return reinstall || ignore_installed; }
  bool compile = false;
  std::string own_program;         // env::ApplyOptions
  bool overwrite_unowned = false;  // files nobody installed are overwritten without an error
  bool tell_conflicts = true;      // requirements that are not met after the change
  env::LinkMode link_mode = env::LinkMode::automatic;
  std::vector<std::string> allow_invalid;  // normal names of projects whose wheels may be faulty
  std::size_t concurrent = 1;
  /// Wheels are fetched when all are known, and unpacked when they are whole (for comparing).
  bool two_phase = false;
};

struct Options {
  cache::StoreOptions cache;
  net::Options network;
  IndexOptions index;
  BuildOptions build;
  TargetOptions target;
  ResolutionOptions resolution;
  InstallOptions install;
  bool dry_run = false;
};

}  // namespace pipit::operation
