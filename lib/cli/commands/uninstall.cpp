// pipit uninstall: what RECORD lists goes, and nothing else; from the environment or, where Python
// looks there, too, from the user's own site-packages.
#include <algorithm>

#include "base/path.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/report.h"
#include "cli/task.h"
#include "env/apply.h"
#include "env/broken_needs.h"
#include "env/site_scan.h"
#include "env/uninstall.h"
#include "operation/change.h"
#include "operation/totals.h"
#include "pep/name.h"

namespace pipit::cli {
namespace {

/// Where nobody can answer, or nobody is to be asked, nothing is removed.
Error unanswered() {
  return Error{Code::usage, "uninstall: nobody answered, so nothing was removed"}.with_hint(
      "-y removes without asking");
}

Result<bool> confirmed(Context& context, const std::vector<env::Installed>& gone,
                       const std::string& where) {
  if (context.layers().has(opt("yes"))) return true;
  if (context.layers().has(opt("no-input"))) return fail(unanswered());
  std::string names;
  for (const env::Installed& dist : gone)
    names += cat(names.empty() ? "" : ", ", dist.name, " ", dist.version_text);
  PIPIT_TRY(const bool answer,
            ask(context, cat("Remove ", names, " from ", where, "?"), unanswered()));
  if (!answer) context.reporter.say("Nothing was removed");
  return answer;
}

/// Where something may be removed from.
struct Place {
  env::Layout layout;
  env::Change change;
};

class Uninstallation {
 public:
  Uninstallation(Context& context, const operation::InstallTarget& target, bool dry_run)
      : context_(context), target_(target), dry_run_(dry_run) {}

  Result<void> run(const std::vector<resolve::UserRequirement>& wanted) {
    places_.push_back({target_.layout, {}});
    if (auto user = user_site()) places_.push_back({std::move(*user), {}});
    PIPIT_TRY(found_, env::scan_sites(target_.layout, context_.reporter));
    for (const resolve::UserRequirement& one : wanted) PIPIT_TRY(look_for(one));
    if (removed_.empty()) return {};
    if (!dry_run_) {
      PIPIT_TRY(const bool go_on, confirmed(context_, removed_, where()));
      if (!go_on) removed_.clear();
      if (!go_on) return {};
      PIPIT_TRY(remove());
    }
    tell_removed();
    PIPIT_TRY(look_again());
    tell_end();
    return {};
  }

  std::string json() const { return uninstall_json(removed_, outside_, not_installed_, dry_run_); }

 private:
  /// In a virtual environment the user's site is not its own, even if it is on sys.path.
  std::optional<env::Layout> user_site() const {
    if (!target_.interpreter || target_.interpreter->is_virtual || !target_.layout.is_searched)
      return std::nullopt;
    auto layout = env::user_layout(*target_.interpreter);
    if (!layout) return std::nullopt;
    return std::move(*layout);
  }

  /// nullptr: outside.
  Place* place_of(const env::Installed& dist) {
    const std::string site = base::real_path(dist.site);
    for (Place& place : places_)
      for (const std::string* own : {&place.layout.scheme.purelib, &place.layout.scheme.platlib})
        if (site == base::real_path(*own)) return &place;
    return nullptr;
  }

  /// By name; what a line names by path or URL alone, by where it was installed from.
  std::vector<env::Installed> meant_by(const resolve::UserRequirement& wanted) const {
    std::vector<env::Installed> copies;
    for (const auto* list : {&found_.installed, &found_.husks})
      for (const env::Installed& dist : *list)
        if (is_meant(dist, wanted)) copies.push_back(dist);
    return copies;
  }

  static bool is_meant(const env::Installed& dist, const resolve::UserRequirement& wanted) {
    if (!wanted.requirement.name.empty()) return dist.name == wanted.requirement.name;
    const auto origin = env::direct_url_of(dist);
    return origin && origin->url == wanted.source->url &&
           origin->subdirectory == wanted.source->subdirectory;
  }

  /// All copies in the first place of sys.path from which something may be removed.
  Result<void> look_for(const resolve::UserRequirement& wanted) {
    const std::vector<env::Installed> copies = meant_by(wanted);
    const auto first = std::ranges::find_if(
        copies, [&](const env::Installed& dist) { return place_of(dist) != nullptr; });
    if (first == copies.end()) {
      tell_missing(wanted, copies);
      return {};
    }
    Place* place = place_of(*first);
    for (const env::Installed& dist : copies) {
      if (place_of(dist) != place) continue;
      if (env::has_metadata(dist))
        if (auto fine = env::check_removable(dist); !fine)
          return fail(env::with_way_out(std::move(fine.error()), dist));
      if (is_going(dist)) continue;  // named twice
      place->change.remove.push_back(dist);
      place->change.remove.back().local = true;
      removed_.push_back(dist);
    }
    return {};
  }

