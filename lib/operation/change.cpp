// All wheels are asked for at once and awaited one after another; the first failure is the one that
// is reported, but the others run to their end first, so that nothing that was downloaded is lost.
// Only when every wheel is unpacked and checked does the transaction begin.
#include "operation/change.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/meter.h"
#include "base/text.h"
#include "env/apply.h"
#include "env/broken_needs.h"
#include "env/site_scan.h"
#include "operation/origin.h"
#include "operation/totals.h"

namespace pipit::operation {
namespace {

/// A folder may have changed at any time, and so may a local file of which nobody knows the digest.
bool may_have_changed(const distribution::DirectReference& source, const env::DirectUrl& origin) {
  return source.kind == distribution::DirectReference::Kind::directory ||
         (base::is_file_url(source.url) && origin.kind == env::DirectUrl::Kind::archive &&
          origin.hashes.empty());
}

std::vector<env::TargetDist> wanted_list(const resolve::Resolution& resolution,
                                         const InstallOptions& options) {
  std::vector<env::TargetDist> wanted;
  for (const resolve::Chosen& chosen : resolution.chosen) {
    const bool again = options.installs_again() || options.reinstalled.contains(chosen.name);
    env::TargetDist want{chosen.name, chosen.version, std::nullopt, chosen.requested, again};
    want.present = !chosen.file;
    if (chosen.source && chosen.file) {
      want.origin = origin_of(chosen);
      want.reinstall = again || may_have_changed(*chosen.source, *want.origin);
    }
    wanted.push_back(std::move(want));
  }
  return wanted;
}

distribution::Expected expected_of(const resolve::Chosen& chosen) {
  return {chosen.hashes, chosen.locked_size};
}

/// Errors of a build say what failed, not why that was wanted.
Error with_askers(Error error, const resolve::Chosen& chosen) {
  if (error.code == Code::build_failed && !chosen.via.empty())
    error.with_hint(cat(chosen.name, " is needed by ", chosen.via_text()));
  return error;
}

/// A wheel's own digest becomes known when it is fetched; an archive's stands on its page.
void add_digest(const resolve::Chosen& chosen, const cache::Wheel& wheel, env::DirectUrl& origin) {
  if (chosen.source->kind == distribution::DirectReference::Kind::wheel && origin.hashes.empty())
    origin.hashes["sha256"] = wheel.sha256;
}

env::Change change_of(const env::Plan& plan, const std::vector<env::TargetDist>& wanted,
                      const resolve::Resolution& resolution,
                      const std::vector<cache::WheelPtr>& wheels,
                      const std::vector<env::Installed>& installed) {
  env::Change change;
  for (std::size_t i = 0; i < plan.add.size(); ++i) {
    const env::TargetDist& want = wanted[plan.add[i].wanted];
    const resolve::Chosen& chosen = resolution.chosen[plan.add[i].wanted];
    env::Addition addition{wheels[i], want.origin, want.requested, chosen.extras};
    if (addition.origin) add_digest(chosen, *addition.wheel, *addition.origin);
    change.add.push_back(std::move(addition));
    for (const std::size_t old : plan.add[i].old) change.remove.push_back(installed[old]);
  }
  for (const std::size_t gone : plan.remove) change.remove.push_back(installed[gone]);
  return change;
}

/// The same version takes the place of itself.
bool is_renewed(const env::Plan::Add& add, const resolve::Resolution& resolution,
                const std::vector<env::Installed>& installed) {
  return add.old.size() == 1 &&
         installed[add.old.front()].version_text == resolution.chosen[add.wanted].version.str();
}

struct ChangeLine {
  std::string name, text;
};

/// What a plan needs, and its execution.
class PlannedChange {
 public:
  PlannedChange(const Options& options, Session& session, const InstallTarget& target,
                const resolve::Resolution& resolution, const std::vector<env::Installed>& installed,
                const ChangeOptions& change)
      : options_(options),
        session_(session),
        target_(target),
        resolution_(resolution),
        installed_(installed),
        exact_(change.exact),
        began_(change.began),
        confirm_(change.confirm),
        wanted_(wanted_list(resolution, options.install)),
        plan_(env::make_plan(installed, wanted_,
                             {change.exact, options.install.installs_again(), change.keep})) {}

