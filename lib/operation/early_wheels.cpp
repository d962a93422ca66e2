// Few at a time: what the solver waits for is not to stand behind them. Those that the bound puts
// off start when others are done, on the thread that says so.
#include "operation/early_wheels.h"

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/url.h"
#include "operation/hash_mode.h"

namespace pipit::operation {
namespace {

constexpr std::size_t kMaxUnderWay = 16;
/// A larger wheel is fetched when it is certain.
constexpr std::uint64_t kMaxUnsureBytes = 32u << 20;

struct Wanted {
  index::FilePtr file;
  distribution::Expected expected;
};

}  // namespace

struct EarlyWheels::State : std::enable_shared_from_this<State> {
  State(Session& s, const InstallOptions& options, const std::vector<env::Installed>& installed,
        Bounds b)
      : session(s), bounds(b) {
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
    while (const std::optional<Wanted> next = take()) {
      session.dists.request_wheel(next->file, next->expected, sched::Priority::speculative,
                                  [weak = weak_from_this()] {
                                    if (const auto self = weak.lock()) self->one_is_done();
                                  });
    }
  }

  std::optional<Wanted> take() {
    base::Lock lock(mu);
    if (is_over || waiting.empty() || under_way >= kMaxUnderWay) return std::nullopt;
    ++under_way;
    Wanted next = std::move(waiting.front());
    waiting.pop_front();
    return next;
  }

  void one_is_done() {
    {
      base::Lock lock(mu);
      --under_way;
      if (is_over) return;
    }
    start();
  }

  void stop() {
    base::Lock lock(mu);
    is_over = true;
    waiting.clear();
  }

  Session& session;
  const Bounds bounds;
  std::map<std::string, pep::Version> staying;  // installed: this version is not installed again
  base::Mutex mu;
  std::deque<Wanted> waiting PIPIT_GUARDED_BY(mu);
  std::size_t under_way PIPIT_GUARDED_BY(mu) = 0;
  bool is_over PIPIT_GUARDED_BY(mu) = false;
};

EarlyWheels::EarlyWheels(Session& session, const InstallOptions& options,
                         const std::vector<env::Installed>& installed, Bounds bounds)
    : state_(std::make_shared<State>(session, options, installed, bounds)) {}

EarlyWheels::~EarlyWheels() { stop(); }

std::function<void(const resolve::LikelyRelease&)> EarlyWheels::want() {
  return [state = state_](const resolve::LikelyRelease& release) { state->want(release); };
}

void EarlyWheels::stop() { state_->stop(); }

}  // namespace pipit::operation
