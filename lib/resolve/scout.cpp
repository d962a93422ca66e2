// The scout is made of continuations and holds no thread: Catalog::then and Database::then_metadata
// call it where data has just arrived, so nothing lies between the last byte of a page and the
// request for the metadata of its best candidate.
//
// What it knows of a project is the conjunction of every requirement it has met so far, which is a
// better guess than any single one: the final answer satisfies all of them. When a further
// requirement changes the best guess, the new guess is asked for as well; how often that may happen
// to one project is bounded, so speculation cannot run away. Where the solver goes back again and
// again, its own range and direction are the better guess: the driver names the next candidates,
// and the scout says how many of them are worth the requests.
#include "resolve/scout.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <set>

#include "base/mutex.h"
#include "base/text.h"
#include "resolve/candidates.h"

namespace pipit::resolve {
namespace {

/// Different guesses per project, not counting batches after rejections.
constexpr std::size_t kMaxGuesses = 4;
/// Requirements of many releases, met while backtracking, contradict each other and do not help to
/// guess any more.
constexpr std::size_t kMaxClauses = 32;
constexpr std::size_t kMaxProjects = 4000;         // a hostile graph ends somewhere
constexpr std::size_t kRejectionsBeforeBatch = 2;  // also the size of the first batch
constexpr std::size_t kMaxBatch = 16;
constexpr const char* kInstalled = "";         // as a file's key
constexpr std::size_t kMaxSourceGuesses = 64;  // each has a thread that may build it

}  // namespace

struct Scout::State : std::enable_shared_from_this<Scout::State> {
  /// What a file needs with an extra, or ("") without one.
  struct Expansion {
    std::string file_key, extra;
    auto operator<=>(const Expansion&) const = default;
  };
  struct Project {
    pep::SpecifierSet known;  // all requirements met so far
    std::set<std::string> extras;
    std::set<std::string> guessed;  // file keys asked for
    std::set<Expansion> expanded;   // whose dependencies were seen
    std::unique_ptr<Candidates> candidates;
    std::size_t asked_ahead = 0;  // candidates in all batches so far
    bool sure = false;            // the user pinned it
    bool source_asked = false;    // one of its source distributions was asked for on a guess
    index::FilePtr direct;        // what the user named by path or URL
  };

  State(const Policy& p, index::Catalog& c, distribution::Database& d, std::stop_token t)
      : policy(p), scope(p.scope()), catalog(c), dists(d), token(std::move(t)) {}

  bool over() const { return stopped.load(std::memory_order_relaxed) || token.stop_requested(); }
  void look(const pep::Requirement& requirement, bool sure);
  std::vector<pep::Requirement> look_at_one(const pep::Requirement& requirement, bool sure);
  void look_at_file(const pep::Requirement& requirement, index::FilePtr file);
  void expect(const std::string& name, const pep::SpecifierSet& specifier);
  void expected_page_arrived(const std::string& name, const pep::SpecifierSet& specifier,
                             const index::PagePtr& page);
  void page_arrived(const std::string& name, const index::PagePtr& page);
  void metadata_arrived(const std::string& name, const std::string& key,
                        const pep::MetadataPtr& metadata);
  std::vector<pep::Requirement> expand(const std::string& name, const std::string& key,
                                       const pep::MetadataPtr& metadata);
  void ask_metadata(const std::string& name, const index::FilePtr& file);
  void pinned_page_arrived(const pep::Requirement& requirement, const index::PagePtr& page,
                           Likely& likely);

  bool counts(const pep::Marker& marker, const std::vector<std::string>& extras) PIPIT_REQUIRES(mu);
  std::vector<index::FilePtr> best_guesses(const std::string& name, Project& project,
                                           const pep::SpecifierSet& known) PIPIT_REQUIRES(mu);
  Order order_of(const std::string& name) PIPIT_REQUIRES(mu);
  bool worth_asking(const std::string& name, Project& project, const index::File& file)
      PIPIT_REQUIRES(mu);

