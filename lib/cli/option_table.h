// Every option once: its spellings, the commands that know it, and its line of help. Parsing, help,
// environment variables, configuration files and the keys of option_key.h all read this table.
//
// To add an option:
//   1. a row here, in the section under which --help is to show it; names are spelt as pip's, else
//      as uv's. Help(…) holds other words for commands that need them.
//   2. a field in the struct of its group: lib/operation/options.h for what decides the result,
//      OutputOptions (cli/settings.h) for what is written; an option of one command alone stays in
//      the file of that command.
//   3. the line that fills the field, in the group's function in cli/settings.cpp or
//      cli/resolution_settings.cpp: `options.no_deps = layers.has(opt("no-deps"));`. A name that
//      is not in this table, or a flag that is asked for its value, does not compile.
// tests/cli/option_table_test.cpp holds the table to its rules, tools/option_key_test.py shows what
// does not compile; what the option does is for a test in tests/e2e.
#pragma once
#include <cstdint>
#include <string_view>

namespace pipit::cli {

/// Sets of commands, as bits.
enum CommandBit : std::uint32_t {
  kInstall = 1u << 0,
  kSync = 1u << 1,
  kCompile = 1u << 2,
  kLock = 1u << 3,
  kWheel = 1u << 4,
  kDownload = 1u << 5,
  kUninstall = 1u << 6,
  kList = 1u << 7,
  kFreeze = 1u << 8,
  kTree = 1u << 9,
  kVenv = 1u << 10,
  kCache = 1u << 11,
  kDebug = 1u << 12,
  kAny = (1u << 13) - 1,
  kCollect = kWheel | kDownload,
  kTextual = kCompile | kLock,
  kResolving = kInstall | kTextual | kCollect,
  kNetwork = kResolving | kSync,
  kChanging = kInstall | kSync | kUninstall,
  kShowing = kList | kFreeze | kTree,
};

/// What users call them, in the order of the bits.
inline constexpr std::string_view kCommandNames[] = {
    "install", "sync",   "compile", "lock", "wheel", "download", "uninstall",
    "list",    "freeze", "tree",    "venv", "cache", "debug"};

/// Under which heading `--help` shows an option, in this order.
enum class Section : std::uint8_t {
  requirements,
  resolution,
  index,
  builds,
  target,
  installation,
  output,
  network,
  cache,
  general,
};

enum class Takes : std::uint8_t { nothing, value, values };  // values: may be given several times

/// An option's line of help; some of its commands may have other words for it.
struct Help {
  struct Other {
    std::uint32_t commands = 0;
    std::string_view text;
  };
  /// "" : the option is accepted, but not shown.
  constexpr Help(const char* all) : text(all) {}
  constexpr Help(const char* all, std::uint32_t commands, const char* words, std::uint32_t more = 0,
                 const char* more_words = "")
      : text(all), other{{commands, words}, {more, more_words}} {}
  constexpr std::string_view for_command(std::uint32_t command) const {
    for (const Other& one : other)
      if ((one.commands & command) != 0) return one.text;
    return text;
  }

