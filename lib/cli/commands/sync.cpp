// pipit sync: make the environment what pinned files list, no more and no less.
#include "base/text.h"
#include "cli/prompt.h"
#include "cli/report.h"
#include "cli/task.h"

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
      return fail(Error{Code::parse, cat(wanted.requirement.str(),
                                         wanted.origin.empty() ? "" : cat(" (", wanted.origin, ")"),
                                         ": not pinned with ==")}
                      .with_hint("pipit compile writes pinned files"));
  return {};
}

Result<void> check_sync_request(const Context& context, const operation::Inputs& inputs) {
  if (!inputs.locks.empty() && !inputs.roots.empty())
    return fail(Code::usage, "sync: a lock file cannot be combined with other requirements");
  if (inputs.locks.empty()) PIPIT_TRY(check_not_empty(context, inputs.roots.empty()));
  return check_pinned(inputs);
}

/// --ask: what is going to be done, and whether it shall be.
operation::Confirm confirmation(Context& context) {
  if (!context.layers().has(opt("ask"))) return nullptr;
  return [&context](const std::string& lines) -> Result<bool> {
    PIPIT_TRY(const bool answer,
              ask(context, cat(lines, "\nMake these changes?"),
                  {Code::usage, "sync --ask: nobody answered, so nothing was changed"}));
    if (!answer) context.reporter.say("Nothing was changed");
    return answer;
  };
}

}  // namespace

Result<int> run_sync(Context& context) {
  // What is to be there.
  PIPIT_TRY(Task task, read_task_of_files(context, "sync"));
  PIPIT_TRY(check_sync_request(context, task.inputs));

  // What that means here. Most of it is there already as a rule, so no page is asked for before it
  // is known what is missing.
  operation::Differences differences;
  differences.changes_environment = differences.exact = true;
  differences.prefetch = operation::Differences::Prefetch::none;
  differences.asks_first = context.layers().has(opt("ask"));
  operation::Operation operation(std::move(task.options), std::move(task.inputs), differences,
                                 context.reporter, context.stop);
  PIPIT_TRY(resolve_task(context, operation));
  // Of a lock nothing may be for this platform.
  PIPIT_TRY(check_not_empty(context, operation.resolution().chosen.empty()));

  // From here on nothing is resolved: the environment is changed, wholly or not at all.
  PIPIT_TRY(const env::Plan plan, operation.change(confirmation(context)));

  // What was done.
  PIPIT_TRY(write_install_report(output_options(context.layers()), plan, operation.resolution(),
                                 *operation.target().resolved_for));
  return 0;
}

}  // namespace pipit::cli
