// The phases in their order. Two of them leave room on purpose: whatever may start before the
// target is known starts in locate_target(), and what is installed is handed to the change as it
// was found before the resolution, so that a lock on the environment has one place to be taken and
// to look again.
#include "operation/operation.h"

#include "base/meter.h"
#include "base/text.h"
#include "env/site_scan.h"
#include "operation/builds.h"
#include "operation/change.h"
#include "operation/checkout.h"
#include "operation/hash_mode.h"
#include "operation/lock_source.h"
#include "operation/pins.h"
#include "operation/prefetch.h"
#include "operation/request.h"
#include "resolve/resolver.h"

namespace pipit::operation {
namespace {

using Prefetch = Differences::Prefetch;

constexpr std::uint64_t kManyBytes = 1'000'000;  // worth a word before the total is told

SessionNeeds needs_of(const Options& options, const Differences& differences, bool hash_mode) {
  SessionNeeds needs;
  needs.require_hashes = hash_mode || (!differences.checks_hashes &&
                                       options.resolution.require_hashes.value_or(false));
  // What is read forward for its metadata is installed afterwards, as a rule.
  needs.keep_streamed = differences.changes_environment && !options.dry_run;
  return needs;
}

/// sync removes what is not listed: not from a Python that nobody named.
Result<void> check_may_empty(const TargetOptions& options, const InstallTarget& target) {
  const auto& interpreter = target.interpreter;
  if (!interpreter || interpreter->is_virtual || interpreter->is_conda || options.is_named)
    return {};
  return fail(Error{Code::bad_environment, cat(interpreter->prefix, ": not a virtual environment")}
                  .with_hint(cat("sync removes what is not listed; to allow it here: --python ",
                                 interpreter->executable)));
}

}  // namespace

Operation::Operation(Options options, Inputs inputs, Differences differences, base::Events& events,
                     std::stop_token stop)
    : options_(std::move(options)),
      inputs_(std::move(inputs)),
      differences_(std::move(differences)),
      hash_mode_(differences_.checks_hashes && hashes_required(options_.resolution, inputs_)),
      prediction_(session_, options_.resolution.predict, options_.resolution.trees),
      session_(options_, needs_of(options_, differences_, hash_mode_), events, std::move(stop)) {}

Operation::~Operation() { prediction_.finish(); }

Result<void> Operation::resolve() {
  base::Meter meter(session_.events, {.kind = base::MeterFacts::Kind::resolve});

  // Where and for what: an interpreter may have to be run.
  PIPIT_TRY(locate_target());

  // From here on sources can be built.
  PIPIT_TRY(build_logs_,
            enable_builds(options_, session_, target_, inputs_,
                          fetch_with(options_.network, session_.events, session_.stop)));
  if (differences_.changes_environment) {
    PIPIT_TRY(installed_, env::list_installed(target_.layout, session_.events));
    if (!has_locks()) prefetch_missing(session_, inputs_, installed_, prediction_);
  }

  // What the inputs mean, and the answer. Folders and repositories are fetched and built for it.
  const std::int64_t started = base::now_us();
  PIPIT_TRY(prepare_request());
  PIPIT_TRY(find_answer(meter));
  const std::uint64_t bytes = session_.client.traffic().bytes;
  session_.events.say(
      cat("Resolved ", base::counted(resolution_.chosen.size(), "package"), " in ",
          base::format_duration(base::now_us() - started),
          bytes >= kManyBytes ? cat(" (", base::format_bytes(bytes), " fetched)") : ""));
  return {};
}

Result<void> Operation::locate_target() {
  // A lock says where its files are: no index is asked.
  TargetOptions where = options_.target;
  if (!has_locks() && differences_.prefetch == Prefetch::at_once)
    prefetch_pages(session_, inputs_, prediction_);
  else if (!has_locks() && differences_.prefetch == Prefetch::before_run)
    where.python.before_run = [this](const std::string& executable) {
      prefetch_before_run(session_, inputs_, executable, prediction_);
    };
  if (!differences_.changes_environment) {
    PIPIT_TRY(target_,
              find_resolution_target(where, session_.store, session_.events, session_.stop));
    return {};
  }
  const Use use = options_.dry_run ? Use::rehearse : Use::change;
  PIPIT_TRY(target_, find_target(where, use, session_.store, session_.events, session_.stop));
  PIPIT_TRY(check_resolved_for(options_.target, target_, use, session_.events));
  if (differences_.exact || differences_.removes_others)
    PIPIT_TRY(check_may_empty(options_.target, target_));
  return {};
}

Result<void> Operation::prepare_request() {
  Pins pins;
  if (differences_.earlier_output) {
    PIPIT_TRY(pins, earlier_pins(*differences_.earlier_output, options_.resolution));
    keep_commits(pins, inputs_);
    kept_hashes_ = std::move(pins.hashes);
  }
  // Hash mode refuses repositories, which make_request() says.
  if (differences_.changes_environment && !options_.dry_run && !hash_mode_)
    PIPIT_TRY(check_out_editables(options_, session_, target_, inputs_));
  PIPIT_TRY(request_, make_request(options_, session_, target_, inputs_, hash_mode_));
  prefer_pins(std::move(pins), request_);
  if (differences_.states_environments) request_.policy.assumed = request_.policy.environments;
  if (!differences_.changes_environment) return {};
  if (differences_.exact) request_.no_deps = true;
  offer_installed(options_, installed_, differences_.exact || differences_.removes_others,
                  request_);
  return {};
}

/// Wheels while the resolution goes on.
bool Operation::fetches_early() const {
  return differences_.changes_environment && !differences_.asks_first && !options_.dry_run &&
         !options_.install.two_phase;
}

Result<void> Operation::find_answer(base::Meter& meter) {
  if (has_locks()) {
    PIPIT_TRY(resolution_, read_locks(options_, session_, target_, inputs_));
  } else {
    request_.meter = &meter;
    request_.predicted = prediction_.guess();
    if (fetches_early()) {
      early_.emplace(
          session_, options_.install, installed_,
          EarlyWheels::Bounds{options_.network.concurrent_downloads, hash_mode_, request_.no_deps});
      request_.likely = early_->want();
    }
    auto answer =
        resolve::solve(request_, session_.catalog, session_.dists, session_.events, session_.stop);
    request_.meter = nullptr;
    PIPIT_TRY(resolution_, std::move(answer));
    if (early_) early_->settle(resolution_);
    prediction_.learn(request_, resolution_);
  }
  if (hash_mode_) PIPIT_TRY(check_answer_hashes(resolution_));
  return {};
}

Result<env::Plan> Operation::change(Confirm confirm) {
  ChangeOptions change;
  change.exact = differences_.exact || differences_.removes_others;
  change.began = began_;
  change.confirm = std::move(confirm);
  if (target_.interpreter && !target_.interpreter->made_by_pipit)
    change.keep = {"pip", "setuptools", "wheel"};
  return change_environment(options_, session_, target_, resolution_, installed_, change);
}

}  // namespace pipit::operation
