// All wheels are asked for at once and awaited one after another; the first failure is the one that
// is reported, but the others run to their end first, so that nothing that was downloaded is lost.
// Only when every wheel is unpacked and checked does the transaction begin.
#include "operation/change.h"

#include <algorithm>

#include "base/text.h"
#include "env/apply.h"
#include "env/uninstall.h"
#include "operation/origin.h"

namespace pipit::operation {
namespace {

/// A folder may have changed at any time, and so may a local file of which nobody knows the digest.
bool may_have_changed(const dist::Source& source, const env::DirectUrl& origin) {
  return source.kind == dist::Source::Kind::directory ||
         (base::is_file_url(source.url) && origin.kind == env::DirectUrl::Kind::archive &&
          origin.hashes.empty());
}

std::vector<env::TargetDist> wanted_list(const resolve::Resolution& resolution, bool again) {
  std::vector<env::TargetDist> wanted;
  for (const resolve::Chosen& chosen : resolution.chosen) {
    env::TargetDist want{chosen.name, chosen.version, std::nullopt, chosen.requested, again};
    if (chosen.source && chosen.file) {
      want.origin = origin_of(chosen);
      want.reinstall = again || may_have_changed(*chosen.source, *want.origin);
    }
    wanted.push_back(std::move(want));
  }
  return wanted;
}

dist::Expected expected_of(const resolve::Chosen& chosen) {
  return {chosen.hashes, chosen.locked_size};
}

/// Errors of a build say what failed, not why that was wanted.
Error with_askers(Error error, const resolve::Chosen& chosen) {
  const std::vector<std::string> via(chosen.via.begin(), chosen.via.end());
  if (error.code == Code::build_failed && !via.empty())
    error.with_hint(cat(chosen.name, " is needed by ", base::join(via, ", ")));
  return error;
}

Result<std::vector<cache::WheelPtr>> gather_wheels(Session& session, const env::Plan& plan,
                                                   const resolve::Resolution& resolution) {
  const auto chosen_of = [&](const env::Plan::Add& add) -> const resolve::Chosen& {
    return resolution.chosen[add.wanted];
  };
  for (const env::Plan::Add& add : plan.add) {
    const resolve::Chosen& chosen = chosen_of(add);
    if (chosen.file)
      session.dists.request_wheel(chosen.file, expected_of(chosen), sched::Want::demand);
  }
  std::vector<cache::WheelPtr> wheels;
  std::optional<Error> first;
  for (const env::Plan::Add& add : plan.add) {
    const resolve::Chosen& chosen = chosen_of(add);
    if (!chosen.file) return fail(Code::internal, cat(chosen.name, ": nothing to install it from"));
    auto wheel = session.dists.wheel(chosen.file, expected_of(chosen), session.stop);
    if (wheel)
      wheels.push_back(std::move(*wheel));
    else if (!first)
      first = with_askers(std::move(wheel.error()), chosen);
  }
  if (first) return fail(std::move(*first));
  return wheels;
}

struct ChangeLine {
  std::string name, text;
};

/// " - a==1" and " + a==2", by name, what goes before what comes.
std::string change_lines(const env::Plan& plan, const resolve::Resolution& resolution,
                         const std::vector<env::Installed>& installed) {
  std::vector<ChangeLine> lines;
  const auto add_removed = [&](std::size_t at) {
    const env::Installed& dist = installed[at];
    lines.push_back({dist.name, cat(" - ", dist.name, "==", dist.version_text)});
  };
  for (const env::Plan::Add& add : plan.add) {
    for (const std::size_t old : add.old) add_removed(old);
    const resolve::Chosen& chosen = resolution.chosen[add.wanted];
    lines.push_back(
        {chosen.name,
         cat(" + ", chosen.name, "==", chosen.version.str(),
             chosen.source ? cat(" (from ", dist::shown_source(*chosen.source), ")") : "")});
  }
  for (const std::size_t gone : plan.remove) add_removed(gone);
  std::ranges::stable_sort(lines, {}, &ChangeLine::name);
  std::string out;
  for (const ChangeLine& line : lines) out += cat(out.empty() ? "" : "\n", line.text);
  return out;
}

void say_changes(base::Events& events, const env::Plan& plan, const resolve::Resolution& resolution,
                 const std::vector<env::Installed>& installed) {
  const std::string lines = change_lines(plan, resolution, installed);
  if (!lines.empty()) events.say(lines);
}

/// A wheel's own digest becomes known when it is fetched; an archive's stands on its page.
void add_digest(const resolve::Chosen& chosen, const cache::Wheel& wheel, env::DirectUrl& origin) {
  if (chosen.source->kind == dist::Source::Kind::wheel && origin.hashes.empty())
    origin.hashes["sha256"] = wheel.sha256;
}

env::Change change_of(const env::Plan& plan, const std::vector<env::TargetDist>& wanted,
                      const resolve::Resolution& resolution,
                      const std::vector<cache::WheelPtr>& wheels,
                      const std::vector<env::Installed>& installed) {
  env::Change change;
  for (std::size_t i = 0; i < plan.add.size(); ++i) {
    const env::TargetDist& want = wanted[plan.add[i].wanted];
    env::Addition addition{wheels[i], want.origin, want.requested};
    if (addition.origin)
      add_digest(resolution.chosen[plan.add[i].wanted], *addition.wheel, *addition.origin);
    change.add.push_back(std::move(addition));
    for (const std::size_t old : plan.add[i].old) change.remove.push_back(installed[old]);
  }
  for (const std::size_t gone : plan.remove) change.remove.push_back(installed[gone]);
  return change;
}

/// After `found`, an error of apply(): puts new wheels in the place of those whose files in the
/// cache were changed (mostly by an edit in an environment that shares them). `found` when there
/// are none.
Result<void> renew_changed(Session& session, const env::Plan& plan,
                           const resolve::Resolution& resolution, const Error& found,
                           std::vector<cache::WheelPtr>& wheels) {
  bool renewed = false;
  for (std::size_t i = 0; i < wheels.size(); ++i) {
    if (cache::is_unchanged(*wheels[i])) continue;
    const resolve::Chosen& chosen = resolution.chosen[plan.add[i].wanted];
    auto anew = session.dists.wheel_anew(chosen.file, dist::Expected{chosen.hashes}, *wheels[i],
                                         session.stop);
    if (!anew && anew.error().code == Code::cancelled) return fail(std::move(anew.error()));
    if (!anew) {
      return fail(
          Error(found).with_hint(cat("it could not be fetched again: ", anew.error().message)));
    }
    wheels[i] = std::move(*anew);
    renewed = true;
  }
  if (!renewed) return fail(found);
  return {};
}

std::string prepared_line(const dist::Account& account, std::size_t count, std::int64_t started) {
  return cat("Prepared ", counted(count, "package"), " in ",
             base::format_duration(base::now_us() - started), " (",
             account.downloaded + account.streamed, " downloaded, ",
             account.built > 0 ? cat(account.built, " built, ") : "", account.from_cache,
             " from cache)");
}

}  // namespace

std::string counted(std::size_t count, std::string_view noun) {
  return cat(count, " ", noun, count == 1 ? "" : "s");
}

Result<env::Plan> change_environment(const Options& options, Session& session, const Place& place,
                                     const resolve::Resolution& resolution,
                                     const std::vector<env::Installed>& installed,
                                     const ChangeOptions& change) {
  base::Events& events = session.events;
  const std::vector<env::TargetDist> wanted = wanted_list(resolution, options.install.reinstall);
  env::PlanOptions plan_options;
  plan_options.exact = change.exact;
  plan_options.keep = change.keep;
  plan_options.reinstall = options.install.reinstall;
  env::Plan plan = env::make_plan(installed, wanted, plan_options);
  for (const std::size_t stuck : plan.unremovable)
    events.warn(cat(installed[stuck].name, " ", installed[stuck].version_text,
                    ": not removed, as its files are not recorded"));
  if (options.dry_run || plan.empty()) {
    if (plan.empty())
      events.say(cat("Checked ", counted(resolution.chosen.size(), "package"), ": nothing to do"));
    else
      events.say(cat("Would install ", counted(plan.add.size(), "package"), ", remove ",
                     plan.remove.size()));
    say_changes(events, plan, resolution, installed);
    return plan;
  }
  if (options.install.compile) events.warn("--compile: this version does not compile bytecode");
  std::int64_t started = base::now_us();
  PIPIT_TRY(auto wheels, gather_wheels(session, plan, resolution));
  if (!wheels.empty()) events.say(prepared_line(session.dists.account(), wheels.size(), started));
  env::ApplyOptions apply_options;
  apply_options.link_mode = options.install.link_mode;
  apply_options.overwrite_unowned = options.install.overwrite_unowned;
  started = base::now_us();
  const auto apply = [&] {
    return env::apply(place.layout, change_of(plan, wanted, resolution, wheels, installed),
                      apply_options, session.pool, events, session.stop);
  };
  auto applied = apply();
  if (!applied && applied.error().code == Code::io) {
    PIPIT_TRY(renew_changed(session, plan, resolution, applied.error(), wheels));
    applied = apply();
  }
  PIPIT_TRY(applied);
  const std::string took = base::format_duration(base::now_us() - started);
  if (!plan.add.empty())
    events.say(cat("Installed ", counted(plan.add.size(), "package"), " in ", took));
  else
    events.say(cat("Removed ", counted(plan.remove.size(), "package"), " in ", took));
  say_changes(events, plan, resolution, installed);
  return plan;
}

}  // namespace pipit::operation
