// Wheels that are fetched and unpacked while the resolution goes on: the time that it waits for
// answers is theirs.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "env/installed.h"
#include "operation/options.h"
#include "operation/session.h"
#include "resolve/problem.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// For one resolution whose answer is installed. What it fetches is asked for again by the change,
/// under the same key; a wheel that is not chosen after all is given up.
class EarlyWheels {
 public:
  struct Bounds {
    std::size_t concurrent = 1;  // downloads of this run
    /// Only what has one of its user's hashes will be installed.
    bool hashes_required = false;
    /// The user pinned what is told: no wheel is too large to be fetched on that.
    bool is_sure = false;
  };
  /// `session` outlives its own threads' last call of the function that want() gives.
  EarlyWheels(Session& session, const InstallOptions& options,
              const std::vector<env::Installed>& installed, Bounds bounds);
  ~EarlyWheels();
  /// For Problem::likely.
  std::function<void(const resolve::LikelyRelease&)> want();
  /// Starts nothing more, and gives up what is not chosen: the others need its connection.
  void settle(const resolve::Resolution& answer);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace pipit::operation
