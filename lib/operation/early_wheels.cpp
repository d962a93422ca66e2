// Few at a time, and never all that may be downloaded at once: what the solver waits for is not to
// stand behind them. Those that the bound puts off start when others are done, on the thread that
// says so.
#include "operation/early_wheels.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/descriptors.h"
#include "base/mutex.h"
#include "base/url.h"
#include "operation/hash_mode.h"

namespace pipit::operation {
namespace {

constexpr std::size_t kMaxUnderWay = 16;
/// Of so many downloads one is left to the solver: a page, or an archive that is built.
constexpr std::size_t kLeaveOneOf = 4;
/// A larger wheel is fetched when it is certain.
constexpr std::uint64_t kMaxUnsureBytes = 32u << 20;

struct Wanted {
  index::FilePtr file;
  distribution::Expected expected;
};
struct Started {
  Wanted wanted;
  std::stop_token stop;
};

std::size_t most_under_way(std::size_t concurrent) {
  const std::size_t able = base::affordable_transfers(concurrent);
  return std::min(kMaxUnderWay, able - std::max<std::size_t>(able / kLeaveOneOf, 1));
}

}  // namespace

struct EarlyWheels::State : std::enable_shared_from_this<State> {
  State(Session& s, const InstallOptions& options, const std::vector<env::Installed>& installed,
        Bounds b)
      : session(s), bounds(b), most(most_under_way(b.concurrent)) {
    if (options.installs_again()) return;
    for (const env::Installed& dist : installed)
      if (dist.version && !options.reinstalled.contains(dist.name))
        staying.try_emplace(dist.name, *dist.version);
  }

  bool is_worth_it(const resolve::LikelyRelease& release) const {
    if (bounds.hashes_required && !is_covered(release.hashes)) return false;
    const index::File& file = *release.file;
    const std::uint64_t size = session.dists.size_of(file);
    const bool is_small = size != 0 && size <= kMaxUnsureBytes;
    if (!bounds.is_sure && !is_small && !base::is_file_url(file.url)) return false;
    const auto there = staying.find(release.project);
    return there == staying.end() || there->second != release.version;
  }

  void want(const resolve::LikelyRelease& release) {
    if (!is_worth_it(release)) return;
    {
      base::Lock lock(mu);
      if (is_over) return;
      waiting.push_back({release.file, {release.hashes, 0}});
    }
    start();
  }

  /// What the bound admits.
  void start() {
    while (const std::optional<Started> next = take()) {
      session.dists.request_wheel(
          next->wanted.file, next->wanted.expected, sched::Priority::speculative,
          [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->one_is_done();
          },
          next->stop);
    }
  }

  std::optional<Started> take() {
    base::Lock lock(mu);
    if (is_over || waiting.empty() || under_way >= most) return std::nullopt;
    ++under_way;
    Wanted next = std::move(waiting.front());
    waiting.pop_front();
    std::stop_source& stop = stops[index::file_key(*next.file)];
    return Started{std::move(next), stop.get_token()};
  }

  void one_is_done() {
    {
      base::Lock lock(mu);
      --under_way;
      if (is_over) return;
    }
    start();
  }

  void settle(const resolve::Resolution* answer) {
    std::map<std::string, std::stop_source> in_vain;
    {
      base::Lock lock(mu);
      is_over = true;
      waiting.clear();
      in_vain.swap(stops);
    }
    if (answer == nullptr) return;
    for (const resolve::Chosen& chosen : answer->chosen)
      if (chosen.file) in_vain.erase(index::file_key(*chosen.file));
    for (auto& [key, stop] : in_vain) stop.request_stop();
  }

  Session& session;
  const Bounds bounds;
  const std::size_t most;
  std::map<std::string, pep::Version> staying;  // installed: this version is not installed again
  base::Mutex mu;
  std::deque<Wanted> waiting PIPIT_GUARDED_BY(mu);
  std::map<std::string, std::stop_source> stops PIPIT_GUARDED_BY(mu);  // by file key
  std::size_t under_way PIPIT_GUARDED_BY(mu) = 0;
  bool is_over PIPIT_GUARDED_BY(mu) = false;
};

EarlyWheels::EarlyWheels(Session& session, const InstallOptions& options,
                         const std::vector<env::Installed>& installed, Bounds bounds)
    : state_(std::make_shared<State>(session, options, installed, bounds)) {}

EarlyWheels::~EarlyWheels() { state_->settle(nullptr); }

std::function<void(const resolve::LikelyRelease&)> EarlyWheels::want() {
  return [state = state_](const resolve::LikelyRelease& release) { state->want(release); };
}

void EarlyWheels::settle(const resolve::Resolution& answer) { state_->settle(&answer); }

}  // namespace pipit::operation
