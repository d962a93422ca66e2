#include "cli/settings.h"

#include <ctime>

#include "base/process.h"
#include "base/text.h"
#include "cache/store.h"
#include "cli/version.h"
#include "gen/default_index.h"
#include "index/page_parse.h"
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

/// "P3D", "PT12H", "P1W", "3 days", "2w": seconds.
std::optional<std::int64_t> parse_duration(std::string_view text) {
  std::string lower = base::to_lower(base::trim(text));
  if (lower.starts_with("p")) lower = lower.substr(1);
  if (lower.starts_with("t")) lower = lower.substr(1);
  std::size_t digits = 0;
  while (digits < lower.size() && base::is_digit(lower[digits])) ++digits;
  const auto number = base::parse_uint(std::string_view(lower).substr(0, digits));
  const std::string_view unit = base::trim(std::string_view(lower).substr(digits));
  if (!number || *number > 1'000'000) return std::nullopt;
  const auto count = static_cast<std::int64_t>(*number);
  if (unit == "d" || unit == "day" || unit == "days") return count * 86400;
  if (unit == "w" || unit == "week" || unit == "weeks") return count * 7 * 86400;
  if (unit == "h" || unit == "hour" || unit == "hours") return count * 3600;
  return std::nullopt;
}

Result<resolve::Prerelease> prerelease_setting(const Layers& layers) {
  if (layers.flag("pre")) return resolve::Prerelease::allow;
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
  if (strategy == "unsafe-best-match")
    options.strategy = index::Strategy::best_match;
  else if (strategy != "first-index" && strategy != "unsafe-first-match")
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
  if (layers.flag("refresh"))
    options.refresh = net::Refresh::reload;
  else if (layers.flag("upgrade"))
    options.refresh = net::Refresh::revalidate;
  for (const std::string& name : layers.values("refresh-package"))
    options.refresh_packages.push_back(pep::normalize_name(name));
  for (const std::string& name : layers.values("upgrade-package"))
    options.refresh_packages.push_back(pep::normalize_name(name));
  return options;
}

dist::DatabaseOptions database_options(const Layers& layers, const net::Options& net) {
  dist::DatabaseOptions options;
  options.concurrent_downloads = net.concurrent_downloads;
  options.require_hashes = layers.stronger("require-hashes", "no-require-hashes", false);
  for (const std::string& name : layers.values("allow-invalid-wheel"))
    options.allow_invalid.push_back(pep::normalize_name(name));
  return options;
}

Result<std::size_t> concurrency(const Layers& layers, std::string_view name,
                                std::size_t otherwise) {
  PIPIT_TRY(const std::uint64_t number, number_setting(layers, name, otherwise, 1));
  return static_cast<std::size_t>(number);
}

std::string cache_directory(const Layers& layers) {
  if (layers.flag("no-cache")) return "";
  if (const auto named = layers.value("cache-dir"); named && !named->empty())
    return base::absolute_path(*named);
  return cache::default_directory();
}

Result<resolve::Policy> resolve_policy(const Layers& layers) {
  resolve::Policy policy;
  add_names(layers.values("only-binary"), policy.binary.all_only_binary, policy.binary.only_binary);
  add_names(layers.values("no-binary"), policy.binary.all_no_binary, policy.binary.no_binary);
  policy.binary.prefer_binary = layers.flag("prefer-binary");
  PIPIT_TRY(policy.prerelease, prerelease_setting(layers));
  PIPIT_TRY(policy.preference, preference_setting(layers));
  if (const auto cutoff = layers.value("exclude-newer")) {
    PIPIT_TRY(const std::int64_t seconds, parse_cutoff(*cutoff, std::time(nullptr)));
    policy.exclude_newer = seconds;
  }
  return policy;
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

Result<std::int64_t> parse_cutoff(std::string_view text, std::int64_t now) {
  if (const auto seconds = parse_duration(text)) return now - *seconds;
  std::string time(base::trim(text));
  if (time.size() == 10) time += "T00:00:00Z";
  const std::int64_t seconds = index::detail::parse_iso_time(time);
  if (seconds == 0)
    return fail(Code::usage, cat("--exclude-newer ", base::printable(text),
                                 ": not a date, a time or a duration (2026-01-31, P3D)"));
  return seconds;
}

}  // namespace pipit::cli