  Result<env::Plan> run() {
    base::Events& events = session_.events;
    for (const std::size_t stuck : plan_.unremovable)
      events.warn(cat(installed_[stuck].name, " ", installed_[stuck].version_text,
                      ": not removed, as its files are not recorded"));
    tell_outsiders();
    if (plan_.empty()) {
      tell_end(
          cat("Checked ", base::counted(resolution_.chosen.size(), "package"), ": nothing to do"));
      return std::move(plan_);
    }
    if (!options_.dry_run) {
      if (options_.install.compile)
        events.warn("--compile: this version does not compile bytecode");
      PIPIT_TRY(const bool go_on, is_confirmed());
      if (!go_on) return env::Plan{};
      PIPIT_TRY(gather_wheels());
      PIPIT_TRY(apply());
    }
    events.say(change_lines(plan_, resolution_, installed_));
    if (options_.dry_run)
      tell_broken(expected_after());
    else
      PIPIT_TRY(look_again());
    tell_end(summary());
    return std::move(plan_);
  }

 private:
  /// The time that a person takes to answer is none of ours.
  Result<bool> is_confirmed() {
    if (!confirm_) return true;
    const std::int64_t asked = base::now_us();
    const std::string where = environment_line(options_.target, target_);
    auto answer = confirm_(
        cat(change_lines(plan_, resolution_, installed_), where.empty() ? "" : "\n", where));
    began_ += base::now_us() - asked;
    return answer;
  }

  const resolve::Chosen& chosen_of(const env::Plan::Add& add) const {
    return resolution_.chosen[add.wanted];
  }

  /// All are asked for before the first is awaited.
  Result<void> gather_wheels() {
    const std::int64_t started = base::now_us();
    // A continuation may come after the wait was given up.
    const auto meter = std::make_shared<base::Meter>(
        session_.events,
        base::MeterFacts{
            .kind = base::MeterFacts::Kind::gather, .what = "Preparing", .noun = "package"});
    meter->set_total(plan_.add.size());
    const auto counted = [weak = std::weak_ptr(meter)] {
      if (const auto alive = weak.lock()) alive->step();
    };
    // The largest take longest: the others come beside them.
    std::vector<const resolve::Chosen*> by_size;
    for (const env::Plan::Add& add : plan_.add)
      if (const resolve::Chosen& chosen = chosen_of(add); chosen.file) by_size.push_back(&chosen);
    std::ranges::stable_sort(by_size, std::greater(),
                             [](const resolve::Chosen* chosen) { return chosen->file->size; });
    for (const resolve::Chosen* chosen : by_size)
      session_.dists.request_wheel(chosen->file, expected_of(*chosen), sched::Priority::blocking,
                                   counted);
    std::optional<Error> first;
    for (const env::Plan::Add& add : plan_.add) {
      const resolve::Chosen& chosen = chosen_of(add);
      if (!chosen.file)
        return fail(Code::internal, cat(chosen.name, ": nothing to install it from"));
      auto wheel = session_.dists.wheel(chosen.file, expected_of(chosen), session_.stop);
      if (wheel)
        wheels_.push_back(std::move(*wheel));
      else if (!first)
        first = with_askers(std::move(wheel.error()), chosen);
    }
    if (first) return fail(std::move(*first));
    if (wheels_.empty()) return {};
    session_.events.say(cat("Prepared ", base::counted(wheels_.size(), "package"), " in ",
                            base::format_duration(base::now_us() - started)));
    for (const env::Plan::Add& add : plan_.add) {
      const resolve::Chosen& chosen = chosen_of(add);
      session_.events.note(origin_line(chosen, session_.dists.obtained(*chosen.file)));
    }
    return {};
  }

  /// What was done stands last: a list may be longer than the screen.
  std::string summary() const {
    ChangeCounts counts{plan_.add.size(), 0, plan_.remove.size()};
    for (const env::Plan::Add& add : plan_.add)
      if (!add.old.empty() && !is_same_version(add)) ++counts.changed;
    const std::string done = shown_counts(counts, options_.dry_run);
    if (options_.dry_run) return done;
    std::vector<index::FilePtr> files;
    for (const env::Plan::Add& add : plan_.add) files.push_back(chosen_of(add).file);
    return cat(done, " in ", base::format_duration(base::now_us() - began_),
               shown_totals(totals_of(session_, files)));
  }

