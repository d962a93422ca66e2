// The transaction that changes an environment: all of it or nothing.
#pragma once
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "cache/wheel.h"
#include "env/installed.h"
#include "env/layout.h"
#include "env/link.h"

namespace pipit::sched {
class Pool;  // sched/pool.h
}

namespace pipit::env {

/// A wheel to install.
struct Addition {
  cache::WheelPtr wheel;
  std::optional<DirectUrl> origin;  // becomes direct_url.json
  bool requested = false;           // becomes REQUESTED
};

struct Change {
  std::vector<Addition> add;
  std::vector<Installed> remove;  // replaced ones included
};

struct ApplyOptions {
  LinkMode link_mode = LinkMode::automatic;
  /// What to do about a file that no RECORD lists in the place of a wheel's file. false: refuse,
  /// naming it, unless its content is the same. true: replace it, with a warning (what pip does).
  bool overwrite_unowned = false;
  /// two distributions with different content for one file: refuse instead of warning
  bool strict_collisions = false;
  std::string installer = "pipit";  // content of INSTALLER
  /// Tests: called before the n-th step (from 0); an error there is treated as the step's own
  /// failure.
  std::function<Result<void>(std::size_t)> before_step;
};

struct Applied {
  std::size_t files = 0;  // linked, copied or written
  std::size_t steps = 0;
  /// files of removed distributions that were kept, as another distribution owns them
  std::vector<std::string> kept;
};

/// Checks everything, stages every wheel beside its destination, then renames the new into place
/// and the old away. On an error, or when stopped before the last rename, the old tree is restored,
/// modes and contents, and the error is returned. Takes a lock on the site directory, so two runs
/// on one environment follow each other. Code::bad_wheel: a wheel that must not be installed;
/// Code::bad_environment: the environment cannot take it; Code::io (a file in the cache that is not
/// what was put there, too: cache::is_unchanged tells of which wheel), Code::no_space.
Result<Applied> apply(const Layout& layout, const Change& change, const ApplyOptions& options,
                      sched::Pool& pool, base::Events& events, std::stop_token stop);

}  // namespace pipit::env
