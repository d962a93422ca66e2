// What the resolver is asked, put together from inputs and options.
#include "operation/request.h"

#include <algorithm>
#include <span>

#include "base/redact.h"
#include "base/shell_words.h"
#include "base/text.h"
#include "env/plan.h"
#include "operation/direct_references.h"
#include "operation/hash_mode.h"
#include "pep/name.h"
#include "sched/pool.h"

namespace pipit::operation {
namespace {

constexpr std::size_t kLeftOutNamed = 8;

/// A requirement that counts for nothing here is told, in one line for all.
void tell_left_out(const Inputs& inputs, const resolve::Policy& policy, base::Events& events) {
  std::vector<std::string> names;
  for (const resolve::UserRequirement& root : inputs.roots) {
    if (resolve::applies(root, policy) || policy.excluded.contains(root.requirement.name)) continue;
    names.push_back(cat(root.requirement.name, root.origin.empty() ? "" : " (", root.origin,
                        root.origin.empty() ? "" : ")"));
  }
  if (names.empty()) return;
  const std::size_t more = names.size() - std::min(names.size(), kLeftOutNamed);
  names.resize(names.size() - more);
  events.say(cat("Left out, as their markers do not hold here: ", base::join(names, ", "),
                 more > 0 ? cat(" and ", more, " more") : ""));
}

/// --upgrade-package 'NAME<3' is a constraint, too.
void constrain_upgrades(const std::vector<pep::Requirement>& upgrades,
                        std::vector<resolve::UserRequirement>& constraints) {
  for (const pep::Requirement& upgrade : upgrades) {
    if (upgrade.specifier.empty()) continue;
    resolve::UserRequirement wanted;
    wanted.requirement = upgrade;
    wanted.origin = "--upgrade-package";
    constraints.push_back(std::move(wanted));
  }
}

/// The oldest Python that every bound lets through, as far as they name one.
std::optional<pep::Version> lowest_bound(const Inputs& inputs) {
  std::optional<pep::Version> lowest;
  for (const RequiresPython& bound : inputs.requires_python)
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
void widen_to_universal(const std::string& text, const Inputs& inputs, const pep::Target& target,
                        resolve::Policy& policy) {
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
}

/// Whether the answer depends on nothing that the words of compile_command() leave out.
bool is_said_in_short(const Options& options, const Inputs& inputs) {
  const resolve::Policy& policy = options.resolution.policy;
  const resolve::BinaryPolicy& binary = policy.binary;
  const bool any_binary = binary.all_only_binary || binary.all_no_binary || binary.prefer_binary ||
                          !binary.only_binary.empty() || !binary.no_binary.empty();
  const bool is_typed = std::ranges::none_of(inputs.roots, [](const resolve::UserRequirement& one) {
    return one.origin.empty() && one.source;
  });
  const env::TargetOptions& foreign = options.target.foreign;
  return policy.prerelease == resolve::Prerelease::if_necessary && !any_binary && is_typed &&
         policy.preference == resolve::Preference::highest && !policy.exclude_newer.limits_any() &&
         inputs.locks.empty() && inputs.built.empty() && inputs.excluded.empty() &&
         foreign.implementation.empty() && foreign.abis.empty() &&
         foreign.wheel_platforms.empty() && !options.resolution.no_deps &&
         std::ranges::all_of(inputs.files, [](const std::string& file) {
           return file != "-" && input_kind(file) == InputKind::requirements;
         });
}

/// " -c FILE" for the files that these stand in.
std::string words_for_files(std::string_view option,
                            const std::vector<resolve::UserRequirement>& all) {
  std::string words, last;
  for (const resolve::UserRequirement& one : all) {
    const std::string file = one.origin.substr(0, one.origin.rfind(':'));
    if (file != last && !file.starts_with("-"))
      words += cat(" ", option, " ", base::shell_word(file));
    last = file;
  }
  return words;
}

std::string words_for_indexes(const IndexOptions& options) {
  const std::vector<base::Url>& indexes = options.catalog.indexes;
  std::string words = options.no_index ? " --no-index" : "";
  const auto add = [&](std::string_view option, const std::string& value) {
    words += cat(" ", option, " ", base::shell_word(value));
  };
  for (std::size_t at = 0; at < indexes.size(); ++at) {
    const std::string url = base::to_string(indexes[at]);
    if (at + 1 < indexes.size())
      add("--extra-index-url", url);
    else if (url != options.default_index)
      add("-i", url);
  }
  for (const std::string& place : options.catalog.find_links) add("-f", place);
  if (options.catalog.strategy == index::Strategy::best_match)
    add("--index-strategy", "unsafe-best-match");
  return words;
}

/// Problem::compile_command. A long one would hide what it stands behind, and one without its
/// secrets would not work: "".
std::string compile_command(const Options& options, const Inputs& inputs) {
  constexpr std::size_t kMaxCommand = 160;
  if (!is_said_in_short(options, inputs)) return "";
  std::string typed, command = "pipit compile";
  std::size_t count = 0;
  for (const resolve::UserRequirement& root : inputs.roots) {
    if (!root.origin.empty()) continue;
    typed += cat(" ", base::shell_word(root.requirement.str()));
    ++count;
  }
  if (count > 0) command = cat(count == 1 ? "echo" : "printf '%s\\n'", typed, " | ", command, " -");
  for (const std::string& file : inputs.files) command += cat(" ", base::shell_word(file));
  command += words_for_files("-c", inputs.constraints);
  command += words_for_files("--override", inputs.overrides);
  command += words_for_indexes(options.index);
  const TargetOptions& target = options.target;
  const bool names_python = !target.python.python.empty() && target.python.said.empty();
  if (names_python) command += cat(" -p ", base::shell_word(target.python.python));
  if (target.python.system) command += " --system";
  if (!target.foreign.python_version.empty())
    command += cat(" --python-version ", target.foreign.python_version);
  for (const std::string& name : target.foreign.platforms)
    command += cat(" --python-platform ", name);
  return command.size() > kMaxCommand || base::redact_text(command) != command ? "" : command;
}

}  // namespace

Result<void> check_requires_python(const Inputs& inputs, const pep::Target& target) {
  for (const RequiresPython& bound : inputs.requires_python)
    if (!resolve::runs_on(target, bound.specifier))
      return fail(Code::no_solution,
                  cat(base::redact_text(bound.where), ": requires Python ",
                      base::printable(bound.text), ", but this is Python ", target.python.str()));
  return {};
}

Result<resolve::Problem> make_request(const Options& options, Session& session,
                                      const InstallTarget& target, Inputs& inputs, bool hash_mode) {
  const ResolutionOptions& resolution = options.resolution;
  resolve::Problem request;
  request.policy = resolution.policy;
  request.policy.target = target.resolved_for;
  request.policy.excluded = inputs.excluded;
  const auto look_at_pythons = [&]() -> Result<void> {
    if (!resolution.universal) return check_requires_python(inputs, *target.resolved_for);
    widen_to_universal(options.target.foreign.python_version, inputs, *target.resolved_for,
                       request.policy);
    return {};
  };
  PIPIT_TRY(look_at_pythons());
  if (hash_mode) {
    for (auto* all : {&inputs.roots, &inputs.constraints, &inputs.overrides})
      take_fragment_hashes(*all);
    PIPIT_TRY(merge_constraint_hashes(inputs.roots, inputs.constraints, request.policy));
    PIPIT_TRY(check_root_hashes(inputs.roots, request.policy));
  }
  PIPIT_TRY(resolve_direct_references(session, request.policy, inputs));
  if (!inputs.built.empty()) PIPIT_TRY(look_at_pythons());
  if (resolution.universal) {
    PIPIT_TRY(inputs.environments, named_environments(resolution, std::move(inputs.environments)));
    PIPIT_TRY(limit_environments(inputs.environments, session.events, request.policy));
  }
  tell_left_out(inputs, request.policy, session.events);
  request.roots = inputs.roots;
  request.constraints = inputs.constraints;
  PIPIT_TRY(merge_constraint_hashes(request.roots, request.constraints, request.policy));
  constrain_upgrades(resolution.upgrades, request.constraints);
  request.overrides = inputs.overrides;
  request.no_deps = resolution.no_deps;
  request.prefetch = resolution.prefetch;
  request.compile_command = compile_command(options, inputs);
  request.other_python = [&options, &target](const std::string& version) {
    return target_with_python(options.target, target, version);
  };
  for (const resolve::UserRequirement& wanted : request.roots) {
    if (!resolve::applies(wanted, request.policy)) continue;
    resolve::apply_to_policy(wanted, request.policy);
    request.policy.direct[wanted.requirement.name].push_back(wanted.requirement.marker);
  }
  for (const auto* others : {&request.constraints, &request.overrides})
    for (const resolve::UserRequirement& wanted : *others)
      if (resolve::applies(wanted, request.policy))
        resolve::apply_to_policy(wanted, request.policy);
  PIPIT_TRY(check_one_place_each(session, request));
  return request;
}

void offer_installed(const Options& options, const std::vector<env::Installed>& installed,
                     bool exact, resolve::Problem& request) {
  const ResolutionOptions& resolution = options.resolution;
  request.python_stays = !options.dry_run && !options.target.directory;
  if (options.install.installs_again()) return;
  if (resolution.upgrade && resolution.eager) return;
  std::set<std::string> again(resolution.refreshed.begin(), resolution.refreshed.end());
  for (const pep::Requirement& upgrade : resolution.upgrades) again.insert(upgrade.name);
  again.insert(options.install.reinstalled.begin(), options.install.reinstalled.end());
  for (const resolve::UserRequirement& wanted : request.roots)
    if (resolution.upgrade || wanted.source) again.insert(wanted.requirement.name);
  for (auto at = installed.begin(); at != installed.end();) {
    const env::Installed& dist = *at;
    const auto end = std::find_if(
        at, installed.end(), [&](const env::Installed& other) { return other.name != dist.name; });
    const std::span<const env::Installed> copies(at, end);
    at = end;
    if (again.contains(dist.name) || !env::may_stay(copies, exact)) continue;
    request.present.emplace(
        dist.name, resolve::Present(*dist.version, [dist] {
          auto metadata = env::installed_metadata(dist);
          return metadata ? std::make_shared<const pep::Metadata>(std::move(*metadata)) : nullptr;
        }));
  }
}

}  // namespace pipit::operation
