// From words to an exit code: find the command in kCommands, parse its options, layer the settings
// below them, run it, report its error.
#include "cli/run.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <climits>
#include <optional>
#include <string_view>

#include "base/environ.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/help.h"
#include "cli/interrupts.h"
#include "cli/no_effect.h"
#include "cli/output.h"
#include "cli/suggest.h"
#include "cli/target_choice.h"
#include "cli/target_prefix.h"
#include "cli/trace.h"
#include "cli/value_check.h"
#include "cli/version.h"
#include "env/own_program.h"

namespace pipit::cli {
namespace {

constexpr Command kCommands[] = {
    {"install", kInstall, "[PACKAGE…] [-r FILE]", "install packages and their dependencies",
     run_install},
    {"sync", kSync, "FILE…", "make the environment exactly what pinned files list", run_sync},
    {"compile", kCompile, "FILE…", "resolve requirements to pinned versions", run_compile},
    {"lock", kLock, "FILE…", "resolve requirements to a lock file (pylock.toml)", run_lock},
    {"wheel", kWheel, "[PACKAGE…] [-r FILE]", "build wheels of all requirements into a folder",
     run_wheel},
    {"download", kDownload, "[PACKAGE…] [-r FILE]",
     "download files of all requirements into a folder", run_download},
    {"uninstall", kUninstall, "PACKAGE… [-r FILE]", "remove packages", run_uninstall},
    {"list", kList, "", "list installed packages", run_list},
    {"freeze", kFreeze, "", "list installed packages as requirements", run_freeze},
    {"tree", kTree, "[PACKAGE…]", "show the dependency tree", run_tree},
    {"venv", kVenv, "[DIR]", "make a virtual environment", run_venv},
    {"cache", kCache, "dir|info|clean|prune", "inspect or clean the cache", run_cache},
    {"debug", kDebug, "env|pep440", "plumbing for tests and bug reports", run_debug},
};

consteval bool names_are_those_of_the_bits() {
  for (const Command& command : kCommands)
    if (kCommandNames[std::countr_zero(command.bit)] != command.name) return false;
  return std::size(kCommands) == std::size(kCommandNames);
}
static_assert(names_are_those_of_the_bits());

const Command* find_command(std::string_view name) {
  for (const Command& command : kCommands)
    if (command.name == name) return &command;
  return nullptr;
}

/// pip, pip3 and pip3.12 are pip.
InvokedAs name_of_call(std::string_view program) {
  InvokedAs invoked_as;
  auto version = env::version_of_pip_name(base::base_name(program));
  if (!version) return invoked_as;
  invoked_as.pip = true;
  invoked_as.python = std::move(*version);
  std::string path(program);
  if (path.find('/') != std::string::npos)
    invoked_as.directory = base::absolute_path(base::parent_path(path));
  else
    path = base::find_program(path).value_or("");
  // Where /proc is not there the name of the call leads to the program, too.
  constexpr char kRunning[] = "/proc/self/exe";
  invoked_as.program = base::real_path(base::exists(kRunning) ? kRunning : path);
  return invoked_as;
}

int exit_code(const Error& error, int signal) {
  if (signal == SIGTERM) return 143;
  if (signal != 0) return 130;
  if (error.code == Code::not_virtual) return 3;
  return error.code == Code::usage ? 2 : 1;
}

bool wants_color(const Layers& layers) {
  const std::string when = layers.value(opt("color")).value_or("auto");
  if (when == "always") return true;
  if (when == "never" || layers.has(opt("no-color"))) return false;
  if (const auto no = base::environment_variable("NO_COLOR"); no && !no->empty()) return false;
  const auto term = base::environment_variable("TERM");
  return ::isatty(STDERR_FILENO) != 0 && term && *term != "dumb";
}

bool wants_progress(const Layers& layers, int verbosity) {
  if (verbosity < 0 || layers.has(opt("no-progress")) ||
      layers.value(opt("progress-bar")).value_or("on") == "off")
    return false;
  const auto term = base::environment_variable("TERM");
  return ::isatty(STDERR_FILENO) != 0 && term && *term != "dumb" &&
         !base::environment_variable("CI");
}

/// All layers, and below them what pip's files say. Which Python is meant may depend on all but its
/// own file.
Result<Layers> read_layers(Values typed, const Command& command, const InvokedAs& invoked_as,
                           std::stop_token stop) {
  const Values own = read_pipit_environment(), pip = read_pip_environment();
  const auto layered = [&](Values files) {
    Layers layers(typed);
    layers.push(own);
    layers.push(pip);
    layers.push(std::move(files));
    return layers;
  };
  PIPIT_TRY(Values files, read_pip_configuration(command.name, ""));
  Layers layers = layered(std::move(files));
  const std::string prefix = target_prefix(layers, invoked_as, std::move(stop));
  if (!has_configuration(prefix)) return layers;
  PIPIT_TRY(files, read_pip_configuration(command.name, prefix));
  return layered(std::move(files));
}

Result<Settings> make_settings(Values typed, const Command& command, InvokedAs invoked_as,
                               std::stop_token stop) {
  PIPIT_TRY(Layers layers, read_layers(std::move(typed), command, invoked_as, std::move(stop)));
  if ((command.bit & opt("target").row().commands) != 0)
    PIPIT_TRY(choose_target(layers, invoked_as));
  PIPIT_TRY(check_values(layers, command.bit));
  Settings settings{std::move(layers), std::move(invoked_as), 0, false, false, false, ""};
  settings.verbosity = settings.layers.count(opt("verbose")) - settings.layers.count(opt("quiet"));
  settings.color = wants_color(settings.layers);
  settings.progress = wants_progress(settings.layers, settings.verbosity);
  settings.json = settings.layers.has(opt("json"));
  settings.trace = settings.layers.value(opt("trace")).value_or("");
  return settings;
}

/// The exit code of what went wrong before a command began.
int report_usage(const Error& error) {
  Reporter({}).error(error);
  return exit_code(error, 0);
}

/// --directory, before anything is looked for.
Result<void> enter_directory(const Values& typed) {
  Layers layers(typed);
  layers.push(read_pipit_environment());
  for (const Given& given : layers.givens(opt("directory")))
    if (::chdir(given.text.c_str()) != 0)
      return fail(base::system_error(shown(opt("directory"), given), errno));
  // Relative paths would be taken from the root.
  char here[PATH_MAX];
  if (!::getcwd(here, sizeof here) && errno == ENOENT)
    return fail(Code::io, "the current directory is gone");
  return {};
}

/// The progress of a run that has lasted a moment, which may be before there is a reporter.
class Progress {
 public:
  /// Called from any thread.
  void goes_on() {
    goes_on_ = true;
    begin();
  }
  void set_reporter(Reporter& reporter) {
    reporter_ = &reporter;
    if (goes_on_) begin();
  }

