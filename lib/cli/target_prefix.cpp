// Mostly a path tells the environment: that of pyvenv.cfg, else the folder above the interpreter's.
// A version ("3.12") can mean several interpreters, and a version manager's shim any: they are run
// only when one of those that can be meant has a configuration file.
#include "cli/target_prefix.h"

#include "base/path.h"
#include "cache/store.h"
#include "cli/configuration.h"
#include "env/python/select.h"

namespace pipit::cli {
namespace {

/// As the command will choose it; what is found is kept in the cache for then.
std::string prefix_by_running(const env::Selector& wanted, const Layers& layers,
                              std::stop_token stop) {
  base::NoEvents events;
  cache::Store store(optional_cache(layers), events);
  const auto found = env::find_interpreter(wanted, env::ProcessEnvironment::current(), store,
                                           events, std::move(stop));
  return found ? found->prefix : "";
}

}  // namespace

std::string target_prefix(const Layers& layers, const InvokedAs& invoked_as, std::stop_token stop) {
  env::Selector wanted = target_options(layers, invoked_as).python;
  wanted.fall_back_to_system = true;
  const auto candidates = env::select_candidates(wanted, env::ProcessEnvironment::current());
  if (!candidates || candidates->empty()) return "";
  bool matters = false, is_open = candidates->size() > 1;
  std::string prefix;
  for (const env::Selected& one : *candidates) {
    const auto told = env::prefix_told_by_path(one.executable);
    prefix = told.value_or("");
    is_open = is_open || !told;
    matters = matters || !told || has_configuration(*told);
  }
  if (!matters) return "";
  return is_open ? prefix_by_running(wanted, layers, std::move(stop)) : prefix;
}

}  // namespace pipit::cli
