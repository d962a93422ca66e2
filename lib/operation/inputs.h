// What the user asks for: arguments, requirements files, constraints, overrides.
#pragma once
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "net/client.h"
#include "operation/input_text.h"
#include "operation/named_environments.h"
#include "operation/options.h"
#include "operation/projects.h"
#include "pep/requirements_txt.h"
#include "resolve/problem.h"

namespace pipit::operation {

/// A lock file as named, and what of it is wanted.
struct LockInput {
  std::string name;  // path or URL
  std::string text;
  std::set<std::string> extras, groups;  // normal form
  bool all_extras = false, all_groups = false;
  bool default_groups = false;  // it was named itself, not only one of its groups
};

/// A project whose requirements are wanted, not the project; only a build may tell them.
struct ProjectToBuild {
  distribution::DirectReference source;
  std::string name;              // as the user named it: "setup.py"
  std::set<std::string> extras;  // normal form
  bool all_extras = false;
};

struct Inputs {
  /// Of those with a source the names may not be known yet ("" then), before
  /// resolve_direct_references().
  std::vector<resolve::UserRequirement> roots, constraints, overrides;
  std::set<std::string> excluded;  // normal names
  /// --config-settings behind requirements, by normal name: key -> values.
  std::map<std::string, std::map<std::string, std::vector<std::string>, std::less<>>>
      config_settings;
  /// Options written in requirements files, in order; places are those meant from here.
  std::vector<pep::OptionLine> file_options;
  bool any_hashes = false;         // some requirement carries --hash
  std::vector<std::string> files;  // the requirements files as named, in order
  std::vector<std::string> places;  // whatever was read: these, constraints, locks, projects
  std::vector<std::string> warnings;
  std::vector<LockInput> locks;
  std::vector<ProjectToBuild> built;
  std::vector<base::Url> accesses;  // where sources are fetched from, with user information
  std::vector<RequiresPython> requires_python;  // what projects and scripts say of their Python
  NamedEnvironments environments;               // what they say of universal resolutions
};

/// Files are read iteratively, each once, "-" is standard input; a name tells what they are
/// (input_kind). Code::parse and Code::io name file and line. Nothing is fetched or built.
Result<Inputs> read_inputs(const InputOptions& options, const FetchText& fetch,
                           std::stop_token stop);

}  // namespace pipit::operation
