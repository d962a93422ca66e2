// pipit wheel and pipit download: everything that was asked for and its dependencies in a folder,
// as wheels (sources built), or as the files that were published. What is installed somewhere does
// not count.
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/task.h"
#include "operation/collect.h"
#include "operation/totals.h"

namespace pipit::cli {
namespace {

/// What one of the two commands does.
struct Collecting {
  std::string_view command;
  std::string OutputOptions::* directory;
  bool as_published = false;
  std::string_view noun;
};

Result<void> check_request(const Context& context, const operation::Inputs& inputs,
                           std::string_view command) {
  const bool has_roots = !inputs.roots.empty() || !inputs.built.empty();
  if (!inputs.locks.empty() && has_roots)
    return fail(
        Error{Code::usage, cat(command, ": a lock file cannot be combined with other requirements")}
            .with_hint("take the other packages in a second step"));
  if (has_roots || !inputs.locks.empty() || !inputs.files.empty()) return {};
  return fail(Error{Code::usage, cat(command, ": nothing to collect")}.with_hint(
      cat("name a package, or a file with -r; see ",
          context.settings.invoked_as.pip ? "pip " : "pipit ", command, " --help")));
}

/// A wheelhouse holds no editable wheels: those point at this machine's folders.
void as_wheels(operation::Inputs& inputs) {
  for (resolve::UserRequirement& root : inputs.roots)
    if (root.source) root.source->editable = false;
}

std::string planned_line(const resolve::Chosen& chosen) {
  return cat(" + ", chosen.name, "==", chosen.version.str(),
             chosen.source ? cat(" (from ", distribution::shown_source(*chosen.source), ")") : "");
}

Result<int> collect(Context& context, const Collecting& what) {
  const std::int64_t started = base::now_us();
  // What is asked for.
  PIPIT_TRY(Task task, read_task(context));
  PIPIT_TRY(check_request(context, task.inputs, what.command));
  as_wheels(task.inputs);
  const OutputOptions output = output_options(context.layers());

  // Which files that means.
  operation::Operation operation(std::move(task.options), std::move(task.inputs), {},
                                 context.reporter, context.stop);
  PIPIT_TRY(resolve_task(context, operation));

  // From here on nothing is resolved: the files are fetched, or built.
  const resolve::Resolution& resolution = operation.resolution();
  const bool dry_run = operation.options().dry_run;
  std::vector<std::string> paths;
  if (dry_run) {
    for (const resolve::Chosen& chosen : resolution.chosen)
      context.reporter.say(planned_line(chosen));
    context.reporter.say(cat("Would save ", base::counted(resolution.chosen.size(), what.noun)));
  } else {
    const std::string& directory = output.*what.directory;
    PIPIT_TRY(base::make_directories(directory));
    PIPIT_TRY(paths, operation::collect_files(operation.session(), resolution, directory,
                                              what.as_published));
    std::vector<index::FilePtr> files;
    for (const resolve::Chosen& chosen : resolution.chosen) files.push_back(chosen.file);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      context.reporter.say(cat(" + ", base::relative_path(base::absolute_path("."), paths[i])));
      context.reporter.note(operation::origin_line(resolution.chosen[i],
                                                   operation.session().dists.obtained(*files[i])));
    }
    context.reporter.say(
        cat("Saved ", base::counted(paths.size(), what.noun), " in ",
            base::format_duration(base::now_us() - started),
            operation::shown_totals(operation::totals_of(operation.session(), files))));
  }
  if (output.json) PIPIT_TRY(write_stdout(collection_json(resolution, paths, dry_run)));
  return 0;
}

}  // namespace

Result<int> run_wheel(Context& context) {
  return collect(context, {"wheel", &OutputOptions::wheel_directory, false, "wheel"});
}

Result<int> run_download(Context& context) {
  return collect(context, {"download", &OutputOptions::download_directory, true, "file"});
}

}  // namespace pipit::cli