 private:
  void begin() {
    if (Reporter* const reporter = reporter_; reporter && !begun_.exchange(true))
      reporter->begin_progress();
  }
  std::atomic<Reporter*> reporter_{nullptr};
  std::atomic<bool> goes_on_{false}, begun_{false};
};

int run_command(const Command& command, Arguments arguments, InvokedAs invoked_as) {
  if (auto entered = enter_directory(arguments.options); !entered)
    return report_usage(entered.error());
  std::optional<Reporter> made_reporter;  // outlives the thread that makes it show progress
  Progress progress;
  std::stop_source stop;
  Interrupts interrupts(stop, [&progress] { progress.goes_on(); });
  // To find the target's own configuration an interpreter may have to be run.
  auto made =
      make_settings(std::move(arguments.options), command, std::move(invoked_as), stop.get_token());
  if (!made) return report_usage(made.error());
  Settings settings = std::move(*made);
  Reporter& reporter = made_reporter.emplace(ReporterOptions{
      settings.verbosity, settings.color, settings.progress, !settings.trace.empty()});
  progress.set_reporter(reporter);
  tell_no_effect(settings.layers, command.bit, reporter);
  const std::string trace = settings.trace;
  Context context{std::move(settings), command.bit, std::move(arguments.positional), reporter,
                  stop.get_token()};
  Result<int> outcome = command.run(context);
  if (!trace.empty())
    if (auto written = write_trace(trace, reporter.spans()); !written)
      reporter.warn(written.error().message);
  if (outcome) {
    if (context.build_logs) context.build_logs->forget();
    return *outcome;
  }
  if (interrupts.signal() != 0)
    reporter.error(Error{Code::cancelled, "interrupted"});
  else if (interrupts.out_of_memory())
    reporter.error(Error{Code::io, "out of memory"});
  else if (!outcome.error().message.empty())
    reporter.error(outcome.error());
  return exit_code(outcome.error(), interrupts.signal());
}

/// The exit code of text that is all there is to do.
int print(std::string_view text) {
  const auto written = write_stdout(text);
  if (written) return 0;
  if (!written.error().message.empty()) Reporter({}).error(written.error());
  return 1;
}

/// How many words stand before the command: options, and what those take.
std::size_t words_before_command(const std::vector<std::string>& words) {
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with("-")) {
    const bool takes_next = takes_next_word(words[at]);
    at += takes_next ? 2 : 1;
  }
  return std::min(at, words.size());
}

/// Before the command pip takes settings of the network for all commands, also for those that do
/// not use it.
std::vector<std::string> needed_by(const Command& command, std::span<const std::string> before) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool takes_next = takes_next_word(before[i]);
    const Option* option = option_meant_by(before[i]);
    const bool is_needed =
        !option || option->section != Section::network || (option->commands & command.bit) != 0;
    if (is_needed) words.push_back(before[i]);
    if (is_needed && takes_next && i + 1 < before.size()) words.push_back(before[i + 1]);
    if (takes_next) ++i;
  }
  return words;
}

