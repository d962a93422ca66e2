#include "cli/option_table.h"

#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr Option kOptions[] = {
    {"help", "", 'h', Takes::nothing, kAny, true, "", "show this help"},
    {"version", "", 'V', Takes::nothing, kAny, false, "", "show the version"},
    // What is wanted
    {"requirement", "requirements", 'r', Takes::values, kResolving | kSync | kUninstall, true,
     "FILE", "requirements file (- is standard input)"},
    {"constraint", "constraints", 'c', Takes::values, kNetwork, true, "FILE",
     "versions allowed, for packages that something else wants"},
    {"override", "overrides", 0, Takes::values, kResolving, false, "FILE",
     "replace what anybody says of these packages"},
    {"editable", "", 'e', Takes::values, kResolving, true, "PATH", "install a project in place"},
    {"extra", "", 0, Takes::values, kNetwork, false, "NAME",
     "an extra of the projects and locks that are named"},
    {"all-extras", "", 0, Takes::nothing, kNetwork, false, "", "all their extras"},
    {"group", "", 0, Takes::values, kNetwork, true, "[PATH:]NAME",
     "a dependency group of pyproject.toml, or of a lock"},
    {"all-groups", "", 0, Takes::nothing, kNetwork, false, "", "all dependency groups"},
    {"only-deps", "", 0, Takes::nothing, kInstall, true, "",
     "what the project in this folder needs, without it"},
    {"requirements-from-script", "", 0, Takes::value, kResolving, true, "FILE",
     "what a script says it needs (PEP 723)"},
    {"upgrade", "", 'U', Takes::nothing, kNetwork, true, "", "take newer versions"},
    {"upgrade-package", "", 'P', Takes::values, kNetwork, false, "NAME",
     "take a newer version of this package (NAME or NAME==VERSION)"},
    {"upgrade-strategy", "", 0, Takes::value, kInstall, true, "KIND", "only-if-needed or eager"},
    {"no-deps", "", 0, Takes::nothing, kNetwork, true, "", "the named packages alone"},
    {"pre", "", 0, Takes::nothing, kNetwork, true, "", "allow pre-releases"},
    {"prerelease", "", 0, Takes::value, kNetwork, false, "MODE",
     "disallow, allow, if-necessary or explicit"},
    {"resolution", "", 0, Takes::value, kResolving, false, "MODE",
     "highest, lowest or lowest-direct"},
    {"exclude-newer", "", 0, Takes::value, kNetwork, false, "TIME",
     "ignore files uploaded later (a date, a time, or a duration such as P3D)"},
    {"exclude-newer-package", "", 0, Takes::values, kNetwork, false, "NAME=TIME",
     "the same for this package (false: no limit)"},
    {"exclude-newer-missing", "", 0, Takes::value, kNetwork, false, "WHAT",
     "files without an upload time: skip or allow"},
    {"uploaded-prior-to", "", 0, Takes::value, kNetwork, true, "TIME",
     "as --exclude-newer, but a date ends before its day"},
    {"require-hashes", "", 0, Takes::nothing, kInstall | kSync, true, "",
     "every requirement must have a hash"},
    {"no-require-hashes", "", 0, Takes::nothing, kInstall | kSync, true, "",
     "hashes are checked, not demanded"},
    {"reinstall", "force-reinstall", 0, Takes::nothing, kInstall | kSync, true, "",
     "install again what is there"},
    {"ignore-installed", "", 'I', Takes::nothing, kInstall, true, "",
     "as if nothing were installed"},
    {"allow-empty-requirements", "", 0, Takes::nothing, kSync, false, "",
     "sync may remove everything"},
    {"dry-run", "", 'n', Takes::nothing, kTargets | kCompile | kLock, true, "",
     "say what would happen, change nothing"},
    {"yes", "", 'y', Takes::nothing, kUninstall, true, "", "do not ask"},
    // Where it comes from
    {"index-url", "default-index", 'i', Takes::value, kNetwork, true, "URL", "the package index"},
    {"extra-index-url", "index", 0, Takes::values, kNetwork, true, "URL",
     "asked before the index, in the order given"},
    {"find-links", "", 'f', Takes::values, kNetwork, true, "PLACE",
     "folder, file or page of distributions"},
    {"no-index", "", 0, Takes::nothing, kNetwork, true, "", "only --find-links"},
    {"index-strategy", "", 0, Takes::value, kNetwork, false, "KIND",
     "first-index or unsafe-best-match"},
    {"only-binary", "", 0, Takes::values, kNetwork, true, "NAMES",
     "wheels only (:all:, :none: or names)"},
    {"no-binary", "", 0, Takes::values, kNetwork, true, "NAMES",
     "source distributions only (:all:, :none: or names)"},
    {"prefer-binary", "", 0, Takes::nothing, kNetwork, true, "",
     "an older wheel before a newer source distribution"},
    {"allow-invalid-wheel", "", 0, Takes::values, kInstall | kSync, false, "NAME",
     "tolerate a faulty RECORD or zip of this package"},
    // Network
    {"proxy", "", 0, Takes::value, kNetwork, true, "URL", "http proxy"},
    {"cert", "", 0, Takes::value, kNetwork, true, "FILE",
     "certificates to trust, instead of the system's"},
    {"client-cert", "", 0, Takes::value, kNetwork, true, "FILE", "certificate and key to show"},
    {"trusted-host", "allow-insecure-host", 0, Takes::values, kNetwork, true, "HOST",
     "do not verify this host"},
    {"timeout", "default-timeout", 0, Takes::value, kNetwork, true, "SEC",
     "seconds to wait for a connection or for data"},
    {"retries", "", 0, Takes::value, kNetwork, true, "N", "tries after the first"},
    {"offline", "", 0, Takes::nothing, kNetwork, false, "", "use the cache and files only"},
    {"concurrent-downloads", "", 0, Takes::value, kNetwork, false, "N", "connections at once"},
    {"concurrent-builds", "", 0, Takes::value, kNetwork, false, "N", "builds at once"},
    {"concurrent-installs", "", 0, Takes::value, kInstall | kSync, false, "N",
     "packages linked at once"},
    {"refresh", "", 0, Takes::nothing, kNetwork, false, "", "ask the index again for everything"},
    {"refresh-package", "", 0, Takes::values, kNetwork, true, "NAME",
     "ask the index again for this package"},
    {"no-prefetch", "", 0, Takes::nothing, kNetwork, false, "",
     "ask for metadata only when the solver needs it (for comparing)"},
    // Cache
    {"cache-dir", "", 0, Takes::value, kAny, true, "DIR", "where the cache is"},
    {"no-cache", "no-cache-dir", 0, Takes::nothing, kAny, true, "", "keep nothing"},
    {"all", "", 0, Takes::nothing, kCache | kFreeze, true, "",
     "cache clean: other versions' buckets too"},
    // Target
    {"python", "", 'p', Takes::value, kTargets | kCompile | kLock | kVenv | kDebug, true, "PY",
     "path, version or name of the Python"},
    {"system", "", 0, Takes::nothing, kTargets | kCompile | kLock | kVenv | kDebug, false, "",
     "the first python3 on PATH"},
    {"target", "", 't', Takes::value, kInstall | kSync, true, "DIR", "install into this folder"},
    {"prefix", "", 0, Takes::value, kTargets, true, "DIR", "install below this folder"},
    {"root", "", 0, Takes::value, kInstall | kSync, true, "DIR", "pretend this is /"},
    {"user", "", 0, Takes::nothing, kInstall | kList | kFreeze, true, "",
     "the user's own site-packages"},
    {"break-system-packages", "", 0, Takes::nothing, kInstall | kSync | kUninstall, true, "",
     "change an externally managed Python"},
    {"python-version", "", 0, Takes::value, kNetwork | kDebug, true, "X.Y",
     "resolve for this Python"},
    {"python-platform", "", 0, Takes::value, kNetwork | kDebug, false, "NAME",
     "resolve for this platform"},
    {"universal", "", 0, Takes::nothing, kCompile | kLock, false, "",
     "for all platforms and for all Pythons from --python-version up"},
    {"no-universal", "", 0, Takes::nothing, kCompile | kLock, false, "",
     "for one target alone (lock: the default is universal unless one is named)"},
    {"fork-strategy", "", 0, Takes::value, kCompile | kLock, false, "KIND",
     "universal: each Python its newest versions (requires-python), or fewest versions"},
    {"platform", "", 0, Takes::values, kNetwork | kDebug, true, "TAG",
     "resolve for this platform tag"},
    {"implementation", "", 0, Takes::value, kNetwork | kDebug, true, "IMPL", "cp, pp or py"},
    {"abi", "", 0, Takes::values, kNetwork | kDebug, true, "ABI", "resolve for this ABI"},
    {"link-mode", "", 0, Takes::value, kInstall | kSync, false, "MODE",
     "reflink, hardlink, copy or symlink"},
    {"compile", "compile-bytecode", 0, Takes::nothing, kInstall | kSync, true, "",
     "compile Python files"},
    {"no-compile", "no-compile-bytecode", 0, Takes::nothing, kInstall | kSync, true, "",
     "do not compile Python files"},
    // Output of compile and lock
    {"output-file", "", 'o', Takes::value, kCompile | kLock, false, "FILE",
     "write there; what it holds is preferred"},
    {"annotate", "", 0, Takes::nothing, kCompile, false, "", "write # via comments"},
    {"no-annotate", "", 0, Takes::nothing, kCompile, false, "", "no # via comments"},
    {"header", "", 0, Takes::nothing, kCompile, false, "", "write the header"},
    {"no-header", "", 0, Takes::nothing, kCompile, false, "", "no header"},
    {"generate-hashes", "", 0, Takes::nothing, kCompile, false, "",
     "write the hashes of every file"},
    {"no-strip-extras", "", 0, Takes::nothing, kCompile, false, "", "keep extras in the output"},
    // venv, list
    {"prompt", "", 0, Takes::value, kVenv, false, "TEXT", "the environment's prompt"},
    {"system-site-packages", "", 0, Takes::nothing, kVenv, false, "", "see the system's packages"},
    {"clear", "", 0, Takes::nothing, kVenv, false, "", "replace what is there"},
    {"invert", "reverse", 0, Takes::nothing, kTree, false, "",
     "from what is needed to what needs it"},
    {"why", "", 0, Takes::values, kTree, false, "PACKAGE", "what this package is installed for"},
    {"why-not", "", 0, Takes::value, kCompile, false, "NAME==VERSION",
     "say why this version was not chosen"},
    {"depth", "", 0, Takes::value, kTree, false, "NUMBER", "so many levels below the first"},
    {"show-version-specifiers", "", 0, Takes::nothing, kTree, false, "",
     "with the versions that are asked for"},
    {"format", "", 0, Takes::value, kList | kCompile, true, "KIND",
     "list: columns, freeze or json; compile: requirements.txt or pylock.toml"},
    {"exclude", "excludes", 0, Takes::values, kResolving | kList | kFreeze, true, "NAME",
     "leave this package out (or those named in a .txt file)"},
    {"path", "", 0, Takes::values, kList | kFreeze, true, "DIR", "look here instead"},
    // How it speaks
    {"quiet", "", 'q', Takes::nothing, kAny, true, "", "say less (twice: errors only)"},
    {"verbose", "", 'v', Takes::nothing, kAny, true, "", "say why"},
    {"color", "", 0, Takes::value, kAny, false, "WHEN", "auto, always or never"},
    {"no-color", "", 0, Takes::nothing, kAny, true, "", "as --color=never"},
    {"no-progress", "", 0, Takes::nothing, kAny, false, "", "no progress bars"},
    {"progress-bar", "", 0, Takes::value, kNetwork, true, "KIND", "on or off"},
    {"json", "", 0, Takes::nothing, kAny, false, "", "machine-readable result on standard output"},
    {"report", "", 0, Takes::value, kInstall, true, "FILE", "write what was done as JSON"},
    {"trace", "", 0, Takes::value, kAny, false, "FILE",
     "write a timeline of all work (.json or .html)"},
    // pip's, accepted for its sake: they change nothing here
    {"disable-pip-version-check", "", 0, Takes::nothing, kAny, true, "", ""},
    {"no-input", "", 0, Takes::nothing, kAny, true, "", ""},
    {"no-warn-script-location", "", 0, Takes::nothing, kInstall, true, "", ""},
    {"no-warn-conflicts", "", 0, Takes::nothing, kInstall, true, "", ""},
    {"root-user-action", "", 0, Takes::value, kInstall | kUninstall, true, "", ""},
    {"no-python-version-warning", "", 0, Takes::nothing, kAny, true, "", ""},
    {"use-feature", "", 0, Takes::values, kAny, true, "", ""},
    {"use-deprecated", "", 0, Takes::values, kAny, true, "", ""},
    {"no-clean", "", 0, Takes::nothing, kInstall, true, "", ""},
};

bool has_alias(const Option& option, std::string_view name) {
  for (const std::string_view alias : base::split_space(option.aliases))
    if (alias == name) return true;
  return false;
}

}  // namespace

std::span<const Option> all_options() { return kOptions; }

const Option* find_option(std::string_view name) {
  for (const Option& option : kOptions)
    if (option.name == name || has_alias(option, name)) return &option;
  return nullptr;
}

const Option* find_option(char letter, std::uint32_t command) {
  for (const Option& option : kOptions)
    if (option.letter == letter && (option.commands & command) != 0) return &option;
  return nullptr;
}

}  // namespace pipit::cli
