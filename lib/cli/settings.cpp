// One function for each group of options. What a value may be is said in value_check.cpp, and wrong
// ones are an error before these functions are called.
#include "cli/settings.h"

#include <algorithm>

#include "base/environ.h"
#include "base/file.h"
#include "base/path.h"
#include "base/process.h"
#include "base/redact.h"
#include "base/text.h"
#include "cache/store.h"
#include "cli/resolution_settings.h"
#include "cli/value_check.h"
#include "cli/version.h"
#include "gen/default_index.h"
#include "pep/name.h"
#include "sched/cores.h"
#include "sched/pool.h"

namespace pipit::cli {
namespace {

Result<base::Url> index_setting(std::string_view text) {
  auto url = base::parse_url(text);
  if (url && (url->is_http() || url->is_file())) return url;
  if (!url && base::is_meant_as_url(text))
    return fail(Code::usage, cat("index ", url.error().message));
  const std::string path = base::absolute_path(text);
  if (base::is_directory(path)) return base::parse_url(base::path_to_file_url(path));
  return fail(Code::usage, cat("index ", base::redact_text(base::printable(text)),
                               ": not an http(s) URL or a directory"));
}

/// Called as pip: the Python of the environment that holds the link, else the one that the name's
/// version asks for; "" for the first python3 on PATH.
std::string python_of_link(const InvokedAs& invoked_as) {
  std::string directory = invoked_as.directory;
  if (directory.empty()) {
    const auto link = base::find_program(cat("pip", invoked_as.python));
    if (link) directory = std::string(base::parent_path(*link));
  }
  const std::string python = base::join_path(directory, "python");
  if (base::exists(
          base::join_path(base::parent_path(base::absolute_path(directory)), "pyvenv.cfg")) &&
      base::exists(python))
    return python;
  return invoked_as.python == "3" ? std::string() : invoked_as.python;
}

/// How far pages and sources that are kept may be used without asking.
net::Refresh refresh_of(const Layers& layers) {
  if (layers.has(opt("refresh"))) return net::Refresh::reload;
  return wants_upgrade(layers) ? net::Refresh::revalidate : net::Refresh::normal;
}

/// Projects (normal names) whose pages and sources are asked for again.
std::vector<std::string> refreshed_packages(const Layers& layers) {
  std::vector<std::string> names = name_list(layers, opt("refresh-package"));
  for (const std::string& name : name_list(layers, opt("reinstall-package"))) names.push_back(name);
  for (const pep::Requirement& upgrade : upgrade_list(layers)) names.push_back(upgrade.name);
  return names;
}

/// --extra, --all-extras, --group, --all-groups.
operation::Selection read_selection(const Layers& layers) {
  operation::Selection out;
  for (const std::string& value : layers.values(opt("extra")))
    for (const std::string_view extra : base::split(value, ',')) {
      const std::string name = pep::normalize_name(base::trim(extra));
      out.extras.insert(name);
    }
  for (const std::string& value : layers.values(opt("group"))) {
    const std::size_t colon = value.rfind(':');
    const bool placed = colon != std::string::npos;
    out.groups.push_back(
        {placed ? value.substr(0, colon) : "", placed ? value.substr(colon + 1) : value});
  }
  out.all_extras = layers.has(opt("all-extras"));
  out.all_groups = layers.has(opt("all-groups"));
  return out;
}

Result<operation::IndexOptions> index_options(const Layers& layers, const InvokedAs& invoked_as) {
  operation::IndexOptions options;
  options.default_index = kDefaultIndexUrl;
  options.no_index = layers.has(opt("no-index"));
  index::CatalogOptions& catalog = options.catalog;
  catalog.find_links = layers.values(opt("find-links"));
  const auto named = layers.value(opt("index-strategy"));
  const std::string strategy = named.value_or(invoked_as.pip ? "unsafe-best-match" : "first-index");
  catalog.tell_merges = invoked_as.pip && !named;
  catalog.ignore_missing_links = invoked_as.pip;
  catalog.ignore_errors = invoked_as.pip || layers.has(opt("ignore-index-errors"));
  if (strategy == "unsafe-best-match") catalog.strategy = index::Strategy::best_match;
  if (!options.no_index) {
    for (const std::string& text : layers.values(opt("extra-index-url"))) {
      PIPIT_TRY(base::Url url, index_setting(text));
      catalog.indexes.push_back(std::move(url));
    }
    PIPIT_TRY(base::Url url,
              index_setting(layers.value(opt("index-url")).value_or(options.default_index)));
    catalog.indexes.push_back(std::move(url));
  }
  catalog.refresh_packages = refreshed_packages(layers);
  catalog.refresh = refresh_of(layers);
  return options;
}

operation::InstallOptions install_options(const Layers& layers, const InvokedAs& invoked_as) {
  operation::InstallOptions options;
  options.reinstall = layers.has(opt("reinstall"));
  const auto reinstalled = name_list(layers, opt("reinstall-package"));
  options.reinstalled = {reinstalled.begin(), reinstalled.end()};
  options.ignore_installed = layers.has(opt("ignore-installed"));
  options.compile = layers.either(opt("compile"), opt("no-compile"), false);
  options.overwrite_unowned = invoked_as.pip;
  options.own_program = invoked_as.program;
  options.tell_conflicts = !layers.has(opt("no-warn-conflicts"));
  options.link_mode = env::parse_link_mode(layers.value(opt("link-mode")).value_or("auto"))
                          .value_or(env::LinkMode::automatic);
  for (const std::string& name : layers.values(opt("allow-invalid-wheel")))
    options.allow_invalid.push_back(pep::normalize_name(name));
  options.two_phase = layers.has(opt("two-phase"));
  options.concurrent = number_setting(layers, opt("concurrent-installs"), sched::usable_cores(), 1);
  return options;
}

/// Where a substitute for the cache goes when there is neither TMPDIR nor /tmp (an empty root):
/// beside the target, which has to be written anyway. "" : the usual places.
std::string temporary_parent(const Layers& layers) {
  if (base::environment_variable("TMPDIR") || base::is_directory("/tmp")) return "";
  std::string directory = base::absolute_path(layers.value(opt("target")).value_or("."));
  while (directory.size() > 1 && !base::is_directory(directory))
    directory = std::string(base::parent_path(directory));
  return directory;
}

}  // namespace

std::uint64_t number_setting(const Layers& layers, ValueKey key, std::uint64_t otherwise,
                             std::uint64_t least) {
  const auto text = layers.value(key);
  const auto number = text ? base::parse_uint(base::split(*text, '.').front()) : std::nullopt;
  return std::max(number.value_or(otherwise), least);
}

std::vector<std::string> name_list(const Layers& layers, ListKey key) {
  std::vector<std::string> names;
  for (const std::string& value : layers.values(key))
    for (const std::string_view piece : base::split(value, ','))
      if (const std::string_view name = base::trim(piece); !name.empty())
        names.push_back(pep::normalize_name(name));
  return names;
}

bool wants_upgrade(const Layers& layers) {
  return layers.either(opt("upgrade"), opt("no-upgrade"), false);
}

std::vector<pep::Requirement> upgrade_list(const Layers& layers) {
  std::vector<pep::Requirement> upgrades;
  for (const std::string& text : layers.values(opt("upgrade-package")))
    if (auto requirement = pep::parse_requirement(text))
      upgrades.push_back(std::move(*requirement));
  return upgrades;
}

operation::InputOptions input_options(const Layers& layers, std::vector<std::string> words) {
  operation::InputOptions options;
  options.requirements = std::move(words);
  options.only_deps = layers.has(opt("only-deps"));
  options.editables = layers.values(opt("editable"));
  options.files = layers.values(opt("requirement"));
  options.constraint_files = layers.values(opt("constraint"));
  options.override_files = layers.values(opt("override"));
  options.script = layers.value(opt("requirements-from-script"));
  options.excluded = layers.values(opt("exclude"));
  options.selection = read_selection(layers);
  return options;
}

Result<net::Options> network_options(const Layers& layers) {
  PIPIT_TRY(check_values(layers, kNetwork, Section::network));
  net::Options options;
  options.concurrent_downloads =
      number_setting(layers, opt("concurrent-downloads"), options.concurrent_downloads, 1);
  options.timeout_seconds = static_cast<int>(number_setting(layers, opt("timeout"), 15, 1));
  options.retries = static_cast<int>(number_setting(layers, opt("retries"), 5, 0));
  options.offline = layers.has(opt("offline"));
  options.http1 = layers.has(opt("http1"));
  options.cert = layers.value(opt("cert")).value_or("");
  options.cert_said = layers.said(opt("cert"));
  options.client_cert_said = layers.said(opt("client-cert"));
  options.client_cert = layers.value(opt("client-cert")).value_or("");
  options.trusted_hosts = layers.values(opt("trusted-host"));
  options.proxy = layers.value(opt("proxy")).value_or("");
  options.user_agent = cat("pipit/", kVersion);
  return options;
}

cache::StoreOptions cache_options(const Layers& layers) {
  cache::StoreOptions options;
  if (layers.has(opt("no-cache"))) return options;
  const auto named = layers.value(opt("cache-dir"));
  options.directory =
      named && !named->empty() ? base::absolute_path(*named) : cache::default_directory();
  return options;
}

cache::StoreOptions optional_cache(const Layers& layers) {
  cache::StoreOptions options = cache_options(layers);
  options.optional = true;
  return options;
}

operation::TargetOptions target_options(const Layers& layers, const InvokedAs& invoked_as) {
  operation::TargetOptions options;
  for (const Given& given : layers.givens(opt("python"))) {
    options.python.python = given.text;
    options.python.said = shown(opt("python"), given);
  }
  options.python.system = layers.has(opt("system")) || invoked_as.pip;
  if (invoked_as.pip && options.python.python.empty()) {
    options.python.python = python_of_link(invoked_as);
    options.python.said = cat("pip", invoked_as.python);
  }
  options.foreign.python_version = layers.value(opt("python-version")).value_or("");
  if (const auto platform = layers.value(opt("python-platform")))
    options.foreign.platforms.push_back(*platform);
  options.foreign.wheel_platforms = layers.values(opt("platform"));
  options.foreign.implementation = layers.value(opt("implementation")).value_or("");
  options.foreign.abis = layers.values(opt("abi"));
  options.directory = layers.value(opt("target"));
  options.prefix = layers.value(opt("prefix"));
  options.root = layers.value(opt("root"));
  options.user = layers.has(opt("user"));
  options.foreign_only_in_directory = invoked_as.pip;
  options.break_system_packages = layers.has(opt("break-system-packages"));
  if (layers.has(opt("require-virtualenv")))
    options.requires_virtual = layers.said(opt("require-virtualenv"));
  options.is_named = options.user || layers.has(opt("system")) || layers.given(opt("python")) ||
                     options.directory || options.prefix || options.root;
  options.src = layers.value(opt("src"));
  return options;
}

OutputOptions output_options(const Layers& layers) {
  OutputOptions options;
  options.json = layers.has(opt("json"));
  options.report = layers.value(opt("report"));
  options.output_file = layers.value(opt("output-file"));
  if (options.output_file == "-") options.output_file.reset();
  options.format = layers.value(opt("format")).value_or("");
  options.wheel_directory = base::absolute_path(layers.value(opt("wheel-dir")).value_or("."));
  options.download_directory = base::absolute_path(layers.value(opt("dest")).value_or("."));
  return options;
}

Result<operation::Options> operation_options(const Layers& layers, const InvokedAs& invoked_as) {
  operation::Options options;
  options.cache = cache_options(layers);
  options.cache.temporary_parent = temporary_parent(layers);
  PIPIT_TRY(options.network, network_options(layers));
  PIPIT_TRY(options.index, index_options(layers, invoked_as));
  options.build = build_options(layers);
  options.target = target_options(layers, invoked_as);
  PIPIT_TRY(options.resolution, resolution_options(layers, invoked_as));
  options.install = install_options(layers, invoked_as);
  options.dry_run = layers.has(opt("dry-run"));
  return options;
}

}  // namespace pipit::cli
