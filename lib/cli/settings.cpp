#include "cli/settings.h"

#include <algorithm>
#include <ctime>

#include "base/process.h"
#include "base/text.h"
#include "cache/store.h"
#include "cli/cutoff.h"
#include "cli/version.h"
#include "gen/default_index.h"
#include "pep/name.h"

namespace pipit::cli {
namespace {

Result<std::uint64_t> number_setting(const Layers& layers, std::string_view name,
                                     std::uint64_t otherwise, std::uint64_t least) {
  const auto text = layers.value(name);
  if (!text) return otherwise;
  // pip takes "--timeout 1.5"; whole seconds are enough.
  const auto number = base::parse_uint(base::split(*text, '.').front());
  if (!number || *number > 1'000'000)
    return fail(Code::usage, cat("--", name, " ", base::printable(*text), ": not a number"));
  return std::max(*number, least);
}

Result<base::Url> index_setting(std::string_view text) {
  auto url = base::parse_url(text);
  if (url && (url->scheme == "http" || url->scheme == "https" || url->scheme == "file")) return url;
  const std::string path = base::absolute_path(text);
  if (base::is_directory(path)) return base::parse_url(base::path_to_file_url(path));
  return fail(Code::usage, cat("index ", base::redact_text(base::printable(text)),
                               ": not an http(s) URL or a directory"));
}

void add_names(const std::vector<std::string>& values, bool& all, std::set<std::string>& names) {
  for (const std::string& value : values) {
    for (const std::string_view piece : base::split(value, ',')) {
      const std::string name(base::trim(piece));
      if (name == ":all:")
        all = true;
      else if (name == ":none:")
        all = false, names.clear();
      else if (!name.empty())
        names.insert(pep::normalize_name(name));
    }
  }
}

Result<resolve::ForkStrategy> fork_strategy_setting(const Layers& layers) {
  const std::string kind = layers.value("fork-strategy").value_or("requires-python");
  if (kind == "requires-python") return resolve::ForkStrategy::requires_python;
  if (kind == "fewest") return resolve::ForkStrategy::fewest;
  return fail(Code::usage,
              cat("--fork-strategy ", base::printable(kind), ": not requires-python or fewest"));
}

Result<resolve::Prerelease> prerelease_setting(const Layers& layers, const Persona& persona) {
  if (layers.flag("pre")) return resolve::Prerelease::allow;
  if (persona.pip && !layers.value("prerelease")) return resolve::Prerelease::named;
  const std::string mode = layers.value("prerelease").value_or("if-necessary");
  if (mode == "disallow") return resolve::Prerelease::disallow;
  if (mode == "allow") return resolve::Prerelease::allow;
  if (mode == "explicit") return resolve::Prerelease::explicit_only;
  if (mode == "if-necessary" || mode == "if-necessary-or-explicit")
    return resolve::Prerelease::if_necessary;
  return fail(Code::usage, cat("--prerelease ", base::printable(mode),
                               ": not disallow, allow, if-necessary or explicit"));
}

Result<resolve::Preference> preference_setting(const Layers& layers) {
  const std::string mode = layers.value("resolution").value_or("highest");
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
  if (const auto text = layers.value("exclude-newer")) {
    PIPIT_TRY(cutoffs.all, parse_cutoff("exclude-newer", *text, BareDate::whole_day, now));
  }
  if (const auto text = layers.value("uploaded-prior-to")) {
    PIPIT_TRY(const std::int64_t moment,
              parse_cutoff("uploaded-prior-to", *text, BareDate::its_beginning, now));
    cutoffs.all = std::min(moment, cutoffs.all.value_or(moment));
  }
  constexpr std::string_view kOne = "exclude-newer-package";
  for (const std::string& text : layers.values(kOne)) {
    const auto pair = base::split_once(text, '=');
    if (!pair)
      return fail(Code::usage, cat("--", kOne, " ", base::printable(text), ": not NAME=TIME"));
    auto& cutoff = cutoffs.by_project[pep::normalize_name(base::trim(pair->first))];
    cutoff.reset();
    if (base::trim(pair->second) == "false") continue;
    PIPIT_TRY(cutoff, parse_cutoff(kOne, pair->second, BareDate::whole_day, now));
  }
  const std::string missing = layers.value("exclude-newer-missing").value_or("skip");
  if (missing != "skip" && missing != "allow")
    return fail(Code::usage,
                cat("--exclude-newer-missing ", base::printable(missing), ": not skip or allow"));
  cutoffs.unknown_counts = missing == "allow";
  return cutoffs;
}

/// Called as pip: the Python of the environment that holds the link, else the one that the name's
/// version asks for; "" for the first python3 on PATH.
std::string python_of_link(const Persona& persona) {
  std::string directory = persona.directory;
  if (directory.empty()) {
    const auto link = base::find_program(cat("pip", persona.python));
    if (link) directory = std::string(base::parent_path(*link));
  }
  const std::string python = base::join_path(directory, "python");
  if (base::exists(
          base::join_path(base::parent_path(base::absolute_path(directory)), "pyvenv.cfg")) &&
      base::exists(python))
    return python;
  return persona.python == "3" ? std::string() : persona.python;
}

/// How far pages and sources that are kept may be used without asking.
net::Refresh refresh_of(const Layers& layers) {
  if (layers.flag("refresh")) return net::Refresh::reload;
  return layers.flag("upgrade") ? net::Refresh::revalidate : net::Refresh::normal;
}

/// Projects (normal names) whose pages and sources are asked for anew.
Result<std::vector<std::string>> refreshed_packages(const Layers& layers) {
  std::vector<std::string> names;
  for (const std::string& name : layers.values("refresh-package"))
    names.push_back(pep::normalize_name(name));
  for (const std::string& text : layers.values("upgrade-package")) {
    PIPIT_TRY(const pep::Requirement upgrade, parse_upgrade(text));
    names.push_back(upgrade.name);
  }
  return names;
}

}  // namespace

Result<net::Options> net_options(const Layers& layers) {
  net::Options options;
  PIPIT_TRY(const std::uint64_t timeout, number_setting(layers, "timeout", 15, 1));
  PIPIT_TRY(const std::uint64_t retries, number_setting(layers, "retries", 5, 0));
  PIPIT_TRY(const std::uint64_t downloads,
            number_setting(layers, "concurrent-downloads", options.concurrent_downloads, 1));
  options.timeout_seconds = static_cast<int>(timeout);
  options.retries = static_cast<int>(retries);
  options.concurrent_downloads = downloads;
  options.offline = layers.flag("offline");
  options.cert = layers.value("cert").value_or("");
  options.client_cert = layers.value("client-cert").value_or("");
  options.trusted_hosts = layers.values("trusted-host");
  options.proxy = layers.value("proxy").value_or("");
  options.user_agent = cat("pipit/", kVersion);
  return options;
}

Result<index::CatalogOptions> catalog_options(const Layers& layers, const Persona& persona) {
  index::CatalogOptions options;
  options.find_links = layers.values("find-links");
  const std::string strategy =
      layers.value("index-strategy").value_or(persona.pip ? "unsafe-best-match" : "first-index");
  options.tell_merges = persona.pip && !layers.value("index-strategy");
  if (strategy == "unsafe-best-match")
    options.strategy = index::Strategy::best_match;
  else if (strategy != "first-index")
    return fail(Code::usage, cat("--index-strategy ", base::printable(strategy),
                                 ": not first-index or unsafe-best-match"));
  if (!layers.flag("no-index")) {
    for (const std::string& text : layers.values("extra-index-url")) {
      PIPIT_TRY(base::Url url, index_setting(text));
      options.indexes.push_back(std::move(url));
    }
    PIPIT_TRY(base::Url url,
              index_setting(layers.value("index-url").value_or(std::string(kDefaultIndexUrl))));
    options.indexes.push_back(std::move(url));
  }
  PIPIT_TRY(options.refresh_packages, refreshed_packages(layers));
  options.refresh = refresh_of(layers);
  return options;
}

Result<dist::DatabaseOptions> database_options(const Layers& layers, const net::Options& net) {
  dist::DatabaseOptions options;
  options.concurrent_downloads = net.concurrent_downloads;
  options.default_index = kDefaultIndexUrl;
  options.require_hashes = layers.stronger("require-hashes", "no-require-hashes", false);
  for (const std::string& name : layers.values("allow-invalid-wheel"))
    options.allow_invalid.push_back(pep::normalize_name(name));
  // Of sources as of pages.
  options.refresh = refresh_of(layers);
  PIPIT_TRY(options.refresh_packages, refreshed_packages(layers));
  return options;
}

Result<std::size_t> concurrency(const Layers& layers, std::string_view name,
                                std::size_t otherwise) {
  PIPIT_TRY(const std::uint64_t number, number_setting(layers, name, otherwise, 1));
  return static_cast<std::size_t>(number);
}

Result<int> build_timeout(const Layers& layers) {
  PIPIT_TRY(const std::uint64_t seconds, number_setting(layers, "build-timeout", 0, 0));
  return static_cast<int>(seconds);
}

std::string cache_directory(const Layers& layers) {
  if (layers.flag("no-cache")) return "";
  if (const auto named = layers.value("cache-dir"); named && !named->empty())
    return base::absolute_path(*named);
  return cache::default_directory();
}

Result<resolve::Policy> resolve_policy(const Layers& layers, const Persona& persona) {
  resolve::Policy policy;
  add_names(layers.values("only-binary"), policy.binary.all_only_binary, policy.binary.only_binary);
  add_names(layers.values("no-binary"), policy.binary.all_no_binary, policy.binary.no_binary);
  add_names(layers.values("no-build-package"), policy.binary.all_only_binary,
            policy.binary.only_binary);
  if (layers.flag("no-build")) policy.binary.all_only_binary = true;
  policy.binary.prefer_binary = layers.flag("prefer-binary");
  PIPIT_TRY(policy.prerelease, prerelease_setting(layers, persona));
  PIPIT_TRY(policy.preference, preference_setting(layers));
  PIPIT_TRY(policy.exclude_newer, cutoff_settings(layers));
  PIPIT_TRY(policy.fork_strategy, fork_strategy_setting(layers));
  return policy;
}

Result<pep::Requirement> parse_upgrade(std::string_view text) {
  auto requirement = pep::parse_requirement(text);
  if (requirement && !requirement->url && requirement->extras.empty()) return requirement;
  return fail(Code::usage, cat("--upgrade-package ", base::printable(text),
                               ": not a name, with or without versions"));
}

env::Selector selector(const Layers& layers, const Persona& persona) {
  env::Selector wanted;
  wanted.python = layers.value("python").value_or("");
  wanted.system = layers.flag("system") || persona.pip;
  if (persona.pip && wanted.python.empty()) wanted.python = python_of_link(persona);
  return wanted;
}

env::TargetOptions target_options(const Layers& layers) {
  env::TargetOptions options;
  options.python_version = layers.value("python-version").value_or("");
  if (const auto platform = layers.value("python-platform")) options.platforms.push_back(*platform);
  for (const std::string& platform : layers.values("platform"))
    options.platforms.push_back(platform);
  options.implementation = layers.value("implementation").value_or("");
  options.abis = layers.values("abi");
  return options;
}

Result<env::LinkMode> link_mode(const Layers& layers) {
  const auto text = layers.value("link-mode");
  if (!text) return env::LinkMode::automatic;
  const auto mode = env::parse_link_mode(*text);
  if (!mode)
    return fail(Code::usage, cat("--link-mode ", base::printable(*text),
                                 ": not reflink, hardlink, copy or symlink"));
  return *mode;
}

}  // namespace pipit::cli
