// The transaction that changes an environment: all of it or nothing.
#pragma once
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "cache/wheel.h"
#include "env/installed.h"
#include "env/layout.h"
#include "env/link.h"
#include "pep/marker/marker.h"

namespace pipit::sched {
class Pool;  // sched/pool.h
}

namespace pipit::env {

/// A wheel to install.
struct Addition {
  cache::WheelPtr wheel;
  std::optional<DirectUrl> origin;  // becomes direct_url.json
  bool requested = false;           // becomes REQUESTED
  std::set<std::string> extras = {};  // required of it, in normal form
};

struct Change {
  std::vector<Addition> add;      // of two that have one file, see ApplyOptions::markers
  std::vector<Installed> remove;  // replaced ones included
};

struct ApplyOptions {
  LinkMode link_mode = LinkMode::automatic;
  /// What to do about a file in the way of a wheel's file that no RECORD lists. false: refuse,
  /// naming all of them, unless its content is the same. true: replace it, with a warning (as pip
  /// does).
  bool overwrite_unowned = false;
  /// What to do about a replaced distribution whose files are not known. false: refuse. true: its
  /// own entry goes, its files stay where no new ones take their place, with a warning.
  bool write_over = false;
  /// if two distributions have different content for one file: refuse instead of warning
  bool strict_collisions = false;
  /// The environment's: by them the needs of wheels are known. Of two wheels that have one file the
  /// file of the one that needs the other stays, as in pip, else that of the later name.
  pep::MarkerEnvironment markers = {};
  std::string installer = "pipit";  // content of INSTALLER
  /// The program that runs, called as pip: scripts of pip that are it stay as they are, and one
  /// line says so. "" : none is.
  std::string own_program = {};
  /// Wheels that this run unpacked are wanted by nobody else (StageOptions::take_fresh).
  bool take_fresh = false;
  /// Takes what was staged when the change is stopped. Null: it is removed at once.
  cache::Store* aside = nullptr;
  /// Tests: called before step n (from 0); its error counts as the step's own failure.
  std::function<Result<void>(std::size_t)> before_step;
};

struct Applied {
  std::size_t files = 0;  // linked, copied or written
  std::size_t steps = 0;
  /// files of removed distributions that were kept, as another distribution owns them
  std::vector<std::string> kept;
};

/// What is left of distributions without metadata goes with the installation of their project.
/// Checks everything, stages every wheel beside its destination, then renames the old entries away
/// and the new ones into place. On an error, or when stopped before the last rename, it restores
/// the old tree, modes and contents, and returns the error. It locks the site directory, so two
/// runs on one environment follow each other. Code::bad_wheel: a wheel that must not be installed;
/// Code::bad_environment: the environment cannot take it; Code::io (also for a changed file in the
/// cache: cache::is_unchanged says of which wheel), Code::no_space.
Result<Applied> apply(const Layout& layout, const Change& change, const ApplyOptions& options,
                      sched::Pool& pool, base::Events& events, std::stop_token stop);

}  // namespace pipit::env
