// The URLs in packages' metadata ("Requires-Dist: x @ https://…"). For the solver such a source is
// one more version of its project, a substitute: a package that names the URL requires exactly that
// version, and x>=1 is satisfied by it if the source's version satisfies it. So two different URLs,
// or a URL and a version that it is not, contradict each other like any two requirements, and the
// solver backtracks to other versions of the packages that name them.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "distribution/database.h"
#include "pep/requirement.h"
#include "resolve/budget.h"
#include "resolve/policy.h"
#include "solve/range.h"

namespace pipit::resolve {

struct UrlVersion {
  pep::Version version;   // of the source
  pep::Version stand_in;  // for the solver; no index has it
  index::PagePtr page;
  distribution::DirectReference source;
  /// May be chosen where no version of the index is left, although nothing chosen so far names it.
  bool fills_in = true;
};

/// Not for several threads at once.
class UrlVersions {
 public:
  /// All outlive it.
  UrlVersions(const BinaryPolicy& binary, distribution::Database& dists, Budget& budget)
      : binary_(binary), dists_(dists), budget_(budget) {}

  /// The version that the requirement's URL leads to; may wait: the first time it is fetched, or
  /// even built. Another spelling of the same place gives the same one. Code::bad_metadata: the URL
  /// is not valid, or leads to another project; else errors of Database::direct().
  Result<UrlVersion*> find(const pep::Requirement& requirement, const std::stop_token& stop);
  /// The source that a text names, with its commit. Errors as above.
  Result<distribution::ResolvedDirectPtr> look_up(const pep::Requirement& requirement,
                                                  const std::stop_token& stop);

  /// Those of a project, in the order in which they were found.
  std::span<const std::unique_ptr<UrlVersion>> of(const std::string& project) const;
  /// The source behind this version; null: it is a version of the index.
  UrlVersion* as(const std::string& project, const pep::Version& version) const;
  /// The one whose stand-in is the only version in this range.
  UrlVersion* only_one_in(const std::string& project, const solve::Range& range) const;
  /// The first one in the range that may still fill in.
  UrlVersion* filling_in(const std::string& project, const solve::Range& range) const;
  /// The range, with a stand-in in it exactly when the version it stands for is in it.
  solve::Range with_stand_ins(const std::string& project, solve::Range range) const;
  bool any() const { return !by_project_.empty(); }
  /// The text for people: stand-ins read "1.0 (git+https://…)".
  std::string shown(std::string text) const;

 private:
  struct Named {
    std::string project, url;  // as written
    auto operator<=>(const Named&) const = default;
  };

  const BinaryPolicy& binary_;
  distribution::Database& dists_;
  Budget& budget_;
  std::map<std::string, std::vector<std::unique_ptr<UrlVersion>>> by_project_;
  std::map<Named, UrlVersion*> by_name_;
};

/// Whether both are the same place at the same commit. The commits must be known.
bool is_same_source(const distribution::DirectReference& a, const distribution::DirectReference& b);

/// --only-binary and --no-binary also hold for sources that are named by URL or path, except for
/// editable ones. `name`: "" while it is not known. Code::unsupported names source and option.
Result<void> check_binary_policy(const BinaryPolicy& policy,
                                 const distribution::DirectReference& source,
                                 const std::string& name);

}  // namespace pipit::resolve
