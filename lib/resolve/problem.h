// The input of a resolution: what the user requires, what is installed already, and the policy.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/hash_spec.h"
#include "base/meter.h"
#include "distribution/direct_reference.h"
#include "index/page.h"
#include "pep/metadata.h"
#include "pep/requirement.h"
#include "resolve/policy.h"
#include "resolve/present.h"

namespace pipit::resolve {

/// A requirement that the user wrote: a root, a constraint or an override.
struct UserRequirement {
  pep::Requirement requirement;
  std::string origin;  // where it is written: "requirements.in:3"; "" for the command line
  std::string via;     // how "# via" names it: "-r requirements.in"; "" : not named
  std::vector<base::HashSpec> hashes;
  /// What a path or URL names; none: the project comes from the indexes.
  std::optional<distribution::DirectReference> source;
  /// With `source`: its page of one file. Roots always have it, and the commit of their source is
  /// known; null: the resolution finds it out when something needs the project (constraints,
  /// overrides).
  index::PagePtr direct;
  bool in_place = false;  // a repository that is to be installed as an editable checkout
  std::string written;  // with `source`: the path or URL as the user wrote it, variables unexpanded
};

/// A version that is taken when it is allowed, where its marker holds.
struct Preferred {
  pep::Version version;
  pep::Marker marker;
};

/// A release that will be chosen unless the solver goes back. Valid during the call alone.
struct LikelyRelease {
  const std::string& project;
  const pep::Version& version;
  const index::FilePtr& file;                 // a wheel
  const std::vector<base::HashSpec>& hashes;  // as Chosen::hashes
};

struct Problem {
  std::vector<UserRequirement> roots, constraints;
  std::vector<UserRequirement>
      overrides;  // replace all requirements, the user's too, on their projects
  std::map<std::string, std::vector<Preferred>> preferred;  // by name: previous output
  std::map<std::string, Present> present;  // taken when allowed, before anything else
  Policy policy;
  bool no_deps = false;  // roots alone; their metadata is not even fetched
  bool prefetch = true;
  /// A guess at what the answer holds besides, and what is asked of it: fetched early, no more.
  std::map<std::string, pep::SpecifierSet> predicted;
  /// Told while the resolution goes on, from several threads; may be null. With a target alone.
  std::function<void(const LikelyRelease&)> likely;
  base::Meter* meter = nullptr;  // shows how many projects were come across, and the present one
  /// The target with another Python ("3.12"); null when there is none. For hints; may be empty.
  std::function<std::shared_ptr<const pep::Target>(const std::string&)> other_python;
  /// `pipit compile` with the same inputs, for a shell: warnings give it with further options; "" :
  /// it cannot be said in short.
  std::string compile_command;
  bool python_stays = false;  // an environment is changed: another Python is another environment
};

/// Whether the requirement counts in something that is resolved for: its marker holds there, and
/// its project is not excluded.
bool applies(const UserRequirement& wanted, const Policy& policy);

/// Adds to the policy what a root, constraint or override says of its project besides the allowed
/// versions: pins (their yanked files count), digests, a pre-release it names, a direct file (no
/// cut-off applies to it).
void apply_to_policy(const UserRequirement& wanted, Policy& policy);

}  // namespace pipit::resolve
