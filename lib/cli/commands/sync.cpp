// pipit sync: make the environment what pinned files say, no more and no less.
#include "base/text.h"
#include "cli/report.h"
#include "cli/task.h"
#include "operation/builds.h"
#include "operation/change.h"
#include "operation/checkout.h"
#include "operation/hash_mode.h"
#include "operation/locks.h"
#include "operation/request.h"
#include "resolve/resolver.h"

namespace pipit::cli {
namespace {

Result<void> check_not_empty(const Context& context, bool empty) {
  if (!empty || context.layers().has(opt("allow-empty-requirements"))) return {};
  return fail(Error{Code::parse, "sync: no requirements in the files given"}.with_hint(
      "--allow-empty-requirements empties the environment"));
}

Result<void> check_pinned(const operation::Inputs& inputs) {
  for (const resolve::UserRequirement& wanted : inputs.roots)
    if (!wanted.source && !wanted.requirement.specifier.is_pinned())
      return fail(Error{
          Code::parse,
          cat(wanted.requirement.str(), wanted.origin.empty() ? "" : cat(" (", wanted.origin, ")"),
              ": not pinned with =="),
          {"pipit compile writes pinned files"}});
  return {};
}

Result<void> check_sync_place(const operation::TargetOptions& options,
                              const operation::Place& place) {
  if (!place.interpreter || place.interpreter->is_virtual || place.interpreter->is_conda) return {};
  if (options.is_named) return {};
  return fail(
      Error{Code::environment, cat(place.interpreter->prefix, ": not a virtual environment")}
          .with_hint("sync removes what is not listed; --system allows it here"));
}

}  // namespace

Result<int> run_sync(Context& context) {
  PIPIT_TRY(Task task, read_task_of_files(context, "sync"));
  auto& [inputs, options] = task;
  if (inputs.locks.empty()) PIPIT_TRY(check_not_empty(context, inputs.roots.empty()));
  if (!inputs.locks.empty() && !inputs.roots.empty())
    return fail(Code::usage, "sync: a lock file cannot be combined with other requirements");
  PIPIT_TRY(check_pinned(inputs));
  const bool hash_mode = operation::hashes_required(options.resolution, inputs);
  operation::Session session(options, {hash_mode, !options.dry_run}, context.reporter,
                             context.stop);
  if (inputs.locks.empty()) session.catalog.warm();
  PIPIT_TRY(const operation::Place place,
            operation::find_place(
                options.target, options.dry_run ? operation::Use::rehearse : operation::Use::change,
                session.store, session.events, session.stop));
  PIPIT_TRY(check_sync_place(options.target, place));
  PIPIT_TRY(context.build_logs, operation::enable_builds(options, session, place, inputs,
                                                         fetch_for(context, options.network)));
  PIPIT_TRY(const auto installed, env::list_installed(place.layout, context.reporter));
  const std::int64_t started = base::now_us();
  if (!options.dry_run && !hash_mode)  // which refuses repositories
    PIPIT_TRY(operation::check_out_editables(options, session, place, inputs));
  PIPIT_TRY(resolve::Problem request,
            operation::make_request(options, session, place, inputs, hash_mode));
  request.no_deps = true;
  operation::offer_installed(options, installed, request);

  for (const resolve::UserRequirement& wanted : request.roots)
    if (!wanted.source && !request.present.contains(wanted.requirement.name))
      session.catalog.request(wanted.requirement.name, sched::Want::soon);
  PIPIT_TRY(const resolve::Resolution resolution,
            inputs.locks.empty() ? resolve::solve(request, session.catalog, session.dists,
                                                  context.reporter, context.stop)
                                 : operation::read_locks(options, session, place, inputs));
  PIPIT_TRY(check_not_empty(context, resolution.chosen.empty()));
  if (hash_mode) {
    PIPIT_TRY(operation::check_answer_hashes(resolution));
  }
  context.reporter.say(cat("Resolved ", operation::counted(resolution.chosen.size(), "package"),
                           " in ", base::format_duration(base::now_us() - started)));
  operation::ChangeOptions change{true, {}};
  if (place.interpreter && !place.interpreter->made_by_pipit)
    change.keep = {"pip", "setuptools", "wheel"};
  PIPIT_TRY(const env::Plan plan,
            operation::change_environment(options, session, place, resolution, installed, change));
  PIPIT_TRY(
      write_install_report(output_options(context.layers()), plan, resolution, *place.target));
  return 0;
}

}  // namespace pipit::cli
