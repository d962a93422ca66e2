// Finding the Python and the folders that options name; what a platform named with them changes of
// the target.
#include "operation/install_target.h"

#include "base/path.h"
#include "base/shell_words.h"
#include "base/text.h"
#include "env/python/foreign.h"
#include "env/python/select.h"

namespace pipit::operation {
namespace {

/// What a command needs of the environment that is found.
enum class Need { change, look, nothing };

/// As it would be typed.
std::optional<std::string> nearby_for_hint() {
  const auto around = env::ProcessEnvironment::current();
  const auto found = env::environment_nearby(around);
  if (!found) return std::nullopt;
  const std::string relative = base::relative_path(around.directory, *found);
  return base::shell_word(relative.starts_with("..") ? *found : relative);
}

class TargetFinder {
 public:
  TargetFinder(const TargetOptions& options, Use use, cache::Store& store, base::Events& events,
               std::stop_token stop)
      : options_(options),
        needs_virtual_(use != Use::look && !options.requires_virtual.empty()),
        store_(store),
        events_(events),
        stop_(std::move(stop)) {}

  /// pip's --require-virtualenv, in the commands in which pip heeds it.
  Result<void> check_virtual(const InstallTarget& target) const {
    const auto& interpreter = target.interpreter;
    if (!needs_virtual_ || (interpreter && interpreter->is_virtual)) return {};
    return fail(not_virtual(interpreter ? cat(interpreter->executable, " is in none")
                                        : std::string("none was looked for")));
  }

  Result<env::Interpreter> interpreter(Need need) {
    env::Selector wanted = options_.python;
    wanted.fall_back_to_system = need != Need::change;
    wanted.needs_no_environment = need == Need::nothing;
    auto found =
        env::find_interpreter(wanted, env::ProcessEnvironment::current(), store_, events_, stop_);
    // What cannot be found is no virtual environment.
    if (!found && found.error().code == Code::bad_environment && needs_virtual_)
      return fail(not_virtual(found.error().message));
    return found;
  }

  Result<std::shared_ptr<const pep::Target>> target_of(
      const std::optional<env::Interpreter>& interpreter) const {
    if (!options_.foreign.any() && interpreter)
      return std::make_shared<const pep::Target>(interpreter->target);
    PIPIT_TRY(pep::Target foreign, env::foreign_target(options_.foreign, address_of(interpreter)));
    for (const std::string& name : options_.foreign.platforms) warn_of_bare_linux(name);
    return std::make_shared<const pep::Target>(std::move(foreign));
  }

  /// "linux_aarch64" is a wheel's tag, but hardly a wheel has it.
  void warn_of_bare_linux(std::string_view platform) const {
    if (!platform.starts_with("linux_")) return;
    const std::string_view machine = platform.substr(6);
    const bool has_triple = machine == "x86_64" || machine == "aarch64";
    events_.warn(
        cat("--python-platform ", platform, ": takes no manylinux wheels; ",
            has_triple ? cat(machine, "-unknown-linux-gnu") : cat("manylinux_2_28_", machine),
            " does"));
  }

  /// --target: the folder, for the Python that is found, if it is needed.
  Result<InstallTarget> directory() {
    InstallTarget target;
    const bool is_version_open = options_.foreign.python_version.empty();
    const bool is_python_named = !options_.python.python.empty();
    // With a Python version named, no Python is looked for or run at all.
    if (is_version_open || is_python_named) {
      auto found = interpreter(Need::nothing);
      if (found)
        target.interpreter = std::move(*found);
      else if (is_python_named || found.error().code == Code::cancelled)
        return fail(std::move(found.error()));
    }
    PIPIT_TRY(target.resolved_for, target_of(target.interpreter));
    target.layout = env::target_layout(base::absolute_path(*options_.directory),
                                       address_of(target.interpreter), target.resolved_for->python);
    return target;
  }

  Result<env::Layout> layout_of(const env::Interpreter& found) const {
    if (options_.prefix) return env::prefix_layout(base::absolute_path(*options_.prefix), found);
    if (options_.user) return env::user_layout(found);
    return env::environment_layout(found);
  }