  bool is_same_version(const env::Plan::Add& add) const {
    return is_renewed(add, resolution_, installed_);
  }

  void tell_end(const std::string& line) {
    const std::string where = environment_line(options_.target, target_);
    if (!where.empty()) session_.events.say(where);
    session_.events.say(line);
  }

  /// The transaction; a second time when files in the cache proved to be changed.
  Result<void> apply() {
    base::Meter meter(session_.events, {.kind = base::MeterFacts::Kind::change,
                                        .what = plan_.add.empty() ? "Removing" : "Installing",
                                        .noun = "package"});
    meter.set_total(plan_.add.empty() ? plan_.remove.size() : plan_.add.size());
    auto applied = apply_once();
    // Which error it is depends on what was changed: a file may have become unreadable for us.
    if (!applied && applied.error().code != Code::cancelled) {
      PIPIT_TRY(renew_changed(applied.error()));
      applied = apply_once();
    }
    PIPIT_TRY(applied);
    sweep_aside();
    return {};
  }

  /// What stopped runs have left. There may be much of it, and nobody is to wait for that.
  void sweep_aside() const {
    constexpr std::int64_t kSweepUs = 100'000;
    const std::int64_t until = base::now_us() + kSweepUs;
    session_.store.sweep_aside(
        [&] { return base::now_us() < until && !session_.stop.stop_requested(); });
  }

  /// What is met from elsewhere, for those who wonder why nothing is installed.
  void tell_outsiders() {
    for (const std::size_t at : plan_.keep)
      if (const env::Installed& dist = installed_[at]; !dist.local)
        session_.events.note(cat(dist.name, " ", dist.version_text, ": satisfied by that at ",
                                 dist.site, ", outside the environment"));
  }

  env::Touched touched() const {
    env::Touched touched;
    for (const env::Plan::Add& add : plan_.add) touched.added.insert(chosen_of(add).name);
    touched.all = touched.added;
    for (const std::size_t gone : plan_.remove) touched.all.insert(installed_[gone].name);
    return touched;
  }

  /// What the change broke, and what it installed in vain.
  Result<void> look_again() {
    const env::Layout& layout = target_.layout;
    PIPIT_TRY(const auto now, env::list_installed(layout, session_.events));
    const env::Touched changed = touched();
    for (const std::string& name : changed.added) {
      const env::Installed* first = env::find_installed(now, name);
      if (first && !first->local)
        session_.events.warn(cat(name, ": ", first->version_text, " at ", first->site,
                                 " comes first on sys.path and hides what was installed"));
    }
    tell_broken(now);
    return {};
  }

  void tell_broken(const std::vector<env::Installed>& after) const {
    if (!options_.install.tell_conflicts) return;
    const bool others_only = options_.resolution.no_deps && !exact_;
    for (const std::string& line : env::broken_needs(after, target_.resolved_for->markers,
                                                     touched(), others_only, known_of(after)))
      session_.events.warn(cat(options_.dry_run ? "after this, " : "", line));
  }

  /// The metadata of what was installed, as far as the resolution has read it.
  env::KnownMetadata known_of(const std::vector<env::Installed>& after) const {
    env::KnownMetadata known;
    for (const env::Plan::Add& add : plan_.add) {
      const resolve::Chosen& chosen = chosen_of(add);
      const env::Installed* there = env::find_installed(after, chosen.name);
      if (chosen.metadata && there && there->local && there->version == chosen.version)
        known.emplace(chosen.name, chosen.metadata);
    }
    return known;
  }

  /// What would be there after a dry run. What would be new is on no disk yet, so its own needs are
  /// not known; the resolution met them.
  std::vector<env::Installed> expected_after() const {
    std::set<std::size_t> gone(plan_.remove.begin(), plan_.remove.end());
    std::vector<env::Installed> after;
    for (const env::Plan::Add& add : plan_.add) {
      gone.insert(add.old.begin(), add.old.end());
      const resolve::Chosen& chosen = chosen_of(add);
      env::Installed dist;
      dist.name = chosen.name;
      dist.version = chosen.version;
      dist.version_text = chosen.version.str();
      dist.site = target_.layout.scheme.purelib;
      dist.info = cat(chosen.name, "-", dist.version_text, ".dist-info");
      after.push_back(std::move(dist));
    }
    for (std::size_t i = 0; i < installed_.size(); ++i)
      if (!gone.contains(i)) after.push_back(installed_[i]);
    std::ranges::stable_sort(after, {}, &env::Installed::name);
    return after;
  }

