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

Result<resolve::ForkStrategy> fork_strategy_setting(const Layers& layers) {
  const std::string kind = layers.value(opt("fork-strategy")).value_or("requires-python");
  if (kind == "requires-python") return resolve::ForkStrategy::requires_python;
  if (kind == "fewest") return resolve::ForkStrategy::fewest;
  return fail(Code::usage,
              cat("--fork-strategy ", base::printable(kind), ": not requires-python or fewest"));
}

Result<resolve::Prerelease> prerelease_setting(const Layers& layers, const InvokedAs& invoked_as) {
  if (layers.has(opt("pre"))) return resolve::Prerelease::allow;
  if (invoked_as.pip && !layers.value(opt("prerelease"))) return resolve::Prerelease::named;
  const std::string mode = layers.value(opt("prerelease")).value_or("if-necessary");
  if (mode == "disallow") return resolve::Prerelease::disallow;
  if (mode == "allow") return resolve::Prerelease::allow;
  if (mode == "explicit") return resolve::Prerelease::explicit_only;
  if (mode == "if-necessary" || mode == "if-necessary-or-explicit")
    return resolve::Prerelease::if_necessary;
  return fail(Code::usage, cat("--prerelease ", base::printable(mode),
                               ": not disallow, allow, if-necessary or explicit"));
}

Result<resolve::Preference> preference_setting(const Layers& layers) {
  const std::string mode = layers.value(opt("resolution")).value_or("highest");
  if (mode == "highest") return resolve::Preference::highest;
  if (mode == "lowest") return resolve::Preference::lowest;
  if (mode == "lowest-direct") return resolve::Preference::lowest_direct;
  return fail(Code::usage, cat("--resolution ", base::printable(mode),
                               ": not highest, lowest or lowest-direct"));
}

/// Of --exclude-newer and --uploaded-prior-to the earlier one counts.
Result<resolve::Cutoffs> cutoff_settings(const Layers& layers) {
  resolve::Cutoffs cutoffs;
  const std::int64_t now = std::time(nullptr);
  if (const auto text = layers.value(opt("exclude-newer"))) {
    PIPIT_TRY(cutoffs.all,
              parse_cutoff(opt("exclude-newer").name(), *text, BareDate::whole_day, now));
  }
  if (const auto text = layers.value(opt("uploaded-prior-to"))) {
    PIPIT_TRY(const std::int64_t moment,
              parse_cutoff(opt("uploaded-prior-to").name(), *text, BareDate::its_beginning, now));
    cutoffs.all = std::min(moment, cutoffs.all.value_or(moment));
  }
  constexpr ListKey kOne = opt("exclude-newer-package");
  for (const std::string& text : layers.values(kOne)) {
    const auto pair = base::split_once(text, '=');
    if (!pair)
      return fail(Code::usage,
                  cat("--", kOne.name(), " ", base::printable(text), ": not NAME=TIME"));
    auto& cutoff = cutoffs.by_project[pep::normalize_name(base::trim(pair->first))];
    cutoff.reset();
    if (base::trim(pair->second) == "false") continue;
    PIPIT_TRY(cutoff, parse_cutoff(kOne.name(), pair->second, BareDate::whole_day, now));
  }
  const std::string missing = layers.value(opt("exclude-newer-missing")).value_or("skip");
  if (missing != "skip" && missing != "allow")
    return fail(Code::usage,
                cat("--exclude-newer-missing ", base::printable(missing), ": not skip or allow"));
  cutoffs.unknown_counts = missing == "allow";
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
  PIPIT_TRY(policy.prerelease, prerelease_setting(layers, invoked_as));
  PIPIT_TRY(policy.preference, preference_setting(layers));
  PIPIT_TRY(policy.exclude_newer, cutoff_settings(layers));
  PIPIT_TRY(policy.fork_strategy, fork_strategy_setting(layers));
  return policy;
}

