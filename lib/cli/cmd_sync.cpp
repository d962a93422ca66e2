// pipit sync: make the environment what pinned files say, no more and no less.
#include "base/text.h"
#include "cli/builds.h"
#include "cli/change.h"
#include "cli/checkout.h"
#include "cli/hash_mode.h"
#include "cli/locks.h"
#include "cli/request.h"

namespace pipit::cli {
namespace {

Result<void> check_not_empty(const Context& context, bool empty) {
  if (!empty || context.layers().flag("allow-empty-requirements")) return {};
  return fail(Error{Code::parse,
                    "sync: no requirements in the files given",
                    {"--allow-empty-requirements empties the environment"}});
}

Result<void> check_pinned(const Inputs& inputs) {
  for (const resolve::Wanted& wanted : inputs.roots)
    if (!wanted.source && !wanted.requirement.specifier.is_pinned())
      return fail(Error{
          Code::parse,
          cat(wanted.requirement.str(), wanted.origin.empty() ? "" : cat(" (", wanted.origin, ")"),
              ": not pinned with =="),
          {"pipit compile writes pinned files"}});
  return {};
}

Result<void> check_sync_place(const Context& context, const Place& place) {
  const Layers& layers = context.layers();
  if (!place.interpreter || place.interpreter->is_virtual || place.interpreter->is_conda) return {};
  if (layers.flag("system") || layers.value("python") || layers.flag("target") ||
      layers.flag("prefix") || layers.flag("root"))
    return {};
  return fail(Error{Code::environment,
                    cat(place.interpreter->prefix, ": not a virtual environment"),
                    {"sync removes what is not listed; --system allows it here"}});
}

}  // namespace

Result<int> run_sync(Context& context) {
  PIPIT_TRY(Inputs inputs, read_named_files(context, "sync"));
  if (inputs.locks.empty()) PIPIT_TRY(check_not_empty(context, inputs.roots.empty()));
  if (!inputs.locks.empty() && !inputs.roots.empty())
    return fail(Code::usage, "sync: a lock file stands alone, without other requirements");
  PIPIT_TRY(check_pinned(inputs));
  adopt_file_options(context, inputs);
  PIPIT_TRY(
      link_mode(context.layers()));  // a wrong value is a usage error, before anything is done
  const bool hash_mode = hashes_required(context.layers(), inputs);
  PIPIT_TRY(SessionOptions options, session_options(context.settings));
  options.dist.require_hashes = hash_mode;
  options.dist.keep_streamed = !context.layers().flag("dry-run");
  Session session(std::move(options), context.reporter, context.stop);
  if (inputs.locks.empty()) session.catalog.warm();
  PIPIT_TRY(const Place place, find_place(context, session.store, true));
  PIPIT_TRY(check_sync_place(context, place));
  PIPIT_TRY(enable_builds(context, session, place, inputs));
  PIPIT_TRY(const auto installed, env::list_installed(place.layout, context.reporter));
  const std::int64_t started = base::now_us();
  if (!context.layers().flag("dry-run") && !hash_mode)  // which refuses repositories
    PIPIT_TRY(check_out_editables(context, session, place, inputs));
  PIPIT_TRY(resolve::Request request, make_request(context, session, place, inputs, hash_mode));
  request.no_deps = true;
  offer_installed(context, installed, request);

  for (const resolve::Wanted& wanted : request.roots)
    if (!wanted.source && !request.present.contains(wanted.requirement.name))
      session.catalog.request(wanted.requirement.name, sched::Want::soon);
  PIPIT_TRY(const resolve::Resolution resolution,
            inputs.locks.empty() ? resolve::solve(request, session.catalog, session.dists,
                                                  context.reporter, context.stop)
                                 : read_locks(context, session, place, inputs));
  PIPIT_TRY(check_not_empty(context, resolution.chosen.empty()));
  if (hash_mode) {
    PIPIT_TRY(check_answer_hashes(resolution));
  }
  context.reporter.say(cat("Resolved ", counted(resolution.chosen.size(), "package"), " in ",
                           base::format_duration(base::now_us() - started)));
  ChangeOptions change{true, {}, context.layers().flag("dry-run")};
  if (place.interpreter && !place.interpreter->made_by_pipit)
    change.keep = {"pip", "setuptools", "wheel"};
  return change_environment(context, session, place, resolution, installed, change);
}

}  // namespace pipit::cli
