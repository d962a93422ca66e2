// Where a command works: the interpreter (if one is needed), the layout to install into, the target
// to resolve for.
#pragma once
#include <memory>
#include <optional>

#include "cache/store.h"
#include "cli/command.h"
#include "env/interpreter.h"
#include "env/layout.h"
#include "pep/target.h"

namespace pipit::cli {

struct Place {
  std::optional<env::Interpreter> interpreter;
  env::Layout layout;  // meaningless for compile
  std::shared_ptr<const pep::Target> target;
  bool own_directory = false;  // --target: nothing installed elsewhere counts
};

/// For install, sync, uninstall, list, freeze. `changes`: PEP 668 applies.
Result<Place> find_place(Context& context, cache::Store& store, bool changes);
/// For compile: any Python will do, and none is needed when version and platform are named.
Result<Place> find_resolution_place(Context& context, cache::Store& store);

/// The place's target with another Python ("3.12"); null when that cannot be.
std::shared_ptr<const pep::Target> target_with_python(const Context& context, const Place& place,
                                                      const std::string& version);

}  // namespace pipit::cli