  const Policy policy;  // a copy: continuations may outlive the problem
  const Scope scope;
  index::Catalog& catalog;
  distribution::Database& dists;
  const std::stop_token token;
  std::atomic<bool> stopped{false};
  base::Mutex mu;
  MarkerMemo memo PIPIT_GUARDED_BY(mu);
  std::map<std::string, Project> projects PIPIT_GUARDED_BY(mu);
  std::map<std::string, Project> guesses PIPIT_GUARDED_BY(mu);  // predicted; candidates alone
  std::map<std::string, std::vector<pep::Requirement>> overrides PIPIT_GUARDED_BY(mu);
  std::set<std::string> left_out PIPIT_GUARDED_BY(mu);
  std::map<std::string, Present> present PIPIT_GUARDED_BY(mu);
  std::size_t source_guesses PIPIT_GUARDED_BY(mu) = 0;  // asked for on a guess
};

/// What is installed is gone through at once, however deep it is.
void Scout::State::look(const pep::Requirement& requirement, bool sure) {
  std::vector<pep::Requirement> open = look_at_one(requirement, sure);
  while (!open.empty()) {
    const pep::Requirement next = std::move(open.back());
    open.pop_back();
    std::vector<pep::Requirement> more = look_at_one(next, false);
    std::ranges::move(more, std::back_inserter(open));
  }
}

/// Gives what is to be looked at next, where nothing has to be asked for first.
std::vector<pep::Requirement> Scout::State::look_at_one(const pep::Requirement& requirement,
                                                        bool sure) {
  const std::string& name = requirement.name;
  if (over() || policy.excluded.contains(name)) return {};
  bool more_extras = false, first = false, narrower = false;
  index::FilePtr direct;
  std::optional<Present> met;
  {
    base::Lock lock(mu);
    if (projects.size() >= kMaxProjects) return {};
    if ((requirement.url || left_out.contains(name)) && !projects.contains(name)) return {};
    auto [it, fresh] = projects.try_emplace(name);
    Project& project = it->second;
    first = fresh;
    direct = project.direct;
    project.sure = project.sure || sure;
    for (const std::string& extra : requirement.extras)
      more_extras |= project.extras.insert(extra).second;
    if (!requirement.specifier.empty() && project.known.clauses().size() < kMaxClauses) {
      const std::string before = project.known.str();
      project.known = project.known & requirement.specifier;
      narrower = project.known.str() != before;
    }
    const auto at = present.find(name);
    if (at != present.end() && project.known.contains(at->second.version())) met = at->second;
  }
  if (direct) {
    if (more_extras) ask_metadata(name, direct);
    return {};
  }
  if (!first && !more_extras && (!narrower || met)) return {};
  if (met) {
    const pep::MetadataPtr metadata = met->metadata();
    return metadata ? expand(name, kInstalled, metadata) : std::vector<pep::Requirement>();
  }
  auto self = shared_from_this();
  catalog.then(name, sched::Priority::speculative,
               [self, name](const Result<index::PagePtr>& page) {
                 if (page && (*page)->found) self->page_arrived(name, *page);
               });
  return {};
}

void Scout::State::look_at_file(const pep::Requirement& requirement, index::FilePtr file) {
  if (over() || policy.excluded.contains(requirement.name)) return;
  {
    base::Lock lock(mu);
    Project& project = projects[requirement.name];
    project.direct = file;
    project.extras.insert(requirement.extras.begin(), requirement.extras.end());
  }
  ask_metadata(requirement.name, file);
}

/// Whether the marker holds in some environment at least.
bool Scout::State::counts(const pep::Marker& marker, const std::vector<std::string>& extras) {
  if (!scope.is_universal()) return marker.evaluate(scope.target().markers, extras);
  return memo.admits(marker, "", scope) ||
         std::any_of(extras.begin(), extras.end(),
                     [&](const std::string& extra)
                         PIPIT_REQUIRES(mu) { return memo.admits(marker, extra, scope); });
}

/// The order in which the solver takes candidates; either of the two where environments differ.
Order Scout::State::order_of(const std::string& name) {
  return policy.lowest_where(name, scope, memo).is_none() ? Order::highest_first
                                                          : Order::lowest_first;
}

/// The preferred release, and in a universal resolution the preferred one for all Pythons.
std::vector<index::FilePtr> Scout::State::best_guesses(const std::string& name, Project& project,
                                                       const pep::SpecifierSet& known) {
  std::vector<index::FilePtr> files;
  Candidates& candidates = *project.candidates;
  const Order order = order_of(name);
  const auto best =
      candidates.best([&](const pep::Version& version) { return known.contains(version); }, order);
  if (!best) return files;
  files.push_back(candidates.judge(*best).metadata_file);
  if (!scope.is_universal()) return files;
  const auto fits_all = [&](const pep::Version& version) {
    return known.contains(version) &&
           overlap(scope.environments(), candidates.judge(*candidates.find(version)).python) ==
               Overlap::whole;
  };
  const auto best_for_all = candidates.best(fits_all, order);
  if (best_for_all && best_for_all != best)
    files.push_back(candidates.judge(*best_for_all).metadata_file);
  return files;
}

/// A source distribution may have to be built before its metadata is known: that is started for one
/// per project, and never for old releases, which rarely build with today's tools.
bool Scout::State::worth_asking(const std::string& name, Project& project,
                                const index::File& file) {
  const std::string key = index::file_key(file);
  if (project.guessed.contains(key)) return true;
  if (project.guessed.size() >= kMaxGuesses) return false;
  if (file.kind == index::FileKind::sdist && !project.sure) {
    if (project.source_asked || order_of(name) == Order::lowest_first ||
        source_guesses >= kMaxSourceGuesses)
      return false;
    project.source_asked = true;
    ++source_guesses;
  }
  project.guessed.insert(key);
  return true;
}

void Scout::State::page_arrived(const std::string& name, const index::PagePtr& page) {
  if (over() || page->status == "quarantined") return;
  std::vector<index::FilePtr> files;
  {
    base::Lock lock(mu);
    Project& project = projects[name];
    if (!project.candidates) project.candidates = std::make_unique<Candidates>(page, policy);
    for (index::FilePtr& file : best_guesses(name, project, project.known))
      if (worth_asking(name, project, *file)) files.push_back(std::move(file));
  }
  for (const index::FilePtr& file : files) ask_metadata(name, file);
}

/// The pages of all are asked for before the first has come. A source distribution is not built for
/// a prediction.
void Scout::State::expect(const std::string& name, const pep::SpecifierSet& specifier) {
  if (over() || policy.excluded.contains(name)) return;
  {
    base::Lock lock(mu);
    if (left_out.contains(name) || overrides.contains(name)) return;
    if (const auto at = present.find(name);
        at != present.end() && specifier.contains(at->second.version()))
      return;
  }
  auto self = shared_from_this();
  catalog.then(name, sched::Priority::speculative,
               [self, name, specifier](const Result<index::PagePtr>& page) {
                 if (page && (*page)->found) self->expected_page_arrived(name, specifier, *page);
               });
}

void Scout::State::expected_page_arrived(const std::string& name,
                                         const pep::SpecifierSet& specifier,
                                         const index::PagePtr& page) {
  if (over() || page->status == "quarantined") return;
  std::vector<index::FilePtr> files;
  {
    base::Lock lock(mu);
    Project& project = guesses[name];
    if (!project.candidates) project.candidates = std::make_unique<Candidates>(page, policy);
    files = best_guesses(name, project, specifier);
  }
  for (const index::FilePtr& file : files)
    if (file->kind == index::FileKind::wheel)
      dists.then_metadata(file, sched::Priority::speculative,
                          [](const Result<pep::MetadataPtr>&) {});
}

void Scout::State::ask_metadata(const std::string& name, const index::FilePtr& file) {
  auto self = shared_from_this();
  const std::string key = index::file_key(*file);
  dists.then_metadata(file, sched::Priority::speculative,
                      [self, name, key](const Result<pep::MetadataPtr>& metadata) {
                        if (metadata) self->metadata_arrived(name, key, *metadata);
                      });
}

void Scout::State::metadata_arrived(const std::string& name, const std::string& key,
                                    const pep::MetadataPtr& metadata) {
  for (const pep::Requirement& dependency : expand(name, key, metadata)) look(dependency, false);
}

void Scout::State::pinned_page_arrived(const pep::Requirement& requirement,
                                       const index::PagePtr& page, Likely& likely) {
  if (over() || page->status == "quarantined") return;
  pep::Version version;
  index::FilePtr file;
  {
    base::Lock lock(mu);
    Project& project = projects[requirement.name];
    if (!project.candidates) project.candidates = std::make_unique<Candidates>(page, policy);
    const auto pinned = [&](const pep::Version& one) {
      return requirement.specifier.contains(one);
    };
    const auto best = project.candidates->best(pinned, order_of(requirement.name));
    if (!best) return;
    version = page->releases.version(*best);
    file = project.candidates->judge(*best).file;
  }
  likely.tell(requirement.name, version, file);
}

/// The dependencies that were not seen yet.
std::vector<pep::Requirement> Scout::State::expand(const std::string& name, const std::string& key,
                                                   const pep::MetadataPtr& metadata) {
  std::vector<pep::Requirement> next;
  if (over()) return next;
  {
    base::Lock lock(mu);
    Project& project = projects[name];
    std::vector<std::string> extras(project.extras.begin(), project.extras.end());
    std::vector<std::string> fresh;
    for (const std::string& extra : extras)
      if (project.expanded.insert({key, extra}).second) fresh.push_back(extra);
    const bool base_is_new = project.expanded.insert({key, ""}).second;
    if (!base_is_new && fresh.empty()) return next;
    for (const pep::Requirement& dependency : metadata->requires_dist) {
      const auto replaced = overrides.find(dependency.name);
      if (replaced != overrides.end() && is_of_extras(dependency.marker, extras))
        next.insert(next.end(), replaced->second.begin(), replaced->second.end());
      else if (replaced == overrides.end() && counts(dependency.marker, extras))
        next.push_back(dependency);
    }
  }
  return next;
}

Scout::Scout(const Policy& policy, index::Catalog& catalog, distribution::Database& dists,
             std::stop_token stop)
    : state_(std::make_shared<State>(policy, catalog, dists, std::move(stop))) {}

Scout::~Scout() { stop(); }

void Scout::look(const pep::Requirement& requirement, bool sure) {
  state_->look(requirement, sure);
}

void Scout::look_at_file(const pep::Requirement& requirement, index::FilePtr file) {
  state_->look_at_file(requirement, std::move(file));
}

void Scout::expect(const std::map<std::string, pep::SpecifierSet>& predicted) {
  for (const auto& [name, specifier] : predicted) state_->expect(name, specifier);
}

void Scout::leave_out(std::set<std::string> projects) {
  base::Lock lock(state_->mu);
  state_->left_out = std::move(projects);
}

void Scout::set_overrides(std::map<std::string, std::vector<pep::Requirement>> overrides) {
  base::Lock lock(state_->mu);
  state_->overrides = std::move(overrides);
}

void Scout::set_present(std::map<std::string, Present> present) {
  base::Lock lock(state_->mu);
  state_->present = std::move(present);
}

std::size_t Scout::batch_size(const std::string& project, std::size_t rejected) {
  if (rejected < kRejectionsBeforeBatch || state_->over()) return 0;
  base::Lock lock(state_->mu);
  std::size_t& asked = state_->projects[project].asked_ahead;
  if (rejected < asked) return 0;
  const std::size_t count = asked == 0 ? kRejectionsBeforeBatch : std::min(asked, kMaxBatch);
  asked += count;
  return count;
}

void Scout::ask(const std::string& project, const index::FilePtr& file) {
  // A candidate that may be rejected like those before it is not built ahead.
  if (!state_->over() && file->kind != index::FileKind::sdist) state_->ask_metadata(project, file);
}

void Scout::find_file(const pep::Requirement& requirement, std::shared_ptr<Likely> likely) {
  state_->catalog.then(requirement.name, sched::Priority::soon,
                       [self = state_, requirement,
                        likely = std::move(likely)](const Result<index::PagePtr>& page) {
                         if (page && (*page)->found)
                           self->pinned_page_arrived(requirement, *page, *likely);
                       });
}

void Scout::stop() { state_->stopped = true; }

}  // namespace pipit::resolve