/// No command: all that can be said is what there is.
int help_instead(const std::vector<std::string>& options) {
  const auto arguments = parse_arguments(options, kAny);
  return arguments ? print(help_text(nullptr)) : report_usage(arguments.error());
}

int run_words(std::vector<std::string> words, InvokedAs invoked_as) {
  const std::string_view program = invoked_as.pip ? "pip" : "pipit";
  // "pipit pip install …" is what people type who come from uv.
  if (!words.empty() && words.front() == "pip" && !invoked_as.pip) words.erase(words.begin());
  const std::size_t at = words_before_command(words);
  const std::span<const std::string> before(words.data(), at);
  for (const std::string& word : before) {
    if (word == "--version" || word == "-V") return print(cat(program, " ", kVersion, "\n"));
    if (word == "--help" || word == "-h") return print(help_text(nullptr));
  }
  if (at == words.size()) return help_instead({before.begin(), before.end()});
  if (words[at] == "help")
    return print(help_text(words.size() > at + 1 ? find_command(words[at + 1]) : nullptr));
  const Command* command = find_command(words[at]);
  if (!command) return report_usage(unknown_command(words[at], program));
  const std::vector<std::string> behind(words.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                        words.end());
  words = needed_by(*command, before);
  words.insert(words.end(), behind.begin(), behind.end());
  auto arguments = parse_arguments(words, command->bit, invoked_as.pip);
  if (!arguments)
    return report_usage(
        std::move(arguments.error())
            .with_hint(cat(program, " ", command->name, " --help lists the options")));
  if (arguments->options.contains(opt("help"))) return print(help_text(command));
  if (arguments->options.contains(opt("version"))) return print(cat("pipit ", kVersion, "\n"));
  // pip passes over words that its commands have no use for.
  if (command->arguments.empty() && !arguments->positional.empty() && !invoked_as.pip)
    return report_usage(Error{Code::usage, cat(command->name, ": takes no arguments, got ",
                                               base::printable(arguments->positional.front()))});
  return run_command(*command, std::move(*arguments), std::move(invoked_as));
}

/// Descriptors 0, 1 and 2 are ours to write to only if they were open: else the next file opened
/// would be taken for standard error. A standard output that was closed stays one that cannot be
/// written: a result nobody gets is an error.
void open_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // Where there is no /dev, a folder keeps the number as well.
    if (::open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR) < 0)
      (void)::open("/", O_RDONLY);
  }
}

/// What a library cannot go on with (an exception that nobody takes, an index out of range) ends as
/// an error of ours and not as a signal.
void end_of_abort(int) {
  constexpr std::string_view kWords = "pipit: error: internal error\n";
  (void)!::write(STDERR_FILENO, kWords.data(), kWords.size());
  ::_exit(1);
}

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

int run(int argc, char** argv) {
  open_standard_descriptors();
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a write beyond `ulimit -f` is an error like any other
  ::signal(SIGABRT, end_of_abort);
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.emplace_back(argv[i]);
  return run_words(std::move(words), name_of_call(argc > 0 ? argv[0] : "pipit"));
}

}  // namespace pipit::cli
