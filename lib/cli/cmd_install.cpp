// pipit install: requirements -> place -> resolution -> changed environment.
#include <optional>

#include "base/text.h"
#include "cli/builds.h"
#include "cli/change.h"
#include "cli/checkout.h"
#include "cli/hash_mode.h"
#include "cli/locks.h"
#include "cli/request.h"

namespace pipit::cli {
namespace {

Result<void> check_install_request(const Context& context, const Inputs& inputs) {
  if (!inputs.locks.empty() && !(inputs.roots.empty() && inputs.built.empty()))
    return fail(Error{Code::usage,
                      "install: a lock file stands alone, as it is installed without resolving",
                      {"install the other packages in a second step"}});
  const bool groups =
      !context.layers().values("group").empty() || context.layers().flag("all-groups");
  if (!inputs.roots.empty() || !inputs.built.empty() || !inputs.files.empty() ||
      !inputs.locks.empty() || groups)
    return {};
  return fail(Error{Code::usage,
                    "install: nothing to install",
                    {cat("name a package, or a file with -r; see ",
                         context.settings.persona.pip ? "pip" : "pipit", " install --help")}});
}

}  // namespace

Result<int> run_install(Context& context) {
  PIPIT_TRY(Inputs inputs, read_command_inputs(context));
  PIPIT_TRY(check_install_request(context, inputs));
  adopt_file_options(context, inputs);
  PIPIT_TRY(
      link_mode(context.layers()));  // a wrong value is a usage error, before anything is done
  const bool hash_mode = hashes_required(context.layers(), inputs);
  PIPIT_TRY(SessionOptions options, session_options(context.settings));
  options.dist.require_hashes = hash_mode;
  options.dist.keep_streamed = !context.layers().flag("dry-run");
  Session session(std::move(options), context.reporter, context.stop);
  std::optional<LateStart> early;
  if (inputs.locks.empty()) early.emplace(session, inputs);
  PIPIT_TRY(const Place place, find_place(context, session.store, true));
  early.reset();
  PIPIT_TRY(enable_builds(context, session, place, inputs));
  PIPIT_TRY(const auto installed, env::list_installed(place.layout, context.reporter));
  const std::int64_t started = base::now_us();
  if (!context.layers().flag("dry-run") && !hash_mode)  // which refuses repositories
    PIPIT_TRY(check_out_editables(context, session, place, inputs));
  PIPIT_TRY(resolve::Request request, make_request(context, session, place, inputs, hash_mode));
  offer_installed(context, installed, request);

  PIPIT_TRY(const resolve::Resolution resolution,
            inputs.locks.empty() ? resolve::solve(request, session.catalog, session.dists,
                                                  context.reporter, context.stop)
                                 : read_locks(context, session, place, inputs));
  if (hash_mode) {
    PIPIT_TRY(check_answer_hashes(resolution));
  }
  context.reporter.say(cat("Resolved ", counted(resolution.chosen.size(), "package"), " in ",
                           base::format_duration(base::now_us() - started)));
  return change_environment(context, session, place, resolution, installed,
                            ChangeOptions{false, {}, context.layers().flag("dry-run")});
}

}  // namespace pipit::cli
