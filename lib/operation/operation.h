// The story that install, sync, wheel, download, compile and lock share: session, target, builds,
// request, resolution, and for some of them the change of an environment. What is different between
// them is a struct.
#pragma once
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/meter.h"
#include "build_frontend/build_log.h"
#include "env/installed.h"
#include "env/plan.h"
#include "operation/early_wheels.h"
#include "operation/inputs.h"
#include "operation/install_target.h"
#include "operation/options.h"
#include "operation/pins.h"
#include "operation/prediction.h"
#include "operation/session.h"
#include "resolve/problem.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// What one command does otherwise than the others.
struct Differences {
  /// An environment is changed: what is installed there counts, repositories named with -e are
  /// checked out. Otherwise the answer is what matters, and any Python will do.
  bool changes_environment = false;
  /// With `changes_environment`: the inputs are everything that is to be there: their
  /// dependencies are not added, and what they do not list is removed.
  bool exact = false;
  /// With `changes_environment`: what the answer does not hold is removed.
  bool removes_others = false;
  /// With `changes_environment`: change() is given a Confirm; until then no wheel is fetched.
  bool asks_first = false;
  /// Hashes of the inputs are checked, and demanded as soon as one has some.
  bool checks_hashes = true;
  /// What goes over the network before the target is known.
  enum class Prefetch {
    at_once,     // connections are opened, and pages of the inputs asked for
    before_run,  // only when an interpreter has to be run, which takes its time
    none,        // most of the inputs may be installed already
  } prefetch = Prefetch::at_once;
  /// A universal answer states its environments itself: its markers take nothing for granted.
  bool states_environments = false;
  /// The file that is going to be written: its earlier pins are preferred, unless they are to be
  /// upgraded.
  std::optional<std::string> earlier_output;
};

/// One operation, from inputs that are read to what is resolved or changed. Everything that runs is
/// ended by its destructor. Used by one thread.
class Operation {
 public:
  /// Opens the session. `events` outlives it.
  Operation(Options options, Inputs inputs, Differences differences, base::Events& events,
            std::stop_token stop);
  ~Operation();
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  /// Finds the target and resolves the inputs for it, or reads their locks. Once, before anything
  /// below. Code::usage and Code::parse for inputs that make no sense here; errors of the target,
  /// of the network, of builds; Code::no_solution.
  Result<void> resolve();

  /// Makes the environment what resolve() found, as one transaction; with Options::dry_run only
  /// says what would change. Gives what changed.
  Result<env::Plan> change(Confirm confirm = nullptr);

  const Options& options() const { return options_; }
  const Inputs& inputs() const { return inputs_; }
  const InstallTarget& target() const { return target_; }
  /// What was asked of the resolver.
  const resolve::Problem& request() const { return request_; }
  const resolve::Resolution& resolution() const { return resolution_; }
  /// Those of the pins in Differences::earlier_output that are not to be upgraded.
  const KeptHashes& kept_hashes() const { return kept_hashes_; }
  Session& session() { return session_; }
  /// Logs of builds that failed: to be forgotten when the command succeeds all the same. May be
  /// null.
  std::shared_ptr<build_frontend::BuildLogs> build_logs() const { return build_logs_; }

 private:
  Result<void> locate_target();
  Result<void> prepare_request();
  Result<void> find_answer(base::Meter& meter);
  bool fetches_early() const;
  bool has_locks() const { return !inputs_.locks.empty(); }

  const std::int64_t began_ = base::now_us();
  const Options options_;
  Inputs inputs_;
  const Differences differences_;
  const bool hash_mode_;
  Prediction prediction_;  // outlives the requests of the session
  Session session_;
  std::optional<EarlyWheels> early_;
  InstallTarget target_;
  std::shared_ptr<build_frontend::BuildLogs> build_logs_;
  std::vector<env::Installed> installed_;
  resolve::Problem request_;
  KeptHashes kept_hashes_;
  resolve::Resolution resolution_;
};

}  // namespace pipit::operation
