// Finding the Python and the folders that options name; what a platform named with them changes of
// the target.
#include "operation/install_target.h"

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "env/foreign.h"
#include "env/select.h"

namespace pipit::operation {
namespace {

class PlaceFinder {
 public:
  PlaceFinder(const TargetOptions& options, cache::Store& store, base::Events& events,
              std::stop_token stop)
      : options_(options), store_(store), events_(events), stop_(std::move(stop)) {}

  Result<env::Interpreter> interpreter(bool fall_back_to_system) {
    env::Selector wanted = options_.python;
    wanted.fall_back_to_system = fall_back_to_system;
    return env::find_interpreter(wanted, env::ProcessEnvironment::current(), store_, events_,
                                 stop_);
  }

  Result<std::shared_ptr<const pep::Target>> target_of(
      const std::optional<env::Interpreter>& interpreter) const {
    if (!options_.foreign.any() && interpreter)
      return std::make_shared<const pep::Target>(interpreter->target);
    PIPIT_TRY(pep::Target target, env::foreign_target(options_.foreign, address_of(interpreter)));
    return std::make_shared<const pep::Target>(std::move(target));
  }

  /// --target: the folder, for the Python that is found, if it is needed.
  Result<Place> directory() {
    Place place;
    const bool is_version_open = options_.foreign.python_version.empty();
    const bool is_python_named = !options_.python.python.empty();
    // With a Python version named, no Python is looked for or run at all.
    if (is_version_open || is_python_named) {
      auto found = interpreter(true);
      if (found)
        place.interpreter = std::move(*found);
      else if (is_python_named || found.error().code == Code::cancelled)
        return fail(std::move(found.error()));
    }
    if (!place.interpreter && is_version_open)
      events_.note(cat("no Python was found: resolving for Python ", env::kDefaultPython));
    PIPIT_TRY(place.target, target_of(place.interpreter));
    place.layout = env::target_layout(base::absolute_path(*options_.directory),
                                      address_of(place.interpreter), place.target->python);
    return place;
  }

  Result<env::Layout> layout_of(const env::Interpreter& found) const {
    if (options_.prefix) return env::prefix_layout(base::absolute_path(*options_.prefix), found);
    if (options_.user) return env::user_layout(found);
    return env::environment_layout(found);
  }

 private:
  static const env::Interpreter* address_of(const std::optional<env::Interpreter>& interpreter) {
    return interpreter ? &*interpreter : nullptr;
  }

  const TargetOptions& options_;
  cache::Store& store_;
  base::Events& events_;
  const std::stop_token stop_;
};

}  // namespace

Result<Place> find_place(const TargetOptions& options, Use use, cache::Store& store,
                         base::Events& events, std::stop_token stop) {
  PlaceFinder finder(options, store, events, std::move(stop));
  Place place;
  if (options.directory) {
    PIPIT_TRY(place, finder.directory());
  } else {
    const bool elsewhere = options.prefix || options.root;
    PIPIT_TRY(place.interpreter, finder.interpreter(elsewhere || use == Use::look));
    PIPIT_TRY(place.layout, finder.layout_of(*place.interpreter));
    if (use == Use::change && !elsewhere)
      PIPIT_TRY(env::check_may_change(*place.interpreter, options.break_system_packages));
    PIPIT_TRY(place.target, finder.target_of(place.interpreter));
  }
  if (options.root)
    place.layout = env::with_root(std::move(place.layout), base::absolute_path(*options.root));
  return place;
}

Result<Place> find_resolution_place(const TargetOptions& options, cache::Store& store,
                                    base::Events& events, std::stop_token stop) {
  PlaceFinder finder(options, store, events, std::move(stop));
  Place place;
  auto found = finder.interpreter(true);
  if (found)
    place.interpreter = std::move(*found);
  else if (!options.foreign.any() || !options.python.python.empty())
    return fail(std::move(found.error()));
  PIPIT_TRY(place.target, finder.target_of(place.interpreter));
  return place;
}

std::shared_ptr<const pep::Target> target_with_python(const TargetOptions& options,
                                                      const Place& place,
                                                      const std::string& version) {
  env::TargetOptions foreign = options.foreign;
  foreign.python_version = version;
  auto target = env::foreign_target(foreign, place.interpreter ? &*place.interpreter : nullptr);
  return target ? std::make_shared<const pep::Target>(std::move(*target)) : nullptr;
}

}  // namespace pipit::operation