  std::string_view text;
  Other other[2] = {};
};

struct Option {
  Section section;
  std::string_view name;     // long form without dashes: the key everywhere
  std::string_view aliases;  // other long forms, space separated
  char letter;               // short form; 0: none
  Takes takes;
  std::uint32_t commands;
  bool pip;                  // pip has it: PIP_<NAME> and pip.conf speak of it too
  std::string_view metavar;  // for help: "URL"
  Help help;
};

inline constexpr Option kOptions[] = {
    {Section::requirements, "requirement", "requirements", 'r', Takes::values,
     kNetwork | kUninstall, true, "FILE",
     Help("requirements file (- is standard input)", kUninstall,
          "remove what this requirements file lists (- is standard input)")},
    {Section::requirements, "constraint", "constraints", 'c', Takes::values, kNetwork, true, "FILE",
     "versions allowed, for packages that something else requires"},
    {Section::requirements, "override", "overrides", 0, Takes::values, kResolving, false, "FILE",
     "override every requirement on these packages"},
    {Section::requirements, "exclude", "excludes", 0, Takes::values, kResolving | kList | kFreeze,
     true, "NAME",
     Help("leave this package out (or those named in a .txt file)", kList | kFreeze,
          "do not show this package")},
    {Section::requirements, "editable", "", 'e', Takes::values, kResolving, true, "PATH",
     Help("install a project in place", kTextual | kCollect,
          "a project by its folder or repository")},
    {Section::requirements, "extra", "", 0, Takes::values, kNetwork, false, "NAME",
     "install this extra of the named projects and locks"},
    {Section::requirements, "all-extras", "", 0, Takes::nothing, kNetwork, false, "",
     "all their extras"},
    {Section::requirements, "group", "", 0, Takes::values, kNetwork, true, "[PATH:]NAME",
     "a dependency group of pyproject.toml, or of a lock"},
    {Section::requirements, "all-groups", "", 0, Takes::nothing, kNetwork, false, "",
     "all dependency groups"},
    {Section::requirements, "only-deps", "only-dependencies", 0, Takes::nothing,
     kInstall | kCollect, true, "", "the dependencies of the named project, without the project"},
    {Section::requirements, "requirements-from-script", "", 0, Takes::value, kResolving, true,
     "FILE", "the dependencies that a script declares (PEP 723)"},
    {Section::requirements, "require-hashes", "", 0, Takes::nothing, kInstall | kSync | kCollect,
     true, "", "every requirement must have a hash"},
    {Section::requirements, "no-require-hashes", "", 0, Takes::nothing, kInstall | kSync | kCollect,
     true, "", "check hashes, but do not require them"},
    {Section::requirements, "allow-empty-requirements", "", 0, Takes::nothing, kSync, false, "",
     "allow removing everything"},

    {Section::resolution, "upgrade", "", 'U', Takes::nothing, kNetwork, true, "",
     Help("upgrade the named packages to the newest allowed versions", kTextual,
          "ignore the pins of an earlier output")},
    {Section::resolution, "no-upgrade", "", 0, Takes::nothing, kTextual, false, "",
     "keep to the pins of an earlier output (default)"},
    {Section::resolution, "upgrade-package", "", 'P', Takes::values, kNetwork, false, "NAME",
     "upgrade this package (NAME or NAME==VERSION)"},
    {Section::resolution, "upgrade-strategy", "", 0, Takes::value, kInstall, true, "KIND",
     "only-if-needed or eager"},
    {Section::resolution, "no-deps", "no-dependencies", 0, Takes::nothing, kNetwork, true, "",
     Help("do not install dependencies", kTextual | kCollect, "leave out dependencies")},
    {Section::resolution, "pre", "", 0, Takes::nothing, kNetwork, true, "", "allow pre-releases"},
    {Section::resolution, "prerelease", "", 0, Takes::value, kNetwork, false, "MODE",
     "disallow, allow, if-necessary (the default) or explicit"},
    {Section::resolution, "resolution", "", 0, Takes::value, kResolving, false, "MODE",
     "highest (the default), lowest or lowest-direct"},
    {Section::resolution, "exclude-newer", "", 0, Takes::value, kNetwork, false, "TIME",
     "ignore files uploaded later (date, time or a duration: P3D)"},
    {Section::resolution, "exclude-newer-package", "", 0, Takes::values, kNetwork, false,
     "NAME=TIME", "--exclude-newer for this package alone (false: no limit)"},
    {Section::resolution, "exclude-newer-missing", "", 0, Takes::value, kNetwork, false, "WHAT",
     "files without an upload time: skip or allow"},
    {Section::resolution, "uploaded-prior-to", "", 0, Takes::value, kNetwork, true, "TIME",
     "as --exclude-newer, but a date ends before its day"},
    {Section::resolution, "universal", "", 0, Takes::nothing, kTextual, false, "",
     "resolve for all platforms, and for all Pythons from --python-version up"},
    {Section::resolution, "no-universal", "", 0, Takes::nothing, kTextual, false, "",
     Help("resolve for one target", kLock,
          "resolve for one target (default: universal, unless one is named)")},
    {Section::resolution, "environment", "", 0, Takes::values, kTextual, false, "MARKER",
     "universal: only for environments where one of these markers holds"},
    {Section::resolution, "required-environment", "", 0, Takes::values, kTextual, false, "MARKER",
     "universal: packages without a source distribution must have a wheel for this"},
    {Section::resolution, "fork-strategy", "", 0, Takes::value, kTextual, false, "KIND",
     "universal: each Python its newest versions (requires-python), or fewest versions"},
    {Section::resolution, "why-not", "", 0, Takes::values, kCompile, false, "NAME==VERSION",
     "explain why this version was not chosen"},
    {Section::resolution, "no-prefetch", "", 0, Takes::nothing, kNetwork, false, "",
     "fetch metadata only when the solver needs it (for comparing)"},
    {Section::resolution, "no-predict", "", 0, Takes::nothing, kNetwork, false, "",
     "do not ask ahead for what earlier resolutions came to"},
    {Section::resolution, "trees", "", 0, Takes::values, kNetwork, false, "FILE",
     "what others have learned, to guess from (cache export-tree)"},

    {Section::index, "index-url", "default-index pypi-url", 'i', Takes::value, kNetwork, true,
     "URL", "the package index"},
    {Section::index, "extra-index-url", "index", 0, Takes::values, kNetwork, true, "URL",
     "a further index, asked before that of -i; may be repeated"},
    {Section::index, "find-links", "", 'f', Takes::values, kNetwork, true, "PLACE",
     "folder, file or page of distributions"},
    {Section::index, "no-index", "", 0, Takes::nothing, kNetwork, true, "",
     "ignore the index (use --find-links alone)"},
    {Section::index, "index-strategy", "", 0, Takes::value, kNetwork, false, "KIND",
     "first-index (the default) or unsafe-best-match"},
    {Section::index, "ignore-index-errors", "", 0, Takes::nothing, kNetwork, false, "",
     "pass over an index that cannot be asked, with a warning (always so called as pip)"},
    {Section::index, "refresh", "rebuild", 0, Takes::nothing, kNetwork, false, "",
     "ask the index again for everything"},
    {Section::index, "refresh-package", "", 0, Takes::values, kNetwork, true, "NAME",
     "ask the index again for this package"},

    {Section::builds, "only-binary", "", 0, Takes::values, kNetwork, true, "NAMES",
     "use wheels only (:all:, :none: or names)"},
    {Section::builds, "no-binary", "", 0, Takes::values, kNetwork, true, "NAMES",
     "use source distributions only (:all:, :none: or names)"},
    {Section::builds, "prefer-binary", "", 0, Takes::nothing, kNetwork, true, "",
     "prefer an older wheel to a newer source distribution"},
    {Section::builds, "no-build", "", 0, Takes::nothing, kNetwork, false, "",
     "as --only-binary :all:"},
    {Section::builds, "no-build-package", "", 0, Takes::values, kNetwork, false, "NAME",
     "as --only-binary with this name"},
    {Section::builds, "config-settings", "config-setting", 'C', Takes::values, kNetwork, true,
     "KEY=VALUE", "pass this to the build backend; a repeated key has a list"},
    {Section::builds, "config-settings-package", "config-setting-package", 0, Takes::values,
     kNetwork, false, "NAME:KEY=VALUE",
     "--config-settings for this package, instead of the others"},
    {Section::builds, "build-constraint", "build-constraints", 'b', Takes::values, kNetwork, true,
     "FILE", "versions allowed of what builds require"},
    {Section::builds, "no-build-isolation", "", 0, Takes::nothing, kNetwork, true, "",
     "build in the target environment, with what is installed there"},
    {Section::builds, "build-isolation", "", 0, Takes::nothing, kNetwork, false, "",
     "build in environments of their own (default)"},
    {Section::builds, "no-build-isolation-package", "", 0, Takes::values, kNetwork, false, "NAME",
     "--no-build-isolation for this package alone"},
    {Section::builds, "build-timeout", "", 0, Takes::value, kNetwork, false, "SEC",
     "seconds a build backend may take for one step"},
    {Section::builds, "concurrent-builds", "", 0, Takes::value, kNetwork, false, "N",
     "builds at a time"},

    {Section::target, "python", "python-executable", 'p', Takes::value, kAny & ~kCache, true, "PY",
     "path, version or name of the Python"},
    {Section::target, "system", "", 0, Takes::nothing, kAny & ~kCache, false, "",
     "use the first python3 on PATH"},
    {Section::target, "target", "", 't', Takes::value, kChanging | kShowing, true, "DIR",
     Help("install into this folder", kShowing, "show what is installed in this folder", kUninstall,
          "remove from this folder")},
    {Section::target, "prefix", "", 0, Takes::value, kChanging | kShowing, true, "DIR",
     Help("install below this folder", kShowing, "show what is installed below this folder",
          kUninstall, "remove from below this folder")},
    {Section::target, "root", "", 0, Takes::value, kInstall | kSync, true, "DIR",
     "install below this root"},
    {Section::target, "user", "", 0, Takes::nothing, kInstall | kSync | kUninstall | kShowing, true,
     "",
     Help("install into the user's own site-packages", kShowing,
          "show the user's own site-packages", kUninstall,
          "remove from the user's own site-packages")},
    {Section::target, "path", "", 0, Takes::values, kList | kFreeze, true, "DIR",
     "directory to inspect, instead of an environment"},
    {Section::target, "break-system-packages", "", 0, Takes::nothing, kChanging, true, "",
     "change an externally managed Python"},
    {Section::target, "require-virtualenv", "require-venv", 0, Takes::nothing, kAny, true, "",
     Help("refuse to work outside a virtual environment",
          kCompile | kShowing | kVenv | kCache | kDebug,
          "accepted: this command works outside of one, too")},
    {Section::target, "python-version", "", 0, Takes::value, kNetwork | kDebug, true, "X.Y",
     "resolve for this Python"},
    {Section::target, "python-platform", "", 0, Takes::value, kNetwork | kDebug, false, "NAME",
     "resolve for this platform"},
    {Section::target, "platform", "", 0, Takes::values, kNetwork | kDebug, true, "TAG",
     "resolve for this platform tag"},
    {Section::target, "implementation", "", 0, Takes::value, kNetwork | kDebug, true, "IMPL",
     "cp, pp or py"},
    {Section::target, "abi", "", 0, Takes::values, kNetwork | kDebug, true, "ABI",
     "resolve for this ABI"},
    {Section::target, "prompt", "", 0, Takes::value, kVenv, false, "TEXT",
     "prompt of the environment"},
    {Section::target, "system-site-packages", "", 0, Takes::nothing, kVenv, false, "",
     "make the system's packages visible"},
    {Section::target, "clear", "", 0, Takes::nothing, kVenv, false, "",
     "replace the environment if there is one"},

    {Section::installation, "reinstall", "force-reinstall", 0, Takes::nothing, kInstall | kSync,
     true, "", "install again what is installed already, over whatever is in the way"},
    {Section::installation, "reinstall-package", "", 0, Takes::values, kInstall | kSync, false,
     "NAME", "install this package again"},
    {Section::installation, "exact", "", 0, Takes::nothing, kInstall | kSync, false, "",
     Help("remove what is neither named nor needed", kSync, "accepted: sync always is")},
    {Section::installation, "ask", "", 'a', Takes::nothing, kSync, false, "",
     "show what would be done, and ask before doing it"},
    {Section::installation, "ignore-installed", "", 'I', Takes::nothing, kInstall, true, "",
     "ignore what is installed, and write over it"},
    {Section::installation, "src", "source source-dir source-directory", 0, Takes::value, kNetwork,
     true, "DIR", "where repositories named with -e are checked out"},
    {Section::installation, "link-mode", "", 0, Takes::value, kInstall | kSync, false, "MODE",
     "reflink, hardlink, copy or symlink"},
    {Section::installation, "compile", "compile-bytecode", 0, Takes::nothing, kInstall | kSync,
     true, "", "accepted for pip; bytecode is not compiled yet"},
    {Section::installation, "no-compile", "no-compile-bytecode", 0, Takes::nothing,
     kInstall | kSync, true, "", "do not compile Python files"},
    {Section::installation, "allow-invalid-wheel", "", 0, Takes::values, kInstall | kSync, false,
     "NAME", "tolerate a faulty RECORD or zip of this package"},
    {Section::installation, "no-warn-conflicts", "", 0, Takes::nothing, kInstall, true, "",
     "do not tell which requirements are not met any more"},
    {Section::installation, "concurrent-installs", "", 0, Takes::value, kInstall | kSync, false,
     "N", "packages installed at a time"},
    {Section::installation, "two-phase", "", 0, Takes::nothing, kInstall | kSync, false, "",
     "fetch wheels when all are chosen, unpack each when it is whole (for comparing)"},
    {Section::installation, "yes", "", 'y', Takes::nothing, kUninstall, true, "",
     "remove without asking"},

    {Section::output, "dry-run", "", 'n', Takes::nothing, kNetwork | kUninstall, true, "",
     Help("show what would happen, change nothing", kTextual,
          "resolve, but do not write the output file", kCollect, "resolve, but collect nothing")},
    {Section::output, "wheel-dir", "", 'w', Takes::value, kWheel, true, "DIR",
     "folder for the wheels (default: the working directory)"},
    {Section::output, "dest", "destination-dir destination-directory", 'd', Takes::value, kDownload,
     true, "DIR", "folder for the files (default: the working directory)"},
    {Section::output, "output-file", "", 'o', Takes::value, kTextual, false, "FILE",
     "write to this file; its earlier pins are preferred"},
    {Section::output, "format", "", 0, Takes::value, kList | kCompile, true, "KIND",
     Help("columns, freeze or json", kCompile, "requirements.txt or pylock.toml")},
    {Section::output, "all", "", 0, Takes::nothing, kFreeze | kCache, true, "",
     Help("include pip, setuptools and wheel (called as pip)", kCache,
          "clean: remove the buckets of other versions, too")},
    {Section::output, "annotate", "", 0, Takes::nothing, kCompile, false, "",
     "write # via comments (default)"},
    {Section::output, "no-annotate", "", 0, Takes::nothing, kCompile, false, "",
     "write no # via comments"},
    {Section::output, "header", "", 0, Takes::nothing, kCompile, false, "",
     "write the header (default)"},
    {Section::output, "no-header", "", 0, Takes::nothing, kCompile, false, "", "write no header"},
    {Section::output, "generate-hashes", "", 0, Takes::nothing, kCompile, false, "",
     "write the hashes of every file"},
    {Section::output, "reuse-hashes", "", 0, Takes::nothing, kCompile, false, "",
     "keep the hashes of pins that are kept (default)"},
    {Section::output, "no-reuse-hashes", "", 0, Takes::nothing, kCompile, false, "",
     "take all hashes from the index again"},
    {Section::output, "strip-extras", "", 0, Takes::nothing, kCompile, false, "",
     "write names without extras (default)"},
    {Section::output, "no-strip-extras", "", 0, Takes::nothing, kCompile, false, "",
     "keep extras in the output"},
    {Section::output, "annotation-style", "", 0, Takes::value, kCompile, false, "STYLE",
     "# via comments below (split, the default) or in the same line (line)"},
    {Section::output, "emit-index-annotation", "", 0, Takes::nothing, kCompile, false, "",
     "write below each line from which index it is"},
    {Section::output, "emit-index-url", "", 0, Takes::nothing, kCompile, false, "",
     "write the indexes into the output, without passwords"},
    {Section::output, "no-emit-index-url", "", 0, Takes::nothing, kCompile, false, "",
     "write no indexes, not into the header either"},
    {Section::output, "emit-find-links", "", 0, Takes::nothing, kCompile, false, "",
     "write --find-links into the output"},
    {Section::output, "no-emit-find-links", "", 0, Takes::nothing, kCompile, false, "",
     "write no --find-links (default)"},
    {Section::output, "emit-trusted-host", "", 0, Takes::nothing, kCompile, false, "",
     "write --trusted-host into the output"},
    {Section::output, "no-emit-trusted-host", "", 0, Takes::nothing, kCompile, false, "",
     "write no --trusted-host (default)"},
    {Section::output, "emit-build-options", "", 0, Takes::nothing, kCompile, false, "",
     "write --no-binary and --only-binary into the output"},
    {Section::output, "emit-options", "", 0, Takes::nothing, kCompile, false, "",
     "write those options that are asked for (default)"},
    {Section::output, "no-emit-options", "", 0, Takes::nothing, kCompile, false, "",
     "write none of these options"},
    {Section::output, "no-emit-package", "unsafe-package", 0, Takes::values, kCompile, false,
     "NAME", "leave this package out of the output, but not what it needs"},
    {Section::output, "no-allow-unsafe", "", 0, Takes::nothing, kCompile, false, "",
     "the same for pip, setuptools and distribute"},
    {Section::output, "custom-compile-command", "", 0, Takes::value, kCompile, false, "TEXT",
     "write this into the header, instead of the command"},
    {Section::output, "newline", "", 0, Takes::value, kCompile, false, "KIND",
     "line ends: lf (the default), crlf, native or preserve"},
    {Section::output, "invert", "reverse", 0, Takes::nothing, kTree, false, "",
     "show from each package what requires it"},
    {Section::output, "why", "", 0, Takes::values, kTree, false, "PACKAGE",
     "show what this package is installed for"},
    {Section::output, "depth", "", 0, Takes::value, kTree, false, "NUMBER", "limit the depth"},
    {Section::output, "show-version-specifiers", "", 0, Takes::nothing, kTree, false, "",
     "show the versions that are required"},
    {Section::output, "json", "", 0, Takes::nothing, kAny, false, "",
     Help("write the result as JSON to standard output", kCache,
          "info: write JSON to standard output")},
    {Section::output, "report", "", 0, Takes::value, kInstall, true, "FILE",
     "write pip's JSON report of what was installed (-: stdout)"},

    {Section::network, "proxy", "", 0, Takes::value, kNetwork, true, "URL", "http proxy"},
    {Section::network, "cert", "", 0, Takes::value, kNetwork, true, "FILE",
     "certificates to trust, instead of the system's"},
    {Section::network, "client-cert", "", 0, Takes::value, kNetwork, true, "FILE",
     "certificate and key to present"},
    {Section::network, "trusted-host", "allow-insecure-host", 0, Takes::values, kNetwork, true,
     "HOST", "do not verify this host"},
    {Section::network, "timeout", "default-timeout", 0, Takes::value, kNetwork, true, "SEC",
     "seconds to wait for a connection or for data (15)"},
    {Section::network, "retries", "", 0, Takes::value, kNetwork, true, "N",
     "tries after the first (5)"},
    {Section::network, "offline", "", 0, Takes::nothing, kNetwork, false, "",
     "use the cache and local files only"},
    {Section::network, "http1", "", 0, Takes::nothing, kNetwork, false, "", "do not offer HTTP/2"},
    {Section::network, "concurrent-downloads", "", 0, Takes::value, kNetwork, false, "N",
     "connections at a time"},

    {Section::cache, "cache-dir", "", 0, Takes::value, kAny, true, "DIR", "directory of the cache"},
    {Section::cache, "no-cache", "no-cache-dir", 0, Takes::nothing, kAny, true, "",
     "disable the cache"},

    {Section::general, "help", "", 'h', Takes::nothing, kAny, true, "", "show this help"},
    {Section::general, "version", "", 'V', Takes::nothing, kAny, false, "", "show the version"},
    {Section::general, "quiet", "", 'q', Takes::nothing, kAny, true, "",
     "say less (twice: errors only)"},
    {Section::general, "verbose", "", 'v', Takes::nothing, kAny, true, "", "explain decisions"},
    {Section::general, "color", "", 0, Takes::value, kAny, false, "WHEN", "auto, always or never"},
    {Section::general, "no-color", "", 0, Takes::nothing, kAny, true, "", "as --color=never"},
    {Section::general, "no-progress", "", 0, Takes::nothing, kAny, false, "",
     "show no progress bars"},
    {Section::general, "progress-bar", "", 0, Takes::value, kNetwork, true, "KIND", "on or off"},
    {Section::general, "trace", "", 0, Takes::value, kAny, false, "FILE",
     "write a timeline of all work (.json or .html)"},

    {Section::general, "directory", "", 0, Takes::value, kAny, false, "DIR",
     "change to this folder first"},

    // uv's and pip-tools', taken with a warning where they change nothing (no_effect.cpp)
    {Section::general, "strict", "", 0, Takes::nothing, kInstall | kSync | kShowing, false, "", ""},
    {Section::general, "native-tls", "", 0, Takes::nothing, kNetwork, false, "", ""},
    {Section::general, "system-certs", "", 0, Takes::nothing, kNetwork, false, "", ""},
    {Section::general, "no-config", "", 0, Takes::nothing, kAny, false, "", ""},
    {Section::general, "no-sources", "", 0, Takes::nothing, kNetwork, false, "", ""},
    {Section::general, "no-python-downloads", "", 0, Takes::nothing, kAny, false, "", ""},
    {Section::general, "managed-python", "", 0, Takes::nothing, kAny, false, "", ""},
    {Section::general, "verify-hashes", "", 0, Takes::nothing, kInstall | kSync | kCollect, false,
     "", ""},
    {Section::general, "force", "", 0, Takes::nothing, kSync, false, "", ""},

    // pip's, accepted for its sake: they change nothing here
    {Section::general, "disable-pip-version-check", "", 0, Takes::nothing, kAny, true, "", ""},
    {Section::general, "no-input", "", 0, Takes::nothing, kAny, true, "", ""},
    {Section::general, "no-warn-script-location", "", 0, Takes::nothing, kInstall, true, "", ""},
    {Section::general, "root-user-action", "", 0, Takes::value, kInstall | kUninstall, true, "",
     ""},
    {Section::general, "no-python-version-warning", "", 0, Takes::nothing, kAny, true, "", ""},
    {Section::general, "use-feature", "", 0, Takes::values, kAny, true, "", ""},
    {Section::general, "use-deprecated", "", 0, Takes::values, kAny, true, "", ""},
    {Section::general, "no-clean", "", 0, Takes::nothing, kInstall | kCollect, true, "", ""},
    {Section::general, "no-verify", "", 0, Takes::nothing, kWheel, true, "", ""},

    // those of pip-tools and uv pip compile
    {Section::general, "pip-args", "", 0, Takes::value, kTextual, false, "TEXT",
     "options of pip's in one word, for pip-tools"},
    {Section::general, "allow-unsafe", "", 0, Takes::nothing, kCompile, false, "", ""},
    {Section::general, "resolver", "", 0, Takes::value, kCompile, false, "KIND", ""},
    {Section::general, "max-rounds", "", 0, Takes::value, kCompile, false, "N", ""},
    {Section::general, "keyring-provider", "", 0, Takes::value, kTextual, false, "KIND", ""},
};

/// By long form or alias (exact), as users write them; nullptr when unknown.
const Option* find_option(std::string_view name);
const Option* find_option(char letter, std::uint32_t command);

}  // namespace pipit::cli
