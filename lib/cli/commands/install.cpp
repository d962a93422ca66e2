// pipit install: requirements -> target -> resolution -> changed environment.
#include "base/text.h"
#include "cli/report.h"
#include "cli/task.h"

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
  // What is asked for, and by which rules.
  PIPIT_TRY(Task task, read_task(context));
  PIPIT_TRY(check_install_request(context, task.inputs));

  // What that means here: the target, what is installed there, what has to be.
  operation::Differences differences;
  differences.changes_environment = true;
  differences.removes_others = context.layers().has(opt("exact"));
  differences.prefetch = operation::Differences::Prefetch::before_run;
  operation::Operation operation(std::move(task.options), std::move(task.inputs), differences,
                                 context.reporter, context.stop);
  PIPIT_TRY(resolve_task(context, operation));

  // From here on nothing is resolved: the environment is changed, wholly or not at all.
  PIPIT_TRY(const env::Plan plan, operation.change());

  // What was done.
  PIPIT_TRY(write_install_report(output_options(context.layers()), plan, operation.resolution(),
                                 *operation.target().resolved_for));
  return 0;
}

}  // namespace pipit::cli
