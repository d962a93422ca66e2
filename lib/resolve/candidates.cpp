// Candidate choice. A release is usable when a wheel fits the target's tags, or a source
// distribution is allowed, and the file is neither yanked (unless pinned by the user), nor too new,
// nor for another Python. Of a release's wheels the best tag wins, then the higher build number; a
// source distribution is taken only when no wheel fits.
//
// In a universal resolution a wheel fits when some Python can use it on some platform. Then the
// file chosen for the release does not depend on this machine: a wheel for any platform, else the
// first one listed.
#include "resolve/candidates.h"

#include <algorithm>

#include "base/text.h"
#include "distribution/direct_reference.h"
#include "pep/dist_name.h"

namespace pipit::resolve {

Candidates::Candidates(index::PagePtr page, const Policy& policy)
    : page_(std::move(page)), policy_(policy) {
  wants_coverage_ =
      !policy.target && (page_->has_local_versions || !policy.required_environments.empty());
}

bool Candidates::python_allowed(std::string_view requires_python) {
  if (requires_python.empty()) return true;
  const auto known = python_.find(requires_python);
  if (known != python_.end()) return known->second;
  // A value that cannot be parsed does not exclude the file: pip and uv accept such files as well.
  const auto specifiers = pep::SpecifierSet::parse_lenient(requires_python);
  const bool allowed = policy_.target
                           ? !specifiers || runs_on(*policy_.target, *specifiers)
                           : !policy_.environments.is_disjoint_from(python_above(requires_python));
  python_.emplace(std::string(requires_python), allowed);
  return allowed;
}

Unusable Candidates::outside_cutoff(const index::File& file) const {
  if (policy_.exclude_newer.admits(page_->project, file)) return Unusable::none;
  return file.upload_time == 0 ? Unusable::upload_time_unknown : Unusable::too_new;
}

const pep::MarkerSet& Candidates::python_above(std::string_view requires_python) {
  const auto known = python_above_.find(requires_python);
  if (known != python_above_.end()) return known->second;
  const auto specifiers = pep::SpecifierSet::parse_lenient(requires_python);
  return python_above_
      .emplace(std::string(requires_python),
               specifiers ? resolve::python_above(*specifiers) : pep::MarkerSet::all())
      .first->second;
}

std::optional<std::uint32_t> Candidates::rank_of(const pep::WheelName& wheel) const {
  if (policy_.target) return policy_.target->tags.rank(wheel);
  if (!is_for_python_from(wheel, policy_.lowest_python)) return std::nullopt;
  return std::find(wheel.platforms.begin(), wheel.platforms.end(), "any") == wheel.platforms.end();
}

namespace {

/// Ordered by preference: tag rank first, then the build tag.
struct RankedWheel {
  std::uint32_t rank = 0;
  pep::WheelName name;
  bool better_than(const RankedWheel& other) const {
    return rank != other.rank ? rank < other.rank : name.is_later_build(other.name);
  }
};

/// Each file of a release may be unusable for a reason of its own; the message gives the most
/// telling one. Greater is more telling: a wheel for another platform says little beside one that
/// fits but is excluded by the index or an option. A file that is old enough says more than those
/// that are too new.
int telling(Unusable reason) {
  switch (reason) {
    case Unusable::bad_file_name:
      return 1;
    case Unusable::no_compatible_wheel:
      return 2;
    case Unusable::no_wheel_for_python:
      return 3;
    case Unusable::requires_python:
      return 4;
    case Unusable::yanked:
      return 5;
    case Unusable::too_new:
      return 6;
    case Unusable::upload_time_unknown:
      return 7;
    case Unusable::binary_policy:
      return 8;
    default:
      return 0;
  }
}

void note_reason(Judged& judged, Unusable reason, std::string detail = {}) {
  if (judged.file || telling(reason) < telling(judged.reason)) return;
  judged.reason = reason;
  judged.detail = std::move(detail);
}

}  // namespace

/// A wheel that does not fit: its name is none, or its Python or its platform is another one.
void Candidates::note_unfit(Judged& judged, const index::File& file, const pep::WheelName* wheel) {
  if (!wheel) return note_reason(judged, Unusable::bad_file_name, base::printable(file.name));
  const bool fits_here = std::ranges::any_of(wheel->platforms, [&](const std::string& one) {
    return policy_.target && policy_.target->tags.has_platform(one);
  });
  note_reason(judged, fits_here ? Unusable::no_wheel_for_python : Unusable::no_compatible_wheel);
}

bool Candidates::has_named_digest(const std::set<std::string>& digests) {
  const auto is_named = [&](const index::File& file) {
    return digests.contains(std::string(file.sha256));
  };
  if (!has_named_)
    has_named_ = std::ranges::any_of(page_->releases, [&](const index::Release& release) {
      return std::ranges::any_of(release.files, is_named);
    });
  return *has_named_;
}

void Candidates::use(Judged& judged, const index::File& file) {
  judged.file = index::file_of(page_, file);
  judged.reason = Unusable::none;
  judged.detail.clear();
  if (!policy_.target) judged.python = python_above(judged.file->requires_python);
}

/// `wheel`: null for a source distribution.
void Candidates::cover_further(Judged& judged, const pep::WheelName* wheel) {
  if (!wants_coverage_ || judged.coverage.is_all()) return;
  judged.coverage = wheel ? judged.coverage | wheel_coverage_.of(*wheel) : pep::MarkerSet::all();
}

/// If the user names digests, a file that has one of them is taken. If a release that the user
/// pinned has no such file, the best file is taken all the same, and the check of the download says
/// which digest it really has. If no version is pinned, the digests say which one is meant.
Judged Candidates::look(std::size_t at) {
  const auto digests = policy_.sha256.find(page_->project);
  if (digests != policy_.sha256.end())
    if (Judged judged = choose_file(at, &digests->second); judged.file) return judged;
  Judged judged = choose_file(at, nullptr);
  if (digests != policy_.sha256.end() && judged.file && !policy_.pinned.contains(page_->project) &&
      has_named_digest(digests->second))
    judged = {nullptr, nullptr, Unusable::other_hash, "", {}, {}};
  return judged;
}

/// Why a file that would fit is not taken. An option comes last: without it the others remain.
Unusable Candidates::why_barred(const index::File& file, bool yanked_counts) const {
  if (file.yanked && !yanked_counts) return Unusable::yanked;
  if (const Unusable untimely = outside_cutoff(file); untimely != Unusable::none) return untimely;
  const bool is_allowed = file.kind == index::FileKind::wheel
                              ? policy_.binary.wheels_allowed(page_->project)
                              : policy_.binary.sdists_allowed(page_->project);
  // What is named by URL or path was checked before it was fetched.
  return is_allowed || distribution::is_direct(file) ? Unusable::none : Unusable::binary_policy;
}

/// What can be used nowhere here is told as that, whatever the options say of it.
Judged Candidates::choose_file(std::size_t at, const std::set<std::string>* digests) {
  Judged judged;
  judged.reason = Unusable::no_files;
  std::optional<RankedWheel> best;
  index::FilePtr foreign;  // a wheel for another platform
  bool any_timely = false;
  const bool yanked_counts = counts_yanked(at);
  for (const index::File& file : page_->releases[at].files) {
    const bool is_wheel = file.kind == index::FileKind::wheel;
    if (digests && !digests->contains(std::string(file.sha256))) continue;
    if (!python_allowed(file.requires_python)) {
      note_reason(judged, Unusable::requires_python, std::string(file.requires_python));
      continue;
    }
    const Unusable barred = why_barred(file, yanked_counts);
    any_timely |= outside_cutoff(file) == Unusable::none;
    std::optional<pep::WheelName> name;
    if (is_wheel)
      if (auto parsed = pep::parse_wheel_name(file.name)) name = std::move(*parsed);
    const auto rank = name ? rank_of(*name) : std::nullopt;
    if (is_wheel && !rank) {
      note_unfit(judged, file, name ? &*name : nullptr);
      if (barred == Unusable::none && !foreign && index::check_hashes(file))
        foreign = index::file_of(page_, file);
      continue;
    }
    if (barred != Unusable::none) {
      note_reason(judged, barred,
                  barred == Unusable::yanked ? base::printable(file.yanked_reason) : "");
      continue;
    }
    cover_further(judged, name ? &*name : nullptr);
    if (!is_wheel) {
      if (!judged.file) use(judged, file);
      continue;
    }
    RankedWheel mine{*rank, std::move(*name)};
    if (best && !mine.better_than(*best)) continue;
    best = std::move(mine);
    use(judged, file);
  }
  if (judged.reason == Unusable::too_new && any_timely)
    judged.reason = Unusable::only_others_timely;
  const bool is_sdist = judged.file && judged.file->kind == index::FileKind::sdist;
  judged.metadata_file = is_sdist && foreign ? foreign : judged.file;
  return judged;
}

/// "==2.0" also means the local versions of 2.0: a yanked one of those counts if 2.0 has no other
/// files (pip's rule).
bool Candidates::pins_local_only(const pep::Version& version,
                                 const std::set<pep::Version>& pinned) const {
  const pep::Version base = version.public_version();
  if (!version.has_local() || !pinned.contains(base)) return false;
  const auto is_yanked = [](const index::File& file) { return file.yanked; };
  for (std::size_t at = 0; at < size(); ++at)
    if (page_->releases.version(at).compare_public(base) == 0 &&
        !std::ranges::all_of(page_->releases[at].files, is_yanked))
      return false;
  return true;
}

bool Candidates::counts_yanked(std::size_t at) const {
  const auto pinned = policy_.pinned.find(page_->project);
  const pep::Version& version = page_->releases.version(at);
  if (pinned != policy_.pinned.end() &&
      (pinned->second.contains(version) || pins_local_only(version, pinned->second)))
    return true;
  return admitted_.contains(at);
}

bool Candidates::admit_yanked(std::size_t at) {
  if (judge(at).file) return admitted_.contains(at);
  if (judge(at).reason != Unusable::yanked) return false;
  admitted_.insert(at);
  judged_[at] = look(at);
  return judged_[at].file != nullptr;
}

const Judged& Candidates::judge(std::size_t at) {
  auto known = judged_.find(at);
  if (known == judged_.end()) known = judged_.emplace(at, look(at)).first;
  return known->second;
}

std::optional<std::size_t> Candidates::first_match(const Allowed& allowed, const Match& match) {
  const std::size_t count = page_->releases.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = match.order == Order::lowest_first ? count - 1 - i : i;
    const pep::Version& version = page_->releases.version(at);
    if (!match.prereleases && version.is_prerelease()) continue;
    if (!allowed(version) || admitted_.contains(at)) continue;
    const Judged& judged = judge(at);
    if (!judged.file) continue;
    if (match.need_wheel && judged.file->kind != index::FileKind::wheel) continue;
    return at;
  }
  return std::nullopt;
}

