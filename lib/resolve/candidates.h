// Which versions of a project can be used for a target, and which file is chosen for each.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "index/page.h"
#include "resolve/policy.h"
#include "resolve/reasons.h"
#include "resolve/wheel_coverage.h"

namespace pipit::resolve {

struct Judged {
  index::FilePtr file;  // null when unusable
  /// The file whose metadata is used for the release: `file`, or, if that is a source distribution,
  /// a wheel for another platform. All files of a release are assumed to have the same metadata.
  index::FilePtr metadata_file;
  Unusable reason = Unusable::none;
  std::string detail;  // of the reason: which Python is required, why it was yanked
  /// Universal: Pythons above the lower bounds of the page's Requires-Python.
  pep::MarkerSet python = pep::MarkerSet::all();
  /// With Policy::required_environments, and where the project has local versions: the environments
  /// that the release's usable files are for (a source distribution: all).
  pep::MarkerSet coverage;
};

/// One project's releases under a policy. Judges a release on first use, and remembers. Not for
/// several threads at once.
class Candidates {
 public:
  Candidates(index::PagePtr page, const Policy& policy);
  const index::Page& page() const { return *page_; }
  const index::PagePtr& shared_page() const { return page_; }
  std::size_t size() const { return page_->releases.size(); }

  /// The file that stands for release `at`.
  const Judged& judge(std::size_t at);
  using Allowed = std::function<bool(const pep::Version&)>;
  /// The first usable release, in this order, among those `allowed` admits; pre-releases by the
  /// policy: with if-necessary only when no final release is left. nullopt: none. `named`: a
  /// package that requires it names a pre-release.
  std::optional<std::size_t> best(const Allowed& allowed, Order order, bool named = false);
  /// Takes the files of a yanked release after all, for who pins it; false when there are other
  /// reasons against them. best() passes by such a release all the same.
  bool admit_yanked(std::size_t at);
  /// Up to `count` releases that best() would return next if `at` and then each of them were
  /// rejected, and that have a wheel with their metadata.
  std::vector<std::size_t> following(std::size_t at, const Allowed& allowed, Order order,
                                     std::size_t count);
  /// The release of exactly this version.
  std::optional<std::size_t> find(const pep::Version& version) const;

 private:
  Judged look(std::size_t at);
  bool counts_yanked(std::size_t at) const;
  bool pins_local_only(const pep::Version& version, const std::set<pep::Version>& pinned) const;
  Unusable why_barred(const index::File& file, bool yanked_counts) const;
  bool has_named_digest(const std::set<std::string>& digests);
  Judged choose_file(std::size_t at, const std::set<std::string>* digests);
  bool python_allowed(std::string_view requires_python);
  Unusable outside_cutoff(const index::File& file) const;
  const pep::MarkerSet& python_above(std::string_view requires_python);
  std::optional<std::uint32_t> rank_of(const pep::WheelName& wheel) const;
  void note_unfit(Judged& judged, const index::File& file, const pep::WheelName* wheel);
  void use(Judged& judged, const index::File& file);
  void cover_further(Judged& judged, const pep::WheelName* wheel);
  struct Match {
    Order order;
    bool prereleases, need_wheel;
  };
  std::optional<std::size_t> first_match(const Allowed& allowed, const Match& match);
  /// first_match(), with a wheel if --prefer-binary wants one and there is any.
  std::optional<std::size_t> preferred_match(const Allowed& allowed, Order order, bool prereleases);

  index::PagePtr page_;
  const Policy& policy_;
  bool wants_coverage_ = false;
  /// With named digests: whether some file here has one of them.
  std::optional<bool> has_named_;
  std::map<std::size_t, Judged> judged_;
  std::set<std::size_t> admitted_;                // by admit_yanked()
  /// Requires-Python text -> whether the target passes
  std::map<std::string, bool, std::less<>> python_;
  std::map<std::string, pep::MarkerSet, std::less<>> python_above_;  // universal
  WheelCoverage wheel_coverage_;                                     // universal
};

}  // namespace pipit::resolve