  Result<void> apply_once() {
    env::ApplyOptions options;
    options.link_mode = options_.install.link_mode;
    options.write_over = options_.install.installs_again();
    options.markers = target_.resolved_for->markers;
    options.own_program = options_.install.own_program;
    options.overwrite_unowned = options_.install.overwrite_unowned || options.write_over;
    options.aside = &session_.store;
    options.take_fresh = session_.store.temporary();
    PIPIT_TRY(env::apply(target_.layout,
                         change_of(plan_, wanted_, resolution_, wheels_, installed_), options,
                         session_.pool, session_.events, session_.stop));
    return {};
  }

  /// After `found`, an error of apply(): puts new wheels in the place of those whose files in the
  /// cache were changed (mostly by an edit in an environment that shares them). `found` when there
  /// are none.
  Result<void> renew_changed(const Error& found) {
    bool renewed = false;
    for (std::size_t i = 0; i < wheels_.size(); ++i) {
      // Nobody else sees what a temporary cache holds, and apply() may have taken files from there.
      if (session_.store.temporary() && wheels_[i]->fresh) continue;
      if (cache::is_unchanged(*wheels_[i])) continue;
      const resolve::Chosen& chosen = chosen_of(plan_.add[i]);
      auto anew = session_.dists.wheel_anew(chosen.file, distribution::Expected{chosen.hashes},
                                            *wheels_[i], session_.stop);
      if (!anew && anew.error().code == Code::cancelled) return fail(std::move(anew.error()));
      if (!anew) {
        return fail(
            Error(found).with_hint(cat("it could not be fetched again: ", anew.error().message)));
      }
      wheels_[i] = std::move(*anew);
      renewed = true;
    }
    if (!renewed) return fail(found);
    return {};
  }

  const Options& options_;
  Session& session_;
  const InstallTarget& target_;
  const resolve::Resolution& resolution_;
  const std::vector<env::Installed>& installed_;
  const bool exact_;
  std::int64_t began_;
  const Confirm& confirm_;
  const std::vector<env::TargetDist> wanted_;
  env::Plan plan_;
  std::vector<cache::WheelPtr> wheels_;  // of plan_.add
};

}  // namespace

std::string change_lines(const env::Plan& plan, const resolve::Resolution& resolution,
                         const std::vector<env::Installed>& installed) {
  std::vector<ChangeLine> lines;
  const auto add_removed = [&](std::size_t at) {
    const env::Installed& dist = installed[at];
    lines.push_back({dist.name, cat(" - ", dist.name, "==", dist.version_text)});
  };
  for (const env::Plan::Add& add : plan.add) {
    const bool renewed = is_renewed(add, resolution, installed);
    if (!renewed)
      for (const std::size_t old : add.old) add_removed(old);
    const resolve::Chosen& chosen = resolution.chosen[add.wanted];
    lines.push_back(
        {chosen.name,
         cat(renewed ? " ~ " : " + ", chosen.name, "==", chosen.version.str(),
             chosen.source ? cat(" (from ", distribution::shown_source(*chosen.source), ")")
                           : "")});
  }
  for (const std::size_t gone : plan.remove) add_removed(gone);
  std::ranges::stable_sort(lines, {}, &ChangeLine::name);
  std::string out;
  for (const ChangeLine& line : lines) out += cat(out.empty() ? "" : "\n", line.text);
  return out;
}

Result<env::Plan> change_environment(const Options& options, Session& session,
                                     const InstallTarget& target,
                                     const resolve::Resolution& resolution,
                                     const std::vector<env::Installed>& installed,
                                     const ChangeOptions& change) {
  return PlannedChange(options, session, target, resolution, installed, change).run();
}

}  // namespace pipit::operation
