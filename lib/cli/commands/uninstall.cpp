// pipit uninstall: what RECORD lists goes, and nothing else.
#include <unistd.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/task.h"
#include "env/apply.h"
#include "env/uninstall.h"
#include "operation/change.h"
#include "pep/name.h"

namespace pipit::cli {
namespace {

Result<bool> confirmed(Context& context, const std::vector<env::Installed>& gone) {
  if (context.layers().has(opt("yes")) || ::isatty(STDIN_FILENO) == 0) return true;
  std::string names;
  for (const env::Installed& dist : gone)
    names += cat(names.empty() ? "" : ", ", dist.name, " ", dist.version_text);
  context.reporter.say(cat("Remove ", names, "? [Y/n]"));
  char answer[64] = {};
  const ssize_t got = ::read(STDIN_FILENO, answer, sizeof answer - 1);
  const std::string_view text =
      base::trim(std::string_view(answer, got > 0 ? static_cast<std::size_t>(got) : 0));
  return text.empty() || base::to_lower(text[0]) == 'y';
}

/// By name; what a line names by path or URL alone, by where it was installed from.
const env::Installed* meant_by(const resolve::UserRequirement& wanted,
                               const std::vector<env::Installed>& installed) {
  if (!wanted.requirement.name.empty())
    return env::find_installed(installed, wanted.requirement.name);
  for (const env::Installed& dist : installed) {
    const auto origin = env::direct_url_of(dist);
    if (origin && origin->url == wanted.source->url &&
        origin->subdirectory == wanted.source->subdirectory)
      return &dist;
  }
  return nullptr;
}

std::string shown_name(const resolve::UserRequirement& wanted) {
  return wanted.requirement.name.empty() ? distribution::shown_source(*wanted.source)
                                         : wanted.requirement.name;
}

}  // namespace

Result<int> run_uninstall(Context& context) {
  PIPIT_TRY(const operation::Inputs inputs, read_command_inputs(context));
  if (inputs.roots.empty()) return fail(Code::usage, "uninstall: name a package");
  const bool dry_run = context.layers().has(opt("dry-run"));
  cache::Store store(optional_cache(context.layers()), context.reporter);
  sched::Pool pool(sched::LaneLimits{});
  PIPIT_TRY(const operation::InstallTarget target,
            operation::find_target(target_options(context.layers(), context.settings.invoked_as),
                                   dry_run ? operation::Use::rehearse : operation::Use::change,
                                   store, context.reporter, context.stop));
  PIPIT_TRY(const auto installed, env::list_installed(target.layout, context.reporter));
  env::Change change;
  std::vector<std::string> not_installed;
  for (const resolve::UserRequirement& wanted : inputs.roots) {
    const env::Installed* dist = meant_by(wanted, installed);
    if (!dist || !dist->local) {
      not_installed.push_back(shown_name(wanted));
      context.reporter.warn(cat(not_installed.back(), ": not installed, nothing to remove"));
      continue;
    }
    if (!env::is_removable(*dist))
      return fail(Code::bad_environment, cat(dist->name, " ", dist->version_text,
                                             ": cannot be removed, as its files are not recorded"));
    change.remove.push_back(*dist);
  }
  if (!change.remove.empty() && !dry_run) {
    PIPIT_TRY(const bool go_on, confirmed(context, change.remove));
    if (!go_on) change.remove.clear();
  }
  if (!change.remove.empty()) {
    if (!dry_run)
      PIPIT_TRY(env::apply(target.layout, change, env::ApplyOptions{}, pool, context.reporter,
                           context.stop));
    context.reporter.say(cat(dry_run ? "Would remove " : "Removed ",
                             base::counted(change.remove.size(), "package")));
    for (const env::Installed& dist : change.remove)
      context.reporter.say(cat(" - ", dist.name, "==", dist.version_text));
  }
  if (context.settings.json)
    PIPIT_TRY(write_stdout(uninstall_json(change.remove, not_installed, dry_run)));
  return 0;
}

}  // namespace pipit::cli
