// Runs the hooks of one tree's build backend, each in a process of its own.
#pragma once
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/json.h"
#include "base/process.h"
#include "base/result.h"
#include "build_frontend/build_log.h"
#include "env/python/interpreter.h"
#include "pep/build_system.h"
#include "sched/gate.h"

namespace pipit::build_frontend {

/// Where the hooks run, and by which Python.
struct HookPlace {
  std::string tree, scratch;
  std::string shown;                // the project, for messages and spans
  std::shared_ptr<BuildLogs> logs;  // null: none
  int timeout_seconds = 0;
  std::vector<std::string> unset = {};  // variables that the hooks must not see
};

struct HookCall {
  std::string name;
  base::Json::Array arguments;
};
/// A string, an array of strings or null; nullopt: the backend has no such hook.
using HookAnswer = std::optional<base::Json>;

/// For one tree, one thread at a time. `gate` and `events` outlive it.
class Hooks {
 public:
  Hooks(HookPlace place, pep::BuildSystem system, sched::Gate& gate, base::Events& events);
  /// Sets the Python that runs them. Its environment's programs come first on PATH.
  void set_python(const env::Interpreter& python, bool isolated);
  const pep::BuildSystem& system() const { return system_; }

  /// Runs one hook, or a get_requires_for_build_* and then another one if all that the first asks
  /// for is among the texts `known`; returns one answer per hook that ran. Waits for a permit of
  /// the gate, and holds it while the process runs. Code::build_failed says what went wrong, with
  /// the end of the output and the log's path; Code::cancelled.
  Result<std::vector<HookAnswer>> call(const std::vector<HookCall>& hooks,
                                       const std::vector<std::string>& known, std::stop_token stop);
  /// An error about what a hook returned, with the same hints.
  Error failure(std::string_view what);

 private:
  Result<std::string> write_script();
  std::string order_text(const std::vector<HookCall>& hooks,
                         const std::vector<std::string>& known) const;
  std::string answer_path(std::size_t n) const;
  Result<std::vector<HookAnswer>> read_answers(const std::vector<HookCall>& hooks,
                                               const Result<base::Outcome>& outcome);
  Result<HookAnswer> read_answer(const std::string& hook, const std::string& path);

  HookPlace place_;
  pep::BuildSystem system_;
  sched::Gate& gate_;
  base::Events& events_;
  std::string python_, bytecode_;
  bool isolated_ = true;
  std::vector<std::string> environment_, unset_;
  BuildLog log_;
  std::string said_;  // the end of the last hook's output
  int calls_ = 0;
};

}  // namespace pipit::build_frontend
