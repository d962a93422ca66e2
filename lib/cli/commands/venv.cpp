// pipit venv: a virtual environment without running any Python.
#include "env/python/venv.h"

#include "base/json.h"
#include "base/path.h"
#include "base/shell_words.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

namespace pipit::cli {

Result<int> run_venv(Context& context) {
  if (context.words.size() > 1) return fail(Code::usage, "venv: name one directory");
  const std::string directory = context.words.empty() ? ".venv" : context.words.front();
  if (directory.empty()) return fail(Code::usage, "venv: names no folder");
  if (base::absolute_path(directory).contains(':'))
    return fail(Code::usage, cat("venv ", base::printable(directory),
                                 ": no folder with \":\" in its path can be on PATH"));
  cache::Store store(optional_cache(context.layers()), context.reporter);
  env::Selector wanted = target_options(context.layers(), context.settings.invoked_as).python;
  wanted.fall_back_to_system = true;
  // An environment is made from a Python, not from the environment that happens to be active.
  env::ProcessEnvironment around = env::ProcessEnvironment::current();
  around.virtual_env.reset();
  around.conda_prefix.reset();
  wanted.system = wanted.python.empty();
  PIPIT_TRY(const env::Interpreter base,
            env::find_interpreter(wanted, around, store, context.reporter, context.stop));
  env::VenvOptions options{
      base::absolute_path(directory), context.layers().value(opt("prompt")).value_or(""),
      context.layers().has(opt("system-site-packages")), context.layers().has(opt("clear"))};
  auto created = env::create_venv(options, base);
  // Only an environment is replaced, as a slip of the hand may name any folder.
  if (!created && created.error().code == Code::bad_environment && created.error().hints.empty())
    created.error().with_hint(
        cat("name another folder, or remove ", base::printable(directory), " if nobody needs it"));
  PIPIT_TRY(const env::Interpreter made, std::move(created));
  context.reporter.say(cat("Made ", directory, " with Python ", made.version.str(), " (",
                           made.base_executable, ")"));
  // `source` would take a leading "-" for an option.
  const std::string beside = directory.starts_with('-') ? "./" + directory : directory;
  context.reporter.say(
      cat("Activate with: source ", base::shell_word(base::join_path(beside, "bin/activate"))));
  if (context.settings.json)
    PIPIT_TRY(write_stdout(base::to_json(base::Json::Object{{"path", made.prefix},
                                                            {"executable", made.executable},
                                                            {"version", made.version.str()},
                                                            {"base", made.base_executable}},
                                         2) +
                           "\n"));
  return 0;
}

}  // namespace pipit::cli
