#include "cli/settings.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "cli/resolution_settings.h"
#include "cli/value_check.h"
#include "gen/default_index.h"

namespace pipit::cli {
namespace {

const InvokedAs kPipit{};
const InvokedAs kPip{true, "3", "/nowhere", ""};

Layers layers_of(Values values) { return Layers(std::move(values)); }

/// The message of what is wrong with the groups; "" when nothing is.
std::string complaint(Values values, const InvokedAs& invoked_as = kPipit) {
  const Layers layers = layers_of(std::move(values));
  if (const auto checked = check_values(layers, kAny); !checked) {
    CHECK_EQ(checked.error().code, Code::usage);
    return checked.error().message;
  }
  const auto options = operation_options(layers, invoked_as);
  if (options) return "";
  CHECK_EQ(options.error().code, Code::usage);
  return options.error().message;
}

TEST_CASE("settings: without any option the groups hold what pipit does by default") {
  const auto options = operation_options(layers_of({}), kPipit);
  REQUIRE(options);
  CHECK_EQ(options->network.timeout_seconds, 15);
  CHECK_EQ(options->network.retries, 5);
  REQUIRE_EQ(options->index.catalog.indexes.size(), 1);
  CHECK_EQ(base::to_string(options->index.catalog.indexes[0]),
           base::to_string(*base::parse_url(kDefaultIndexUrl)));
  CHECK_EQ(options->index.catalog.strategy, index::Strategy::first_index);
  CHECK_EQ(options->resolution.policy.prerelease, resolve::Prerelease::if_necessary);
  CHECK_FALSE(options->resolution.require_hashes);
  CHECK_FALSE(options->resolution.universal);
  CHECK(options->resolution.policy.binary.holds_for_direct);
  CHECK_FALSE(options->install.overwrite_unowned);
  CHECK_FALSE(options->target.is_named);
  CHECK_FALSE(options->target.python.system);
  CHECK_FALSE(options->dry_run);
}

TEST_CASE("settings: under the name pip its rules hold") {
  const auto options = operation_options(layers_of({}), kPip);
  REQUIRE(options);
  CHECK_EQ(options->index.catalog.strategy, index::Strategy::best_match);
  CHECK(options->index.catalog.tell_merges);
  CHECK_EQ(options->resolution.policy.prerelease, resolve::Prerelease::named);
  CHECK_FALSE(options->resolution.policy.binary.holds_for_direct);
  CHECK(options->install.overwrite_unowned);
  CHECK(options->target.python.system);
  CHECK_FALSE(options->target.is_named);
  const auto named = operation_options(
      layers_of({{opt("index-strategy"), {"first-index"}}, {opt("prerelease"), {"disallow"}}}),
      kPip);
  REQUIRE(named);
  CHECK_EQ(named->index.catalog.strategy, index::Strategy::first_index);
  CHECK_FALSE(named->index.catalog.tell_merges);
  CHECK_EQ(named->resolution.policy.prerelease, resolve::Prerelease::disallow);
}

TEST_CASE("settings: a value that means nothing is a usage error that names it") {
  const std::pair<Values, const char*> table[] = {
      {{{opt("timeout"), {"soon"}}}, "--timeout soon: not a number"},
      {{{opt("concurrent-builds"), {"x"}}}, "--concurrent-builds x: not a number"},
      {{{opt("index-url"), {"ftp://x"}}}, "--index-url ftp://x: not an http(s) URL or a directory"},
      {{{opt("index-strategy"), {"all"}}},
       "--index-strategy all: not first-index or unsafe-best-match"},
      {{{opt("prerelease"), {"maybe"}}},
       "--prerelease maybe: not disallow, allow, if-necessary or explicit"},
      {{{opt("resolution"), {"low"}}}, "--resolution low: not highest, lowest or lowest-direct"},
      {{{opt("fork-strategy"), {"x"}}}, "--fork-strategy x: not requires-python or fewest"},
      {{{opt("link-mode"), {"move"}}}, "--link-mode move: not reflink, hardlink, copy or symlink"},
      {{{opt("upgrade-package"), {"a @ http://x"}}},
       "--upgrade-package a @ http://x: not a name, with or without versions"},
      {{{opt("exclude-newer-package"), {"a"}}}, "--exclude-newer-package a: not NAME=TIME"},
      {{{opt("exclude-newer-missing"), {"x"}}}, "--exclude-newer-missing x: not skip or allow"},
      {{{opt("config-settings"), {"=x"}}}, "--config-settings =x: not KEY=VALUE"},
      {{{opt("config-settings-package"), {"k=v"}}},
       "--config-settings-package k=v: not NAME:KEY=VALUE"},
      {{{opt("no-build-isolation-package"), {"a,-"}}},
       "--no-build-isolation-package a,-: not the name of a package"},
      {{{opt("universal"), {""}}, {opt("abi"), {"cp312"}}},
       "--universal is for every platform: it cannot be combined with --abi"},
  };
  for (const auto& [values, message] : table) CHECK_EQ(complaint(values), message);
}

TEST_CASE("settings: what is said of sources: all, none, names, and what comes later wins") {
  const auto options = resolution_options(layers_of({{opt("only-binary"), {"a,B_c", ":none:", "d"}},
                                                     {opt("no-binary"), {":all:"}},
                                                     {opt("no-build-package"), {"e"}}}),
                                          kPipit);
  REQUIRE(options);
  CHECK_EQ(options->policy.binary.only_binary, std::set<std::string>{"d", "e"});
  CHECK_FALSE(options->policy.binary.all_only_binary);
  CHECK(options->policy.binary.all_no_binary);
  const auto none = resolution_options(layers_of({{opt("no-build"), {""}}}), kPipit);
  REQUIRE(none);
  CHECK(none->policy.binary.all_only_binary);
}

TEST_CASE("settings: hashes are required, not required, or nothing was said") {
  const auto said = [](Values values) {
    const auto options = resolution_options(layers_of(std::move(values)), kPipit);
    REQUIRE(options);
    return options->require_hashes;
  };
  CHECK_EQ(said({}), std::nullopt);
  CHECK_EQ(said({{opt("require-hashes"), {""}}}), true);
  CHECK_EQ(said({{opt("no-require-hashes"), {""}}}), false);
  CHECK_EQ(said({{opt("require-hashes"), {""}}, {opt("no-require-hashes"), {""}}}), false);
}

TEST_CASE("settings: --no-index leaves no index, extra ones are asked first") {
  const auto none = operation_options(
      layers_of({{opt("no-index"), {""}}, {opt("index-url"), {"nonsense"}}}), kPipit);
  REQUIRE(none);
  CHECK(none->index.catalog.indexes.empty());
  CHECK(none->index.no_index);
  const auto several = operation_options(
      layers_of({{opt("extra-index-url"), {"https://e/"}}, {opt("index-url"), {"https://i/"}}}),
      kPipit);
  REQUIRE(several);
  REQUIRE_EQ(several->index.catalog.indexes.size(), 2);
  CHECK_EQ(several->index.catalog.indexes[0].host, "e");
  CHECK_EQ(several->index.catalog.indexes[1].host, "i");
}

TEST_CASE("settings: -U revalidates pages, --refresh reloads them, names are refreshed alone") {
  const auto refresh = [](Values values) {
    const auto options = operation_options(layers_of(std::move(values)), kPipit);
    REQUIRE(options);
    return options->index.catalog;
  };
  CHECK_EQ(refresh({}).refresh, net::Refresh::normal);
  CHECK_EQ(refresh({{opt("upgrade"), {""}}}).refresh, net::Refresh::revalidate);
  CHECK_EQ(refresh({{opt("upgrade"), {""}}, {opt("refresh"), {""}}}).refresh, net::Refresh::reload);
  CHECK_EQ(
      base::join(refresh({{opt("refresh-package"), {"A_b, c"}}, {opt("upgrade-package"), {"D<3"}}})
                     .refresh_packages,
                 "|"),
      "a-b|c|d");
}

TEST_CASE("settings: environments are for a universal resolution") {
  Values values{{opt("environment"), {"sys_platform == 'linux'"}}};
  const auto one = resolution_options(layers_of(values), kPipit);
  REQUIRE(one);
  CHECK(one->environments.empty());
  values[opt("universal")] = {""};
  const auto all = resolution_options(layers_of(values), kPipit);
  REQUIRE(all);
  REQUIRE_EQ(all->environments.size(), 1);
  CHECK_EQ(all->environments[0].origin, "--environment");
  values[opt("required-environment")] = {"nonsense"};
  CHECK(complaint(values).starts_with("--required-environment nonsense: "));
}

TEST_CASE("settings: which target is named, and where it is") {
  const operation::TargetOptions options =
      target_options(layers_of({{opt("target"), {"there"}},
                                {opt("python-platform"), {"linux"}},
                                {opt("platform"), {"any"}},
                                {opt("python-version"), {"3.12"}},
                                {opt("user"), {""}}}),
                     kPipit);
  CHECK_EQ(*options.directory, "there");
  CHECK(options.is_named);
  CHECK(options.user);
  CHECK_EQ(base::join(options.foreign.platforms, "|"), "linux");
  CHECK_EQ(base::join(options.foreign.wheel_platforms, "|"), "any");
  CHECK_EQ(options.foreign.python_version, "3.12");
  CHECK(target_options(layers_of({{opt("system"), {""}}}), kPipit).is_named);
  CHECK_FALSE(target_options(layers_of({{opt("abi"), {"none"}}}), kPipit).is_named);
}

TEST_CASE("settings: what is read comes from the words and the options of inputs") {
  const auto options = input_options(layers_of({{opt("requirement"), {"r.txt"}},
                                                {opt("constraint"), {"c.txt"}},
                                                {opt("override"), {"o.txt"}},
                                                {opt("exclude"), {"x"}},
                                                {opt("editable"), {"./e"}},
                                                {opt("only-deps"), {""}},
                                                {opt("requirements-from-script"), {"s.py"}},
                                                {opt("extra"), {"A_b,c"}},
                                                {opt("group"), {"dev", "p/pyproject.toml:test"}}}),
                                     {"word"});
  CHECK_EQ(base::join(options.requirements, "|"), "word");
  CHECK_EQ(base::join(options.files, "|"), "r.txt");
  CHECK_EQ(base::join(options.constraint_files, "|"), "c.txt");
  CHECK_EQ(base::join(options.override_files, "|"), "o.txt");
  CHECK_EQ(base::join(options.excluded, "|"), "x");
  CHECK_EQ(base::join(options.editables, "|"), "./e");
  CHECK(options.only_deps);
  CHECK_EQ(*options.script, "s.py");
  CHECK_EQ(options.selection.extras, std::set<std::string>{"a-b", "c"});
  REQUIRE_EQ(options.selection.groups.size(), 2);
  CHECK_EQ(options.selection.groups[0].path, "");
  CHECK_EQ(options.selection.groups[1].path, "p/pyproject.toml");
  CHECK_EQ(options.selection.groups[1].name, "test");
  CHECK_EQ(complaint({{opt("extra"), {","}}}), "--extra ,: not the name of an extra");
  CHECK_EQ(complaint({{opt("group"), {":x"}}}),
           "--group :x: not [PATH:]NAME of a dependency group");
}

TEST_CASE("settings: what undoes an upgrade or a build without isolation") {
  const auto options = operation_options(layers_of({{opt("upgrade"), {""}},
                                                    {opt("no-upgrade"), {""}},
                                                    {opt("no-build-isolation"), {""}},
                                                    {opt("build-isolation"), {""}}}),
                                         kPipit);
  REQUIRE(options);
  CHECK_FALSE(options->resolution.upgrade);
  CHECK_EQ(options->index.catalog.refresh, net::Refresh::normal);
  CHECK_FALSE(options->build.no_isolation);
}

TEST_CASE("settings: where results go") {
  const OutputOptions options =
      output_options(layers_of({{opt("output-file"), {"-"}}, {opt("wheel-dir"), {"/w"}}}));
  CHECK_FALSE(options.output_file);
  CHECK_EQ(options.wheel_directory, "/w");
  CHECK_EQ(cache_options(layers_of({{opt("cache-dir"), {"/c"}}})).directory, "/c");
  CHECK_EQ(
      cache_options(layers_of({{opt("cache-dir"), {"/c"}}, {opt("no-cache"), {""}}})).directory,
      "");
}

}  // namespace
}  // namespace pipit::cli
