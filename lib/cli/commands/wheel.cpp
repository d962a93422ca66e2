// pipit wheel and pipit download: everything that was asked for and what it needs in a folder, as
// wheels (sources built), or as the files that were published. What is installed somewhere does not
// count.
#include <algorithm>
#include <atomic>
#include <thread>

#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "base/thread.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/task.h"
#include "operation/builds.h"
#include "operation/change.h"
#include "operation/hash_mode.h"
#include "operation/locks.h"
#include "operation/request.h"
#include "resolve/resolver.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kMaxWorkers = 32;

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

/// Every file of the resolution into the folder, several at once; the first failure in the order of
/// names is the one that is reported, when all are done.
class Collector {
 public:
  Collector(operation::Session& session, const resolve::Resolution& resolution,
            const std::string& directory, bool as_published, std::stop_token stop)
      : session_(session),
        chosen_(resolution.chosen),
        as_published_(as_published),
        directory_(directory),
        stop_(std::move(stop)),
        paths_(chosen_.size(), std::string()) {}

  Result<std::vector<std::string>> run() {
    std::vector<std::jthread> workers;
    std::jthread worker;
    while (workers.size() + 1 < std::min(chosen_.size(), kMaxWorkers) &&
           base::start_thread(worker, [this](std::stop_token) { work(); }))
      workers.push_back(std::move(worker));
    work();
    workers.clear();
    std::vector<std::string> paths;
    for (Result<std::string>& path : paths_) {
      if (!path) return fail(std::move(path.error()));
      paths.push_back(std::move(*path));
    }
    return paths;
  }

 private:
  void work() {
    for (std::size_t i = next_++; i < chosen_.size(); i = next_++) {
      paths_[i] = collect(chosen_[i]);
    }
  }

  /// Folders and repositories are no files: they are built.
  Result<std::string> collect(const resolve::Chosen& one) {
    if (!one.file) return fail(Code::internal, cat(one.name, ": nothing to collect"));
    const dist::Expected expected{one.hashes, one.locked_size};
    if (as_published_ && (!one.source || one.source->is_file()))
      return session_.dists.published_file(one.file, expected, directory_, stop_);
    return session_.dists.wheel_file(one.file, expected, directory_, stop_);
  }

  operation::Session& session_;
  const std::vector<resolve::Chosen>& chosen_;
  const bool as_published_;
  const std::string& directory_;
  const std::stop_token stop_;
  std::vector<Result<std::string>> paths_;
  std::atomic<std::size_t> next_{0};
};

Result<int> collect_files(Context& context, const Collecting& what) {
  PIPIT_TRY(Task task, read_task(context));
  auto& [inputs, options] = task;
  PIPIT_TRY(check_request(context, inputs, what.command));
  as_wheels(inputs);
  const OutputOptions output = output_options(context.layers());
  const bool hash_mode = operation::hashes_required(options.resolution, inputs);
  operation::Session session(options, {hash_mode, false}, context.reporter, context.stop);
  if (inputs.locks.empty()) operation::start_early(session, inputs);
  PIPIT_TRY(const operation::Place place,
            operation::find_resolution_place(options.target, session.store, session.events,
                                             session.stop));
  PIPIT_TRY(context.build_logs, operation::enable_builds(options, session, place, inputs,
                                                         fetch_for(context, options.network)));
  std::int64_t started = base::now_us();
  PIPIT_TRY(resolve::Problem request,
            operation::make_request(options, session, place, inputs, hash_mode));
  PIPIT_TRY(const resolve::Resolution resolution,
            inputs.locks.empty() ? resolve::solve(request, session.catalog, session.dists,
                                                  context.reporter, context.stop)
                                 : operation::read_locks(options, session, place, inputs));
  if (hash_mode) PIPIT_TRY(operation::check_answer_hashes(resolution));
  context.reporter.say(cat("Resolved ", operation::counted(resolution.chosen.size(), "package"),
                           " in ", base::format_duration(base::now_us() - started)));
  std::vector<std::string> paths;
  if (!options.dry_run) {
    const std::string& directory = output.*what.directory;
    PIPIT_TRY(base::make_directories(directory));
    started = base::now_us();
    PIPIT_TRY(paths,
              Collector(session, resolution, directory, what.as_published, context.stop).run());
    context.reporter.say(cat("Saved ", operation::counted(paths.size(), what.noun), " in ",
                             base::format_duration(base::now_us() - started)));
    for (const std::string& path : paths)
      context.reporter.say(cat(" + ", base::relative_path(base::absolute_path("."), path)));
  }
  if (output.json) PIPIT_TRY(write_stdout(collection_json(resolution, paths, options.dry_run)));
  return 0;
}

}  // namespace

Result<int> run_wheel(Context& context) {
  return collect_files(context, {"wheel", &OutputOptions::wheel_directory, false, "wheel"});
}

Result<int> run_download(Context& context) {
  return collect_files(context, {"download", &OutputOptions::download_directory, true, "file"});
}

}  // namespace pipit::cli
