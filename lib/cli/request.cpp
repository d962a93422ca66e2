#include "cli/request.h"

#include <algorithm>
#include <chrono>

#include "base/stop.h"
#include "base/text.h"
#include "base/thread.h"
#include "cli/direct_inputs.h"
#include "cli/hash_mode.h"
#include "pep/name.h"
#include "sched/pool.h"

namespace pipit::cli {
namespace {

constexpr std::uint64_t kMaxRemoteFile = 16u << 20;
constexpr std::chrono::milliseconds kPatience{5};

/// A small client for requirements files that are named by URL: it is gone before the session
/// opens.
Result<std::string> fetch_requirements(Context& context, const base::Url& url) {
  PIPIT_TRY(const net::Options options, net_options(context.layers()));
  sched::Pool pool(sched::LaneLimits{});
  net::Client client(options, pool, context.reporter);
  net::Exchange exchange{url,
                         net::Kind::page,
                         {},
                         sched::make_urgency(sched::Want::demand),
                         cat("file ", base::redacted(url))};
  auto answer = client.fetch_now(std::move(exchange), kMaxRemoteFile, context.stop);
  pool.shutdown();
  client.shutdown();
  if (!answer) return fail(std::move(answer.error()));
  if (answer->status != 200)
    return fail(Code::http_status,
                cat(base::redacted(url), ": the server answered ", answer->status));
  return std::move(answer->body);
}

std::set<std::string> names_of(const std::vector<std::string>& values) {
  std::set<std::string> names;
  for (const std::string& value : values)
    for (const std::string_view piece : base::split(value, ','))
      names.insert(pep::normalize_name(base::trim(piece)));
  return names;
}

/// --upgrade-package 'NAME<3' is a constraint, too.
Result<void> constrain_upgrades(const Layers& layers, std::vector<resolve::Wanted>& constraints) {
  for (const std::string& text : layers.values("upgrade-package")) {
    PIPIT_TRY(pep::Requirement requirement, parse_upgrade(text));
    if (requirement.specifier.empty()) continue;
    resolve::Wanted wanted;
    wanted.requirement = std::move(requirement);
    wanted.origin = "--upgrade-package";
    constraints.push_back(std::move(wanted));
  }
  return {};
}

/// The oldest Python that every bound lets through, as far as they name one.
std::optional<pep::Version> lowest_bound(const Inputs& inputs) {
  std::optional<pep::Version> lowest;
  for (const PythonBound& bound : inputs.python_bounds)
    for (const pep::Specifier& clause : bound.specifier.clauses()) {
      const bool is_lower =
          clause.op == pep::Operator::greater_equal || clause.op == pep::Operator::greater ||
          clause.op == pep::Operator::compatible || clause.op == pep::Operator::equal;
      if (is_lower && clause.version && (!lowest || *lowest < *clause.version))
        lowest = clause.version->base_version();
    }
  return lowest;
}

/// Universal: Pythons from that of --python-version up; without it, from where the projects' own
/// requires-python begins (its upper ends are passed over), else from the first release of the
/// interpreter's minor version.
Result<void> widen_to_universal(const Layers& layers, const Inputs& inputs,
                                const pep::Target& target, resolve::Policy& policy) {
  for (const std::string_view option :
       {"python-platform", "platform", "implementation", "abi", "why-not"})
    if (layers.value(option))
      return fail(Code::usage,
                  cat("--universal is for every platform: it cannot be combined with --", option));
  const std::string text = layers.value("python-version").value_or("");
  policy.lowest_python = target.python;
  if (std::count(text.begin(), text.end(), '.') < 2) {
    const auto release = target.python.release();
    policy.lowest_python = pep::Version::from_release(0, {release[0], release[1]});
  }
  if (const auto lowest = lowest_bound(inputs);
      lowest && (text.empty() || policy.lowest_python < *lowest))
    policy.lowest_python = *lowest;
  policy.environments = policy.assumed = pep::MarkerSet::python_at_least(policy.lowest_python);
  policy.target = nullptr;
  return {};
}

}  // namespace

Result<Inputs> read_command_inputs(Context& context) {
  return read_inputs(context.words, context.layers(),
                     [&context](const base::Url& url) { return fetch_requirements(context, url); });
}

Result<std::vector<resolve::Wanted>> read_build_constraints(Context& context) {
  const std::vector<std::string> files = context.layers().values("build-constraint");
  if (files.empty()) return std::vector<resolve::Wanted>();
  PIPIT_TRY(Inputs inputs,
            read_inputs({}, Layers(Values{{"constraint", files}}),
                        [&](const base::Url& url) { return fetch_requirements(context, url); }));
  return std::move(inputs.constraints);
}

Result<Inputs> read_named_files(Context& context, std::string_view command) {
  Values files{{"requirement", std::move(context.words)}};
  context.words.clear();
  for (const std::string& file : context.layers().values("requirement"))
    files["requirement"].push_back(file);
  const bool otherwise = !context.layers().values("group").empty() ||
                         context.layers().flag("all-groups") ||
                         context.layers().flag("requirements-from-script");
  if (files["requirement"].empty() && !otherwise)
    return fail(Code::usage, cat(command, ": name a requirements file (- is standard input)"));
  context.settings.layers.push_front(std::move(files));
  return read_command_inputs(context);
}

void adopt_file_options(Context& context, Inputs& inputs) {
  for (const std::string& warning : inputs.warnings) context.reporter.warn(warning);
  if (inputs.file_options.empty()) return;
  if (context.settings.persona.pip)
    context.settings.layers.push_front(std::move(inputs.file_options));
  else
    context.settings.layers.insert_files_layer(std::move(inputs.file_options));
}

Result<void> check_python_bounds(const Inputs& inputs, const pep::Target& target) {
  for (const PythonBound& bound : inputs.python_bounds)
    if (!resolve::runs_on(target, bound.specifier))
      return fail(Code::no_solution,
                  cat(base::redact_text(bound.where), ": requires Python ",
                      base::printable(bound.text), ", but this is Python ", target.python.str()));
  return {};
}

Result<resolve::Request> make_request(const Context& context, Session& session, const Place& place,
                                      Inputs& inputs, bool hash_mode) {
  resolve::Request request;
  PIPIT_TRY(request.policy, resolve_policy(context.layers(), context.settings.persona));
  request.policy.binary.holds_for_direct = !context.settings.persona.pip;
  request.policy.target = place.target;
  request.policy.excluded = inputs.excluded;
  const bool universal = is_universal(context.layers());
  const auto look_at_pythons = [&]() -> Result<void> {
    if (!universal) return check_python_bounds(inputs, *place.target);
    return widen_to_universal(context.layers(), inputs, *place.target, request.policy);
  };
  PIPIT_TRY(look_at_pythons());
  if (hash_mode) {
    PIPIT_TRY(merge_constraint_hashes(inputs.roots, inputs.constraints));
    PIPIT_TRY(check_root_hashes(inputs.roots));
  }
  PIPIT_TRY(learn_sources(session, request.policy, context.stop, inputs));
  if (!inputs.built.empty()) PIPIT_TRY(look_at_pythons());
  if (universal) {
    PIPIT_TRY(inputs.environments,
              named_environments(context.layers(), std::move(inputs.environments)));
    PIPIT_TRY(limit_environments(inputs.environments, context.reporter, request.policy));
  }
  request.roots = inputs.roots;
  request.constraints = inputs.constraints;
  PIPIT_TRY(merge_constraint_hashes(request.roots, request.constraints));
  PIPIT_TRY(constrain_upgrades(context.layers(), request.constraints));
  request.overrides = inputs.overrides;
  request.no_deps = context.layers().flag("no-deps");
  request.prefetch = !context.layers().flag("no-prefetch");
  request.other_python = [&context, &place](const std::string& version) {
    return target_with_python(context, place, version);
  };
  for (const resolve::Wanted& wanted : request.roots) {
    resolve::heed(wanted, request.policy);
    request.policy.direct.insert(wanted.requirement.name);
  }
  for (const auto* others : {&request.constraints, &request.overrides})
    for (const resolve::Wanted& wanted : *others) resolve::heed(wanted, request.policy);
  PIPIT_TRY(check_places(session, request, context.stop));
  return request;
}

void start_early(Session& session, const Inputs& inputs) {
  session.catalog.warm();
  for (const resolve::Wanted& wanted : inputs.roots)
    if (!wanted.source && wanted.requirement.marker.is_true())
      session.catalog.request(wanted.requirement.name, sched::Want::soon);
}

LateStart::LateStart(Session& session, const Inputs& inputs) {
  session.catalog.warm();
  // Without a thread the pages are asked for a little later.
  (void)base::start_thread(thread_, [&session, &inputs](std::stop_token stop) {
    if (base::pause(kPatience, stop)) start_early(session, inputs);
  });
}

void offer_installed(const Context& context, const std::vector<env::Installed>& installed,
                     resolve::Request& request) {
  const Layers& layers = context.layers();
  if (layers.flag("reinstall") || layers.flag("ignore-installed")) return;
  const bool eager =
      layers.flag("upgrade") && layers.value("upgrade-strategy").value_or("") == "eager";
  if (eager) return;
  std::set<std::string> anew;
  for (const std::string& text : layers.values("upgrade-package"))
    if (const auto upgrade = parse_upgrade(text)) anew.insert(upgrade->name);
  for (const std::string& name : names_of(layers.values("refresh-package"))) anew.insert(name);
  for (const resolve::Wanted& wanted : request.roots)
    if (layers.flag("upgrade") || wanted.source) anew.insert(wanted.requirement.name);
  for (const env::Installed& dist : installed) {
    if (!dist.version || anew.contains(dist.name)) continue;
    resolve::Present present{*dist.version, nullptr};
    if (!request.no_deps)
      if (auto metadata = env::installed_metadata(dist))
        present.metadata = std::make_shared<const pep::Metadata>(std::move(*metadata));
    request.present.emplace(dist.name, std::move(present));
  }
}

}  // namespace pipit::cli
