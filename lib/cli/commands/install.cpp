// pipit install: requirements -> place -> resolution -> changed environment.
#include <optional>

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

Result<void> check_install_request(const Context& context, const operation::Inputs& inputs) {
  if (!inputs.locks.empty() && !(inputs.roots.empty() && inputs.built.empty()))
    return fail(
        Error{Code::usage, "install: a lock file cannot be combined with other requirements"}
            .with_hint("install the other packages in a second step"));
  const bool groups =
      !context.layers().values(opt("group")).empty() || context.layers().has(opt("all-groups"));
  if (!inputs.roots.empty() || !inputs.built.empty() || !inputs.files.empty() ||
      !inputs.locks.empty() || groups)
    return {};
  return fail(Error{Code::usage, "install: nothing to install"}.with_hint(
      cat("name a package, or a file with -r; see ",
          context.settings.invoked_as.pip ? "pip" : "pipit", " install --help")));
}

}  // namespace

Result<int> run_install(Context& context) {
  PIPIT_TRY(Task task, read_task(context));
  auto& [inputs, options] = task;
  PIPIT_TRY(check_install_request(context, inputs));
  const bool hash_mode = operation::hashes_required(options.resolution, inputs);
  operation::Session session(options, {hash_mode, !options.dry_run}, context.reporter,
                             context.stop);
  std::optional<operation::LateStart> early;
  if (inputs.locks.empty()) early.emplace(session, inputs);
  PIPIT_TRY(const operation::Place place,
            operation::find_place(
                options.target, options.dry_run ? operation::Use::rehearse : operation::Use::change,
                session.store, session.events, session.stop));
  early.reset();
  PIPIT_TRY(context.build_logs, operation::enable_builds(options, session, place, inputs,
                                                         fetch_for(context, options.network)));
  PIPIT_TRY(const auto installed, env::list_installed(place.layout, context.reporter));
  const std::int64_t started = base::now_us();
  if (!options.dry_run && !hash_mode)  // which refuses repositories
    PIPIT_TRY(operation::check_out_editables(options, session, place, inputs));
  PIPIT_TRY(resolve::Problem request,
            operation::make_request(options, session, place, inputs, hash_mode));
  operation::offer_installed(options, installed, request);

  PIPIT_TRY(const resolve::Resolution resolution,
            inputs.locks.empty() ? resolve::solve(request, session.catalog, session.dists,
                                                  context.reporter, context.stop)
                                 : operation::read_locks(options, session, place, inputs));
  if (hash_mode) {
    PIPIT_TRY(operation::check_answer_hashes(resolution));
  }
  context.reporter.say(cat("Resolved ", operation::counted(resolution.chosen.size(), "package"),
                           " in ", base::format_duration(base::now_us() - started)));
  PIPIT_TRY(const env::Plan plan,
            operation::change_environment(options, session, place, resolution, installed,
                                          operation::ChangeOptions{}));
  PIPIT_TRY(
      write_install_report(output_options(context.layers()), plan, resolution, *place.target));
  return 0;
}

}  // namespace pipit::cli
