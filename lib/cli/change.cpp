// All wheels are asked for at once and awaited one after another; the first failure is the one that
// is reported, but the others run to their end first, so that nothing that was downloaded is lost.
// Only when every wheel is unpacked and checked does the transaction begin.
#include "cli/change.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "cli/origin.h"
#include "cli/output.h"
#include "cli/version.h"
#include "env/apply.h"
#include "env/uninstall.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kMaxDownloadInfo = 1u << 20;

/// A folder may have changed at any time, and so may a local file of which nobody knows the digest.
bool may_have_changed(const dist::Source& source, const env::DirectUrl& origin) {
  return source.kind == dist::Source::Kind::directory ||
         (source.url.starts_with("file:") && origin.kind == env::DirectUrl::Kind::archive &&
          origin.hashes.empty());
}

std::vector<env::Wanted> wanted_list(const resolve::Resolution& resolution,
                                     const Context& context) {
  std::vector<env::Wanted> wanted;
  const bool again = context.layers().flag("reinstall");
  for (const resolve::Chosen& chosen : resolution.chosen) {
    env::Wanted want{chosen.name, chosen.version, std::nullopt, chosen.requested, again};
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
    error.hints.push_back(cat(chosen.name, " is needed by ", base::join(via, ", ")));
  return error;
}

Result<std::vector<cache::WheelPtr>> gather_wheels(Session& session, const env::Plan& plan,
                                                   const resolve::Resolution& resolution,
                                                   std::stop_token stop) {
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
    auto wheel = session.dists.wheel(chosen.file, expected_of(chosen), stop);
    if (wheel)
      wheels.push_back(std::move(*wheel));
    else if (!first)
      first = with_askers(std::move(wheel.error()), chosen);
  }
  if (first) return fail(std::move(*first));
  return wheels;
}

std::string change_lines(const env::Plan& plan, const resolve::Resolution& resolution,
                         const std::vector<env::Installed>& installed) {
  std::vector<std::string> lines;
  for (const env::Plan::Add& add : plan.add) {
    for (const std::size_t old : add.old)
      lines.push_back(cat(installed[old].name, "\n - ", installed[old].name,
                          "==", installed[old].version_text));
    const resolve::Chosen& chosen = resolution.chosen[add.wanted];
    lines.push_back(
        cat(chosen.name, "\n + ", chosen.name, "==", chosen.version.str(),
            chosen.source ? cat(" (from ", dist::shown_source(*chosen.source), ")") : ""));
  }
  for (const std::size_t gone : plan.remove)
    lines.push_back(cat(installed[gone].name, "\n - ", installed[gone].name,
                        "==", installed[gone].version_text));
  std::stable_sort(lines.begin(), lines.end(), [](const std::string& a, const std::string& b) {
    return a.substr(0, a.find('\n')) < b.substr(0, b.find('\n'));
  });
  std::string out;
  for (const std::string& line : lines)
    out += cat(out.empty() ? "" : "\n", line.substr(line.find('\n') + 1));
  return out;
}

/// Of a direct reference its direct_url.json, word for word, as in pip's reports.
Result<base::Json> download_info(const resolve::Chosen& chosen) {
  if (chosen.source)
    return base::parse_json(env::write_direct_url(origin_of(chosen)), kMaxDownloadInfo);
  base::Json::Object hashes;
  const index::File& file = *chosen.file;
  if (!file.sha256.empty()) hashes["sha256"] = base::Json(file.sha256);
  return base::Json(base::Json::Object{
      {"url", base::Json(file.url)},
      {"archive_info", base::Json::Object{{"hashes", base::Json(std::move(hashes))}}}});
}

/// pip's installation report, version "1".
Result<base::Json> report_json(const env::Plan& plan, const resolve::Resolution& resolution,
                               const pep::Target& target) {
  base::Json::Array install;
  for (const env::Plan::Add& add : plan.add) {
    const resolve::Chosen& chosen = resolution.chosen[add.wanted];
    base::Json::Object metadata{
        {"name", chosen.metadata ? chosen.metadata->written_name : chosen.name},
        {"version", chosen.version.str()}};
    if (chosen.metadata) {
      metadata["metadata_version"] = chosen.metadata->metadata_version;
      base::Json::Array needs;
      for (const pep::Requirement& need : chosen.metadata->requires_dist)
        needs.emplace_back(need.str());
      if (!needs.empty()) metadata["requires_dist"] = std::move(needs);
      if (!chosen.metadata->requires_python_text.empty())
        metadata["requires_python"] = chosen.metadata->requires_python_text;
    }
    PIPIT_TRY(base::Json download, download_info(chosen));
    base::Json::Object row{{"metadata", std::move(metadata)},
                           {"download_info", std::move(download)},
                           {"is_direct", chosen.direct},
                           {"is_yanked", chosen.file->yanked},
                           {"requested", chosen.requested}};
    if (chosen.requested && !chosen.extras.empty()) {
      base::Json::Array extras;
      for (const std::string& extra : chosen.extras) extras.emplace_back(extra);
      row["requested_extras"] = std::move(extras);
    }
    install.emplace_back(std::move(row));
  }
  base::Json::Object environment;
  for (const std::string_view name :
       {"os_name", "sys_platform", "platform_system", "platform_machine",
        "platform_python_implementation", "platform_release", "platform_version",
        "implementation_name", "implementation_version", "python_version", "python_full_version"})
    if (const std::string* value = pep::marker_variable(target.markers, name))
      environment[std::string(name)] = *value;
  return base::Json(base::Json::Object{{"version", "1"},
                                       {"pipit_version", std::string(kVersion)},
                                       {"install", std::move(install)},
                                       {"environment", std::move(environment)}});
}

