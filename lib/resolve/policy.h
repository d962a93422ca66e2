// What the user's options allow and prefer.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "index/page.h"
#include "pep/marker/marker.h"
#include "pep/marker/set.h"
#include "pep/target.h"
#include "pep/version.h"
#include "resolve/scope.h"

namespace pipit::resolve {

/// Which pre-releases count. if_necessary: those of a project that has no final release left;
/// explicit_only: the same, but only of projects in Policy::named_prerelease. named: pip's rule: a
/// project's pre-releases count like final ones when something that requires it names one;
/// otherwise as if_necessary.
enum class Prerelease { disallow, allow, if_necessary, explicit_only, named };
/// lowest_direct: the lowest version of projects that the user's own requirements name, where those
/// apply.
enum class Preference { highest, lowest, lowest_direct };
/// Which of several versions is taken.
enum class Order : std::uint8_t { highest_first, lowest_first };
/// If releases need different Pythons: each Python gets its newest release, or all get one that
/// fits all of them.
enum class ForkStrategy { requires_python, fewest };

/// --only-binary, --no-binary, --prefer-binary. Names in normal form.
struct BinaryPolicy {
  bool all_only_binary = false, all_no_binary = false, prefer_binary = false;
  bool holds_for_direct = true;  // for what is named by URL or path too (not in pip)
  std::set<std::string> only_binary, no_binary;
  bool wheels_allowed(const std::string& project) const;
  bool sdists_allowed(const std::string& project) const;
};

/// --exclude-newer and its like: a file counts if it was uploaded before the moment (seconds since
/// the epoch). Local files always count.
struct Cutoffs {
  std::optional<std::int64_t> all;
  std::map<std::string, std::optional<std::int64_t>> by_project;  // instead; nullopt: no limit
  bool unknown_counts = false;  // files whose upload time the index does not give
  /// nullopt: no limit.
  std::optional<std::int64_t> of(const std::string& project) const;
  bool limits_any() const { return all || !by_project.empty(); }
  /// Whether a file of the project counts.
  bool admits(const std::string& project, const index::File& file) const;
};

/// If a release without a source distribution is needed in these environments, it must have a wheel
/// for at least one of them.
struct RequiredEnvironment {
  pep::MarkerSet where;
  std::string text, origin;  // the marker, and where it is written: "--required-environment"
  bool limits = false;       // no other environments are resolved for
};

struct Policy {
  std::shared_ptr<const pep::Target> target;  // null: universal, as follows
  pep::MarkerSet environments;                // all that are resolved for
  pep::MarkerSet assumed;                     // what the answer's markers need not say
  std::vector<RequiredEnvironment> required_environments;
  pep::Version lowest_python;  // none of them has an older one
  ForkStrategy fork_strategy = ForkStrategy::requires_python;
  BinaryPolicy binary;
  Prerelease prerelease = Prerelease::if_necessary;
  Preference preference = Preference::highest;
  Cutoffs exclude_newer;
  /// project -> versions the user pinned (1 is 1.0): their yanked files count
  std::map<std::string, std::set<pep::Version>> pinned;
  /// pip's rule: a pin (==) of a package's metadata takes a yanked version, too
  bool any_pin_takes_yanked = false;
  /// project -> digests the user names: files with such a digest go first
  std::map<std::string, std::set<std::string>> sha256;
  /// projects for which a root requirement names a pre-release
  std::set<std::string> named_prerelease;
  std::set<std::string> excluded;  // projects that are left out even if they are needed
  /// projects that the user's requirements name, and under which markers (lowest_direct)
  std::map<std::string, std::vector<pep::Marker>> direct;

  /// Where the lowest version of the project is wanted instead of the highest: all() or none() for
  /// a target.
  pep::MarkerSet lowest_where(const std::string& project, const Scope& scope,
                              MarkerMemo& memo) const;
  Scope scope() const { return target ? Scope(target) : Scope(environments); }
};

}  // namespace pipit::resolve
