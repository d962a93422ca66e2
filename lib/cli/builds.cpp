#include "cli/builds.h"

#include "base/file.h"
#include "base/text.h"
#include "build/front_end.h"
#include "cli/request.h"
#include "pep/name.h"

namespace pipit::cli {
namespace {

/// Where the logs of builds go: not into the cache, which a run without one takes with it.
std::string log_directory(const cache::Store& store) {
  const auto named = base::environment("TMPDIR");
  for (const std::string& directory : {named.value_or(""), std::string("/tmp")})
    if (!directory.empty() && base::is_directory(directory)) return base::absolute_path(directory);
  return store.temporary() ? "" : store.directory();
}

using ByProject = std::map<std::string, build::ConfigSettings>;

/// "NAME:KEY=VALUE". Names hold no colon.
Result<void> add_package_setting(std::string_view text, ByProject& settings) {
  constexpr std::string_view kOption = "config-settings-package";
  const auto parts = base::split_once(text, ':');
  if (!parts || !pep::is_valid_name(parts->first))
    return fail(Code::usage,
                cat("--", kOption, " ", base::printable(text), ": not NAME:KEY=VALUE"));
  return add_config_setting(kOption, parts->second, settings[pep::normalize_name(parts->first)]);
}

Result<void> read_config_settings(const Layers& layers, const Inputs& inputs,
                                  build::Options& options) {
  options.project_settings = inputs.config_settings;
  for (const std::string& text : layers.values("config-settings"))
    PIPIT_TRY(add_config_setting("config-settings", text, options.settings));
  ByProject typed;
  for (const std::string& text : layers.values("config-settings-package"))
    PIPIT_TRY(add_package_setting(text, typed));
  for (const auto& [project, settings] : typed)
    for (const auto& [key, values] : settings) options.project_settings[project][key] = values;
  return {};
}

Result<void> read_isolation(const Layers& layers, build::Options& options) {
  options.no_isolation = layers.flag("no-build-isolation");
  for (const std::string& value : layers.values("no-build-isolation-package"))
    for (const std::string_view piece : base::split(value, ',')) {
      const std::string_view name = base::trim(piece);
      if (!pep::is_valid_name(name))
        return fail(Code::usage, cat("--no-build-isolation-package ", base::printable(value),
                                     ": not the name of a package"));
      options.no_isolation_of.insert(pep::normalize_name(name));
    }
  return {};
}

}  // namespace

Result<void> add_config_setting(std::string_view option, std::string_view text,
                                build::ConfigSettings& settings) {
  const auto pair = base::split_once(text, '=');
  if (!pair || pair->first.empty())
    return fail(Code::usage, cat("--", option, " ", base::printable(text), ": not KEY=VALUE"));
  settings[std::string(pair->first)].emplace_back(pair->second);
  return {};
}

Result<void> enable_builds(Context& context, Session& session, const Place& place,
                           const Inputs& inputs) {
  const Layers& layers = context.layers();
  build::Options options;
  options.interpreter = place.interpreter;
  options.target = place.target;
  PIPIT_TRY(read_config_settings(layers, inputs, options));
  PIPIT_TRY(read_isolation(layers, options));
  PIPIT_TRY(options.constraints, read_build_constraints(context));
  PIPIT_TRY(options.policy, resolve_policy(layers, context.settings.persona));
  options.policy.preference = resolve::Preference::highest;  // --resolution is about what is asked
  PIPIT_TRY(options.link_mode, link_mode(layers));
  PIPIT_TRY(options.timeout_seconds, build_timeout(layers));
  options.concurrent = session.builds;
  if (const std::string directory = log_directory(session.store); !directory.empty())
    options.logs = context.build_logs = std::make_shared<build::BuildLogs>(directory);
  session.dists.set_builder(std::make_shared<build::FrontEnd>(
      std::move(options), build::Ground{session.catalog, session.dists, session.store, session.pool,
                                        session.graph, context.reporter, context.stop}));
  return {};
}

}  // namespace pipit::cli
