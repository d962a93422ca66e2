// An environment costs as much as linking the files of its wheels: making it runs no Python, and
// the wheels are already unpacked in the cache.
#include "build_frontend/environment.h"

#include "base/text.h"
#include "env/apply.h"
#include "env/layout.h"
#include "env/python/venv.h"

namespace pipit::build_frontend {

Result<Environment> Environment::create(const std::string& directory, const env::Interpreter& base,
                                        BuildRequirements& requirements, const Options& options,
                                        const BuildServices& services) {
  env::VenvOptions venv;
  venv.directory = directory;
  PIPIT_TRY(env::Interpreter python, env::create_venv(venv, base));
  return Environment(std::move(python), requirements, options, services);
}

/// Whether what is installed surely meets the requirements: of one with a URL or extras that is not
/// known.
bool Environment::are_met(const std::vector<pep::Requirement>& requirements) const {
  for (const pep::Requirement& one : requirements) {
    if (!one.marker.evaluate(python_.target.markers)) continue;
    const auto there = installed_.find(one.name);
    if (there == installed_.end() || one.url || !one.extras.empty() ||
        !one.specifier.contains(there->second))
      return false;
  }
  return true;
}

Result<void> Environment::provide(const std::vector<pep::Requirement>& requirements,
                                  std::stop_token stop) {
  if (are_met(requirements)) return {};
  std::vector<pep::Requirement>& part = resolution_ ? more_ : first_;
  part.insert(part.end(), requirements.begin(), requirements.end());
  PIPIT_TRY(resolution_, requirements_->resolve(first_, more_, resolution_, stop));
  return install(*resolution_, stop);
}

Result<void> Environment::install(const resolve::Resolution& resolution, std::stop_token stop) {
  std::vector<const resolve::Chosen*> missing;
  for (const resolve::Chosen& chosen : resolution.chosen) {
    const auto there = installed_.find(chosen.name);
    if (there != installed_.end() && there->second == chosen.version) continue;
    services_->dists.request_wheel(chosen.file, {}, sched::Priority::blocking);
    missing.push_back(&chosen);
  }
  const auto gather = [&]() -> Result<env::Change> {
    env::Change change;
    for (const resolve::Chosen* chosen : missing) {
      PIPIT_TRY(cache::WheelPtr wheel, services_->dists.wheel(chosen->file, {}, stop));
      // Editing a file that shares its bytes with the cache damages the cache.
      if (!cache::is_unchanged(*wheel)) {
        PIPIT_TRY(wheel, services_->dists.wheel_anew(chosen->file, {}, *wheel, stop));
      }
      change.add.push_back({std::move(wheel), std::nullopt, false, chosen->extras});
    }
    return change;
  };
  PIPIT_TRY(const env::Change change, gather());
  env::ApplyOptions apply;
  apply.link_mode = options_->link_mode;
  apply.markers = python_.target.markers;
  apply.aside = &services_->store;
  PIPIT_TRY(env::apply(env::environment_layout(python_), change, apply, services_->pool,
                       services_->events, std::move(stop)));
  for (const env::Addition& addition : change.add) {
    wheels_.push_back(addition.wheel);
    bytecode_.restore(*addition.wheel);
  }
  for (const resolve::Chosen* chosen : missing)
    installed_.insert_or_assign(chosen->name, chosen->version);
  return {};
}

void Environment::keep_bytecode() {
  for (const cache::WheelPtr& wheel : wheels_) bytecode_.keep(*wheel);
}

}  // namespace pipit::build_frontend
