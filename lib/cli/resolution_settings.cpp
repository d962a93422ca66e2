// How releases are chosen has many small rules of pip's; each option is read in one function.
#include "cli/resolution_settings.h"

#include <algorithm>
#include <ctime>

#include "base/text.h"
#include "cli/cutoff.h"
#include "pep/name.h"
#include "sched/cores.h"
#include "sched/pool.h"

namespace pipit::cli {
namespace {

void add_names(const std::vector<std::string>& values, bool& all, std::set<std::string>& names) {
  for (const std::string& value : values) {
    for (const std::string_view piece : base::split(value, ',')) {
      const std::string name(base::trim(piece));
      if (name == ":all:") {
        all = true;
      } else if (name == ":none:") {
        all = false;
        names.clear();
      } else if (!name.empty()) {
        names.insert(pep::normalize_name(name));
      }
    }
  }
}

resolve::ForkStrategy fork_strategy_setting(const Layers& layers) {
  return layers.value(opt("fork-strategy")) == "fewest" ? resolve::ForkStrategy::fewest
                                                        : resolve::ForkStrategy::requires_python;
}

resolve::Prerelease prerelease_setting(const Layers& layers, const InvokedAs& invoked_as) {
  if (layers.has(opt("pre"))) return resolve::Prerelease::allow;
  const auto mode = layers.value(opt("prerelease"));
  if (invoked_as.pip && !mode) return resolve::Prerelease::named;
  if (mode == "disallow") return resolve::Prerelease::disallow;
  if (mode == "allow") return resolve::Prerelease::allow;
  if (mode == "explicit") return resolve::Prerelease::explicit_only;
  return resolve::Prerelease::if_necessary;
}

resolve::Preference preference_setting(const Layers& layers) {
  const auto mode = layers.value(opt("resolution"));
  if (mode == "lowest") return resolve::Preference::lowest;
  if (mode == "lowest-direct") return resolve::Preference::lowest_direct;
  return resolve::Preference::highest;
}

/// Of --exclude-newer and --uploaded-prior-to the earlier one counts.
Result<resolve::Cutoffs> cutoff_settings(const Layers& layers) {
  resolve::Cutoffs cutoffs;
  const std::int64_t now = std::time(nullptr);
  if (const auto text = layers.value(opt("exclude-newer"))) {
    PIPIT_TRY(cutoffs.all, parse_cutoff(*text, BareDate::whole_day, now));
  }
  if (const auto text = layers.value(opt("uploaded-prior-to"))) {
    PIPIT_TRY(const std::int64_t moment, parse_cutoff(*text, BareDate::its_beginning, now));
    cutoffs.all = std::min(moment, cutoffs.all.value_or(moment));
  }
  for (const std::string& text : layers.values(opt("exclude-newer-package"))) {
    const auto pair = base::split_once(text, '=');
    if (!pair) continue;
    auto& cutoff = cutoffs.by_project[pep::normalize_name(base::trim(pair->first))];
    cutoff.reset();
    if (base::trim(pair->second) == "false") continue;
    PIPIT_TRY(cutoff, parse_cutoff(pair->second, BareDate::whole_day, now));
  }
  cutoffs.unknown_counts = layers.value(opt("exclude-newer-missing")) == "allow";
  return cutoffs;
}

/// Everything of a policy but its target and what the inputs add.
Result<resolve::Policy> resolve_policy(const Layers& layers, const InvokedAs& invoked_as) {
  resolve::Policy policy;
  resolve::BinaryPolicy& binary = policy.binary;
  add_names(layers.values(opt("only-binary")), binary.all_only_binary, binary.only_binary);
  add_names(layers.values(opt("no-binary")), binary.all_no_binary, binary.no_binary);
  add_names(layers.values(opt("no-build-package")), binary.all_only_binary, binary.only_binary);
  if (layers.has(opt("no-build"))) binary.all_only_binary = true;
  binary.prefer_binary = layers.has(opt("prefer-binary"));
  binary.holds_for_direct = !invoked_as.pip;
  policy.any_pin_takes_yanked = invoked_as.pip;
  policy.prerelease = prerelease_setting(layers, invoked_as);
  policy.preference = preference_setting(layers);
  PIPIT_TRY(policy.exclude_newer, cutoff_settings(layers));
  policy.fork_strategy = fork_strategy_setting(layers);
  return policy;
}

Result<std::vector<operation::NamedEnvironment>> environment_list(const Layers& layers,
                                                                  ListKey key) {
  std::vector<operation::NamedEnvironment> out;
  for (const std::string& text : layers.values(key)) {
    PIPIT_TRY(pep::Marker marker, pep::Marker::parse(text));
    out.push_back({std::move(marker), layers.said(key)});
  }
  return out;
}

/// A resolution for every platform is not for one that is named.
Result<void> check_universal(const Layers& layers) {
  for (const OptionKey key :
       {opt("python-platform"), opt("platform"), opt("implementation"), opt("abi"), opt("why-not")})
    if (layers.given(key))
      return fail(Code::usage,
                  cat(layers.said(opt("universal")),
                      " is for every platform: it cannot be combined with ", layers.said(key)));
  return {};
}

/// "KEY=VALUE": adds the value to the key's.
void add_config_setting(std::string_view text, build_frontend::ConfigSettings& settings) {
  if (const auto pair = base::split_once(text, '='))
    settings[std::string(pair->first)].emplace_back(pair->second);
}

/// "NAME:KEY=VALUE". Names hold no colon.
void add_package_setting(std::string_view text,
                         std::map<std::string, build_frontend::ConfigSettings>& settings) {
  if (const auto parts = base::split_once(text, ':'))
    add_config_setting(parts->second, settings[pep::normalize_name(parts->first)]);
}

}  // namespace

Result<operation::ResolutionOptions> resolution_options(const Layers& layers,
                                                        const InvokedAs& invoked_as) {
  operation::ResolutionOptions options;
  PIPIT_TRY(options.policy, resolve_policy(layers, invoked_as));
  options.no_deps = layers.has(opt("no-deps"));
  options.prefetch = !layers.has(opt("no-prefetch"));
  options.predict = options.prefetch && !layers.has(opt("no-predict"));
  options.trees = layers.values(opt("trees"));
  options.upgrade = wants_upgrade(layers);
  options.eager = layers.value(opt("upgrade-strategy")) == "eager";
  options.upgrades = upgrade_list(layers);
  options.refreshed = name_list(layers, opt("refresh-package"));
  if (layers.has(opt("require-hashes")) || layers.has(opt("no-require-hashes")))
    options.require_hashes = layers.either(opt("require-hashes"), opt("no-require-hashes"), false);
  options.universal = layers.either(opt("universal"), opt("no-universal"), false);
  if (!options.universal) return options;
  PIPIT_TRY(check_universal(layers));
  PIPIT_TRY(options.environments, environment_list(layers, opt("environment")));
  PIPIT_TRY(options.required_environments, environment_list(layers, opt("required-environment")));
  return options;
}

operation::BuildOptions build_options(const Layers& layers) {
  operation::BuildOptions options;
  for (const std::string& text : layers.values(opt("config-settings")))
    add_config_setting(text, options.settings);
  for (const std::string& text : layers.values(opt("config-settings-package")))
    add_package_setting(text, options.project_settings);
  options.constraint_files = layers.values(opt("build-constraint"));
  options.no_isolation = layers.either(opt("no-build-isolation"), opt("build-isolation"), false);
  const auto unisolated = name_list(layers, opt("no-build-isolation-package"));
  options.no_isolation_of = {unisolated.begin(), unisolated.end()};
  options.timeout_seconds = static_cast<int>(number_setting(layers, opt("build-timeout"), 0, 0));
  options.concurrent = number_setting(layers, opt("concurrent-builds"), sched::usable_cores(), 1);
  return options;
}

}  // namespace pipit::cli