 private:
  Error not_virtual(const std::string& why) const {
    return Error{Code::not_virtual,
                 cat(options_.requires_virtual, ": a virtual environment is required, but ", why)}
        .with_hint("make one with `pipit venv`, or name one with --python");
  }

  static const env::Interpreter* address_of(const std::optional<env::Interpreter>& interpreter) {
    return interpreter ? &*interpreter : nullptr;
  }

  const TargetOptions& options_;
  const bool needs_virtual_;
  cache::Store& store_;
  base::Events& events_;
  const std::stop_token stop_;
};

/// What only resolves needs no Python of the version that is meant.
Error with_version_hint(Error error, const TargetOptions& options) {
  const std::string& version = options.python.python;
  if (error.code == Code::bad_environment && !options.foreign.any() &&
      env::is_python_version(version))
    error.with_hint(cat("--python-version ", version, " resolves for it without having it"));
  return error;
}

}  // namespace

Result<InstallTarget> find_target(const TargetOptions& options, Use use, cache::Store& store,
                                  base::Events& events, std::stop_token stop) {
  TargetFinder finder(options, use, store, events, std::move(stop));
  InstallTarget target;
  if (options.directory) {
    PIPIT_TRY(target, finder.directory());
    PIPIT_TRY(finder.check_virtual(target));
  } else {
    const bool elsewhere = options.prefix || options.root;
    const Need need = elsewhere ? Need::nothing : use == Use::look ? Need::look : Need::change;
    PIPIT_TRY(target.interpreter, finder.interpreter(need));
    PIPIT_TRY(finder.check_virtual(target));
    PIPIT_TRY(target.layout, finder.layout_of(*target.interpreter));
    if (use == Use::change && !elsewhere)
      PIPIT_TRY(env::check_may_change(*target.interpreter, options.break_system_packages,
                                      nearby_for_hint()));
    PIPIT_TRY(target.resolved_for, finder.target_of(target.interpreter));
  }
  if (options.root)
    target.layout = env::with_root(std::move(target.layout), base::absolute_path(*options.root));
  return target;
}

Result<void> check_resolved_for(const TargetOptions& options, const InstallTarget& target, Use use,
                                base::Events& events) {
  if (options.directory) {
    if (!target.interpreter && options.foreign.python_version.empty())
      events.say(cat("No Python was found: resolving for Python ", env::kDefaultPython,
                     " (--python-version names another)"));
    return {};
  }
  if (!options.foreign.any() || use != Use::change) return {};
  if (options.foreign_only_in_directory)
    return fail(Error{Code::bad_environment,
                      "--python-version, --platform, --implementation and --abi can be used only "
                      "with --target or --dry-run"}
                    .with_hint("to install for another Python or system: --target DIR"));
  const std::string other = env::foreign_part(*target.resolved_for, *target.interpreter);
  if (!other.empty())
    events.warn(cat(target.layout.prefix, ": has Python ",
                    target.interpreter->target.markers.python_version,
                    ", and what is installed there is for ", other, ": it may not run"));
  return {};
}

Result<InstallTarget> find_resolution_target(const TargetOptions& options, cache::Store& store,
                                             base::Events& events, std::stop_token stop) {
  TargetFinder finder(options, Use::rehearse, store, events, std::move(stop));
  InstallTarget target;
  auto found = finder.interpreter(Need::nothing);
  if (found)
    target.interpreter = std::move(*found);
  else if (!options.foreign.any() || !options.python.python.empty())
    return fail(with_version_hint(std::move(found.error()), options));
  PIPIT_TRY(target.resolved_for, finder.target_of(target.interpreter));
  PIPIT_TRY(finder.check_virtual(target));
  return target;
}

std::shared_ptr<const pep::Target> target_with_python(const TargetOptions& options,
                                                      const InstallTarget& target,
                                                      const std::string& version) {
  env::TargetOptions foreign = options.foreign;
  foreign.python_version = version;
  auto other = env::foreign_target(foreign, target.interpreter ? &*target.interpreter : nullptr);
  return other ? std::make_shared<const pep::Target>(std::move(*other)) : nullptr;
}

}  // namespace pipit::operation