  void tell_missing(const resolve::UserRequirement& wanted,
                    const std::vector<env::Installed>& outside) {
    for (const env::Installed& dist : outside) {
      outside_.push_back(dist);
      context_.reporter.warn(cat(dist.name, " ", dist.version_text,
                                 ": not removed, as it is outside the ", "environment, at ",
                                 dist.site));
    }
    if (!outside.empty()) return;
    not_installed_.push_back(wanted.requirement.name.empty()
                                 ? distribution::shown_source(*wanted.source)
                                 : wanted.requirement.name);
    context_.reporter.warn(cat(not_installed_.back(), ": not installed, nothing to remove"));
  }

  Result<void> remove() {
    sched::Pool pool(sched::LaneLimits{});
    env::ApplyOptions options;
    options.own_program = context_.settings.invoked_as.program;
    for (const Place& place : places_)
      PIPIT_TRY(
          env::apply(place.layout, place.change, options, pool, context_.reporter, context_.stop));
    return {};
  }

  /// The folders from which something goes.
  std::string where() const {
    std::string out;
    for (const Place& place : places_)
      if (!place.change.remove.empty())
        out += cat(out.empty() ? "" : " and ", operation::shown_place(place.layout.prefix));
    return out;
  }

  void tell_removed() {
    for (const env::Installed& dist : removed_)
      context_.reporter.say(cat(" - ", dist.name, "==", dist.version_text,
                                dist.local ? "" : cat(" (from ", dist.site, ")")));
  }

  void tell_end() {
    const auto options = target_options(context_.layers(), context_.settings.invoked_as);
    const std::string where = operation::environment_line(options, target_);
    if (!where.empty()) context_.reporter.say(where);
    context_.reporter.say(operation::shown_counts({0, 0, removed_.size()}, dry_run_));
  }

  /// What Python finds all the same, and what misses what is gone.
  Result<void> look_again() {
    PIPIT_TRY(auto now, env::list_installed(target_.layout, context_.reporter));
    if (dry_run_) std::erase_if(now, [this](const env::Installed& dist) { return is_going(dist); });
    env::Touched touched;
    for (const env::Installed& dist : removed_) touched.all.insert(dist.name);
    for (const std::string& name : touched.all)
      if (const env::Installed* other = env::find_installed(now, name))
        context_.reporter.warn(cat(name, ": ", other->version_text, " at ", other->site,
                                   " is still there",
                                   other->local ? "" : ", outside the environment"));
    for (const std::string& line :
         env::broken_needs(now, target_.resolved_for->markers, touched, false))
      context_.reporter.warn(cat(dry_run_ ? "after this, " : "", line));
    return {};
  }

  bool is_going(const env::Installed& dist) const {
    return std::ranges::any_of(
        removed_, [&](const env::Installed& gone) { return gone.info_path() == dist.info_path(); });
  }

  Context& context_;
  const operation::InstallTarget& target_;
  const bool dry_run_;
  std::vector<Place> places_;  // the environment, the user's site
  env::SiteContents found_;
  std::vector<env::Installed> removed_, outside_;
  std::vector<std::string> not_installed_;
};

}  // namespace

Result<int> run_uninstall(Context& context) {
  PIPIT_TRY(const operation::Inputs inputs, read_command_inputs(context));
  if (inputs.roots.empty()) return fail(Code::usage, "uninstall: name a package");
  const bool dry_run = context.layers().has(opt("dry-run"));
  cache::Store store(optional_cache(context.layers()), context.reporter);
  PIPIT_TRY(const operation::InstallTarget target,
            operation::find_target(target_options(context.layers(), context.settings.invoked_as),
                                   dry_run ? operation::Use::rehearse : operation::Use::change,
                                   store, context.reporter, context.stop));
  Uninstallation uninstallation(context, target, dry_run);
  PIPIT_TRY(uninstallation.run(inputs.roots));
  if (context.settings.json) PIPIT_TRY(write_stdout(uninstallation.json()));
  return 0;
}

}  // namespace pipit::cli