std::optional<std::size_t> Candidates::preferred_match(const Allowed& allowed, Order order,
                                                       bool prereleases) {
  if (policy_.binary.prefer_binary)
    if (const auto at = first_match(allowed, {order, prereleases, true})) return at;
  return first_match(allowed, {order, prereleases, false});
}

std::optional<std::size_t> Candidates::best(const Allowed& allowed, Order order, bool named) {
  const bool is_link = size() != 0 && page_->index_url.empty();  // as distribution::is_direct()
  const bool by_user = policy_.named_prerelease.contains(page_->project);
  const Prerelease mode = policy_.prerelease;
  const bool freely =
      mode == Prerelease::allow || is_link || (mode == Prerelease::named && (named || by_user));
  if (const auto at = preferred_match(allowed, order, freely)) return at;
  const bool may = mode == Prerelease::if_necessary || mode == Prerelease::named ||
                   (mode == Prerelease::explicit_only && by_user);
  return may ? preferred_match(allowed, order, true) : std::nullopt;
}

std::vector<std::size_t> Candidates::following(std::size_t at, const Allowed& allowed, Order order,
                                               std::size_t count) {
  const auto& releases = page_->releases;
  const bool prereleases = releases.version(at).is_prerelease();
  // The page lists the newest release first.
  const std::size_t left = order == Order::lowest_first ? at : releases.size() - 1 - at;
  std::vector<std::size_t> found;
  for (std::size_t step = 1; step <= left && found.size() < count; ++step) {
    const std::size_t next = order == Order::lowest_first ? at - step : at + step;
    const pep::Version& version = releases.version(next);
    if ((version.is_prerelease() && !prereleases) || !allowed(version)) continue;
    const Judged& judged = judge(next);
    if (judged.file && judged.metadata_file->kind == index::FileKind::wheel) found.push_back(next);
  }
  return found;
}

std::optional<std::size_t> Candidates::find(const pep::Version& version) const {
  return index::find_release(*page_, version);
}

}  // namespace pipit::resolve
