#include "cli/place.h"

#include "base/text.h"
#include "env/foreign.h"
#include "env/select.h"

namespace pipit::cli {
namespace {

Result<std::shared_ptr<const pep::Target>> target_of(const Context& context,
                                                     const env::Interpreter* interpreter) {
  const env::TargetOptions options = target_options(context.layers());
  if (!options.any() && interpreter)
    return std::make_shared<const pep::Target>(interpreter->target);
  PIPIT_TRY(pep::Target target, env::foreign_target(options, interpreter));
  return std::make_shared<const pep::Target>(std::move(target));
}

Result<env::Interpreter> interpreter_of(Context& context, const env::Selector& wanted,
                                        cache::Store& store) {
  return env::find_interpreter(wanted, env::Surroundings::of_process(), store, context.reporter,
                               context.stop);
}

Result<Place> target_directory_place(Context& context, const std::string& directory,
                                     cache::Store& store) {
  Place place;
  place.own_directory = true;
  env::Selector wanted = selector(context.layers(), context.settings.persona);
  wanted.fall_back_to_system = true;
  // With a Python version named, no Python is looked for or run at all.
  if (target_options(context.layers()).python_version.empty() || !wanted.python.empty()) {
    auto interpreter = interpreter_of(context, wanted, store);
    if (interpreter)
      place.interpreter = std::move(*interpreter);
    else if (!wanted.python.empty())
      return fail(std::move(interpreter.error()));
    else if (interpreter.error().code == Code::cancelled)
      return fail(std::move(interpreter.error()));
  }
  const env::Interpreter* interpreter = place.interpreter ? &*place.interpreter : nullptr;
  if (!interpreter && target_options(context.layers()).python_version.empty())
    context.reporter.note(cat("no Python was found: resolving for Python ", env::kDefaultPython));
  PIPIT_TRY(place.target, target_of(context, interpreter));
  place.layout =
      env::target_layout(base::absolute_path(directory), interpreter, place.target->python);
  return place;
}

Result<env::Layout> layout_of(const Context& context, const env::Interpreter& interpreter) {
  const Layers& layers = context.layers();
  if (const auto prefix = layers.value("prefix"))
    return env::prefix_layout(base::absolute_path(*prefix), interpreter);
  if (layers.flag("user")) return env::user_layout(interpreter);
  return env::environment_layout(interpreter);
}

}  // namespace

Result<Place> find_place(Context& context, cache::Store& store, bool changes) {
  const Layers& layers = context.layers();
  const auto root = layers.value("root");
  Place place;
  if (const auto directory = layers.value("target")) {
    PIPIT_TRY(place, target_directory_place(context, *directory, store));
  } else {
    env::Selector wanted = selector(layers, context.settings.persona);
    const bool elsewhere = layers.flag("prefix") || root.has_value();
    wanted.fall_back_to_system = elsewhere || !changes;
    PIPIT_TRY(place.interpreter, interpreter_of(context, wanted, store));
    PIPIT_TRY(place.layout, layout_of(context, *place.interpreter));
    if (changes && !elsewhere && !layers.flag("dry-run"))
      PIPIT_TRY(env::check_may_change(*place.interpreter, layers.flag("break-system-packages")));
    PIPIT_TRY(place.target, target_of(context, &*place.interpreter));
  }
  if (root) place.layout = env::with_root(std::move(place.layout), base::absolute_path(*root));
  return place;
}

Result<Place> find_resolution_place(Context& context, cache::Store& store) {
  Place place;
  env::Selector wanted = selector(context.layers(), context.settings.persona);
  wanted.fall_back_to_system = true;
  auto interpreter = interpreter_of(context, wanted, store);
  if (interpreter)
    place.interpreter = std::move(*interpreter);
  else if (!target_options(context.layers()).any() || !wanted.python.empty())
    return fail(std::move(interpreter.error()));
  PIPIT_TRY(place.target, target_of(context, place.interpreter ? &*place.interpreter : nullptr));
  return place;
}

std::shared_ptr<const pep::Target> target_with_python(const Context& context, const Place& place,
                                                      const std::string& version) {
  env::TargetOptions options = target_options(context.layers());
  options.python_version = version;
  auto target = env::foreign_target(options, place.interpreter ? &*place.interpreter : nullptr);
  return target ? std::make_shared<const pep::Target>(std::move(*target)) : nullptr;
}

}  // namespace pipit::cli