Result<void> write_report(const Context& context, const env::Plan& plan,
                          const resolve::Resolution& resolution, const pep::Target& target) {
  const auto file = context.layers().value("report");
  if (!file && !context.settings.json) return {};
  PIPIT_TRY(const base::Json report, report_json(plan, resolution, target));
  const std::string text = base::to_json(report, 2) + "\n";
  if (context.settings.json || *file == "-") return write_stdout(text);
  return base::write_file_atomically(*file, text);
}

void say_changes(Context& context, const env::Plan& plan, const resolve::Resolution& resolution,
                 const std::vector<env::Installed>& installed) {
  const std::string lines = change_lines(plan, resolution, installed);
  if (!lines.empty()) context.reporter.say(lines);
}

/// A wheel's own digest becomes known when it is fetched; an archive's stands on its page.
void add_digest(const resolve::Chosen& chosen, const cache::Wheel& wheel, env::DirectUrl& origin) {
  if (chosen.source->kind == dist::Source::Kind::wheel && origin.hashes.empty())
    origin.hashes["sha256"] = wheel.sha256;
}

env::Change change_of(const env::Plan& plan, const std::vector<env::Wanted>& wanted,
                      const resolve::Resolution& resolution,
                      const std::vector<cache::WheelPtr>& wheels,
                      const std::vector<env::Installed>& installed) {
  env::Change change;
  for (std::size_t i = 0; i < plan.add.size(); ++i) {
    const env::Wanted& want = wanted[plan.add[i].wanted];
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
                           std::vector<cache::WheelPtr>& wheels, std::stop_token stop) {
  bool renewed = false;
  for (std::size_t i = 0; i < wheels.size(); ++i) {
    if (cache::is_unchanged(*wheels[i])) continue;
    const resolve::Chosen& chosen = resolution.chosen[plan.add[i].wanted];
    auto anew =
        session.dists.wheel_anew(chosen.file, dist::Expected{chosen.hashes}, *wheels[i], stop);
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

Result<int> change_environment(Context& context, Session& session, const Place& place,
                               const resolve::Resolution& resolution,
                               const std::vector<env::Installed>& installed,
                               const ChangeOptions& options) {
  const std::vector<env::Wanted> wanted = wanted_list(resolution, context);
  env::PlanOptions plan_options;
  plan_options.exact = options.exact;
  plan_options.keep = options.keep;
  plan_options.reinstall = context.layers().flag("reinstall");
  const env::Plan plan = env::make_plan(installed, wanted, plan_options);
  for (const std::size_t stuck : plan.unremovable)
    context.reporter.warn(cat(installed[stuck].name, " ", installed[stuck].version_text,
                              ": not removed, as its files are not recorded"));
  if (options.dry_run || plan.empty()) {
    if (plan.empty())
      context.reporter.say(
          cat("Checked ", counted(resolution.chosen.size(), "package"), ": nothing to do"));
    else
      context.reporter.say(cat("Would install ", counted(plan.add.size(), "package"), ", remove ",
                               plan.remove.size()));
    say_changes(context, plan, resolution, installed);
    PIPIT_TRY(write_report(context, plan, resolution, *place.target));
    return 0;
  }
  if (context.layers().stronger("compile", "no-compile", false))
    context.reporter.warn("--compile: this version does not compile bytecode");
  std::int64_t started = base::now_us();
  PIPIT_TRY(auto wheels, gather_wheels(session, plan, resolution, context.stop));
  if (!wheels.empty())
    context.reporter.say(prepared_line(session.dists.account(), wheels.size(), started));
  env::ApplyOptions apply_options;
  PIPIT_TRY(apply_options.link_mode, link_mode(context.layers()));
  apply_options.overwrite_strays = context.settings.persona.pip;
  started = base::now_us();
  const auto apply = [&] {
    return env::apply(place.layout, change_of(plan, wanted, resolution, wheels, installed),
                      apply_options, session.pool, context.reporter, context.stop);
  };
  auto applied = apply();
  if (!applied && applied.error().code == Code::io) {
    PIPIT_TRY(renew_changed(session, plan, resolution, applied.error(), wheels, context.stop));
    applied = apply();
  }
  PIPIT_TRY(applied);
  const std::string took = base::format_duration(base::now_us() - started);
  if (!plan.add.empty())
    context.reporter.say(cat("Installed ", counted(plan.add.size(), "package"), " in ", took));
  else
    context.reporter.say(cat("Removed ", counted(plan.remove.size(), "package"), " in ", took));
  say_changes(context, plan, resolution, installed);
  PIPIT_TRY(write_report(context, plan, resolution, *place.target));
  return 0;
}

}  // namespace pipit::cli
