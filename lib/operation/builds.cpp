// The builder is made for every run, as only the resolution finds out whether something has to be
// built.
#include "operation/builds.h"

#include "base/environ.h"
#include "base/file.h"
#include "base/path.h"
#include "build_frontend/front_end.h"

namespace pipit::operation {
namespace {

/// Where the logs of builds go: not into the cache, which a run without one takes with it.
std::string log_directory(const cache::Store& store) {
  const auto named = base::environment_variable("TMPDIR");
  for (const std::string& directory : {named.value_or(""), std::string("/tmp")})
    if (!directory.empty() && base::is_directory(directory)) return base::absolute_path(directory);
  return store.temporary() ? "" : store.directory();
}

/// Requirements that bind what builds require, nothing else.
Result<std::vector<resolve::UserRequirement>> read_build_constraints(
    const std::vector<std::string>& files, const FetchText& fetch, std::stop_token stop) {
  if (files.empty()) return std::vector<resolve::UserRequirement>();
  InputOptions options;
  options.constraint_files = files;
  PIPIT_TRY(Inputs inputs, read_inputs(options, fetch, std::move(stop)));
  return std::move(inputs.constraints);
}

}  // namespace

Result<std::shared_ptr<build_frontend::BuildLogs>> enable_builds(const Options& options,
                                                                 Session& session,
                                                                 const InstallTarget& target,
                                                                 const Inputs& inputs,
                                                                 const FetchText& fetch) {
  build_frontend::Options out;
  out.interpreter = target.interpreter;
  out.target = target.resolved_for;
  out.settings = options.build.settings;
  out.project_settings = inputs.config_settings;
  for (const auto& [project, settings] : options.build.project_settings)
    for (const auto& [key, values] : settings) out.project_settings[project][key] = values;
  out.no_isolation = options.build.no_isolation;
  out.no_isolation_of = options.build.no_isolation_of;
  PIPIT_TRY(out.constraints,
            read_build_constraints(options.build.constraint_files, fetch, session.stop));
  out.policy = options.resolution.policy;
  out.policy.preference = resolve::Preference::highest;  // --resolution is about what is asked for
  out.policy.binary.holds_for_direct = true;
  out.link_mode = options.install.link_mode;
  out.timeout_seconds = options.build.timeout_seconds;
  out.concurrent = options.build.concurrent;
  if (const std::string directory = log_directory(session.store); !directory.empty())
    out.logs = std::make_shared<build_frontend::BuildLogs>(directory);
  std::shared_ptr<build_frontend::BuildLogs> logs = out.logs;
  session.dists.set_builder(std::make_shared<build_frontend::FrontEnd>(
      std::move(out),
      build_frontend::BuildServices{session.catalog, session.dists, session.store, session.pool,
                                    session.graph, session.events, session.stop}));
  return logs;
}

}  // namespace pipit::operation