Result<std::vector<operation::NamedEnvironment>> environment_list(const Layers& layers,
                                                                  ListKey key) {
  std::vector<operation::NamedEnvironment> out;
  for (const std::string& text : layers.values(key)) {
    auto marker = pep::Marker::parse(text);
    if (!marker) return fail(Code::usage, cat("--", key.name(), ": ", marker.error().message));
    out.push_back({std::move(*marker), cat("--", key.name())});
  }
  return out;
}

/// A resolution for every platform is not for one that is named.
Result<void> check_universal(const Layers& layers) {
  for (const OptionKey key :
       {opt("python-platform"), opt("platform"), opt("implementation"), opt("abi"), opt("why-not")})
    if (layers.given(key))
      return fail(
          Code::usage,
          cat("--universal is for every platform: it cannot be combined with --", key.name()));
  return {};
}

/// "KEY=VALUE": adds the value to the key's.
Result<void> add_config_setting(ListKey key, std::string_view text,
                                build_frontend::ConfigSettings& settings) {
  const auto pair = base::split_once(text, '=');
  if (!pair || pair->first.empty())
    return fail(Code::usage, cat("--", key.name(), " ", base::printable(text), ": not KEY=VALUE"));
  settings[std::string(pair->first)].emplace_back(pair->second);
  return {};
}

/// "NAME:KEY=VALUE". Names hold no colon.
Result<void> add_package_setting(std::string_view text,
                                 std::map<std::string, build_frontend::ConfigSettings>& settings) {
  constexpr ListKey kKey = opt("config-settings-package");
  const auto parts = base::split_once(text, ':');
  if (!parts || !pep::is_valid_name(parts->first))
    return fail(Code::usage,
                cat("--", kKey.name(), " ", base::printable(text), ": not NAME:KEY=VALUE"));
  return add_config_setting(kKey, parts->second, settings[pep::normalize_name(parts->first)]);
}

Result<std::set<std::string>> unisolated_projects(const Layers& layers) {
  constexpr ListKey kKey = opt("no-build-isolation-package");
  std::set<std::string> names;
  for (const std::string& value : layers.values(kKey))
    for (const std::string_view piece : base::split(value, ',')) {
      const std::string_view name = base::trim(piece);
      if (!pep::is_valid_name(name))
        return fail(Code::usage, cat("--", kKey.name(), " ", base::printable(value),
                                     ": not the name of a package"));
      names.insert(pep::normalize_name(name));
    }
  return names;
}

}  // namespace

Result<operation::ResolutionOptions> resolution_options(const Layers& layers,
                                                        const InvokedAs& invoked_as) {
  operation::ResolutionOptions options;
  PIPIT_TRY(options.policy, resolve_policy(layers, invoked_as));
  options.no_deps = layers.has(opt("no-deps"));
  options.prefetch = !layers.has(opt("no-prefetch"));
  options.upgrade = layers.has(opt("upgrade"));
  options.eager = layers.value(opt("upgrade-strategy")) == "eager";
  PIPIT_TRY(options.upgrades, upgrade_list(layers));
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

Result<operation::BuildOptions> build_options(const Layers& layers) {
  operation::BuildOptions options;
  for (const std::string& text : layers.values(opt("config-settings")))
    PIPIT_TRY(add_config_setting(opt("config-settings"), text, options.settings));
  for (const std::string& text : layers.values(opt("config-settings-package")))
    PIPIT_TRY(add_package_setting(text, options.project_settings));
  options.constraint_files = layers.values(opt("build-constraint"));
  options.no_isolation = layers.has(opt("no-build-isolation"));
  PIPIT_TRY(options.no_isolation_of, unisolated_projects(layers));
  PIPIT_TRY(const std::uint64_t seconds, number_setting(layers, opt("build-timeout"), 0, 0));
  options.timeout_seconds = static_cast<int>(seconds);
  PIPIT_TRY(options.concurrent,
            number_setting(layers, opt("concurrent-builds"), sched::usable_cores(), 1));
  return options;
}

}  // namespace pipit::cli
