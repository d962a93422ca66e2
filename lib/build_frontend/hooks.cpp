// A hook's process gets our environment without the variables that would mislead a pip that it may
// call (PIP_*) and, in an isolated environment, its Python: PYTHONPATH and its like. Without
// isolation these are part of what the user vouches for.
#include "build_frontend/hooks.h"

#include <unistd.h>

#include <algorithm>

#include "base/environ.h"
#include "base/file.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "build_frontend/hook_script.h"

namespace pipit::build_frontend {
namespace {

constexpr std::size_t kRing = 64u << 10;
// Where a build runs, its log is often gone afterwards (a container), so these must tell enough.
constexpr std::size_t kShownLines = 40;
constexpr std::uint64_t kMaxAnswer = 16u << 20;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Variables that must not reach a build.
bool leads_astray(std::string_view name, bool isolated) {
  if (is_one_of(name,
                {"PYTHONSTARTUP", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV_PROMPT"}))
    return true;
  if (isolated &&
      is_one_of(name, {"PYTHONPATH", "PYTHONHOME", "PYTHONPLATLIBDIR", "PYTHONUSERBASE"}))
    return true;
  return name.starts_with("PIP_");
}

std::vector<std::string> variables_to_unset(bool isolated) {
  std::vector<std::string> out;
  for (const auto& [name, value] : base::environment_variables())
    if (leads_astray(name, isolated)) out.emplace_back(name);
  return out;
}

std::string names_of(const std::vector<HookCall>& hooks) {
  std::vector<std::string> names;
  for (const HookCall& hook : hooks) names.push_back(hook.name);
  return base::join(names, ", ");
}

/// "exit 1", "signal 9": as a shell would report it.
std::string ending_of(const base::Outcome& outcome) {
  if (outcome.exit_code > 128) return cat("signal ", outcome.exit_code - 128);
  return cat("exit ", outcome.exit_code);
}

}  // namespace

Hooks::Hooks(HookPlace place, pep::BuildSystem system, sched::Gate& gate, base::Events& events)
    : place_(std::move(place)),
      system_(std::move(system)),
      gate_(gate),
      events_(events),
      log_(place_.logs, place_.shown) {}

void Hooks::set_python(const env::Interpreter& python, bool isolated) {
  python_ = python.executable;
  isolated_ = isolated;
  unset_ = variables_to_unset(isolated);
  unset_.insert(unset_.end(), place_.unset.begin(), place_.unset.end());
  const std::string path =
      base::environment_variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  environment_ = {cat("PATH=", python.scheme.scripts, ":", path), "PYTHONDONTWRITEBYTECODE=1"};
  bytecode_ = isolated ? python.prefix : "";
  if (isolated) environment_.push_back("PYTHONNOUSERSITE=1");
  if (python.is_virtual) environment_.push_back(cat("VIRTUAL_ENV=", python.prefix));
  if (!base::environment_variable("PYTHONIOENCODING"))
    environment_.push_back("PYTHONIOENCODING=utf-8:backslashreplace");
}

Result<std::string> Hooks::write_script() {
  std::string path = base::join_path(place_.scratch, "pipit_hook.py");
  if (calls_ == 0) PIPIT_TRY(base::write_file(path, kHookScript));
  return path;
}

std::string Hooks::order_text(const std::vector<HookCall>& hooks,
                              const std::vector<std::string>& known) const {
  base::Json::Array path, calls, requirements;
  for (const std::string& directory : system_.path)
    path.emplace_back(directory == "." ? place_.tree : base::join_path(place_.tree, directory));
  for (std::size_t n = 0; n < hooks.size(); ++n)
    calls.emplace_back(base::Json::Object{
        {"name", hooks[n].name}, {"arguments", hooks[n].arguments}, {"answer", answer_path(n)}});
  for (const std::string& one : known) requirements.emplace_back(one);
  return base::to_json(base::Json::Object{{"backend", system_.backend},
                                          {"path", std::move(path)},
                                          {"bytecode", bytecode_},
                                          {"hooks", std::move(calls)},
                                          {"known", std::move(requirements)}});
}

std::string Hooks::answer_path(std::size_t n) const {
  return base::join_path(place_.scratch, cat("answer-", calls_, "-", n, ".json"));
}

Result<std::vector<HookAnswer>> Hooks::call(const std::vector<HookCall>& hooks,
                                            const std::vector<std::string>& known,
                                            std::stop_token stop) {
  PIPIT_TRY(const std::string script, write_script());
  ++calls_;
  base::Command command;
  command.argv = {python_, script};
  command.directory = place_.tree;
  command.environment = environment_;
  command.unset = unset_;
  command.input = order_text(hooks, known);
  command.joined = true;
  command.max_output = kRing;
  command.timeout_seconds = place_.timeout_seconds;

  const sched::Permit permit = gate_.acquire(stop);
  if (!permit) return fail_cancelled();
  const std::string& wanted = hooks.back().name;
  auto span = events_.span(base::Lane::build, cat("hook ", wanted, " ", place_.shown));
  command.log = log_.begin(names_of(hooks));
  command.max_log = log_.room();
  auto outcome = base::run_process(command, std::move(stop));
  if (outcome) {
    log_.finish(outcome->said, outcome->output);
    said_ = std::move(outcome->output);
    span.add_bytes(outcome->said);
  }
  auto answers = read_answers(hooks, outcome);
  if (!answers)
    span.set_outcome("error");
  else if (answers->size() < hooks.size())
    span.set_outcome("requires more");
  return answers;
}

/// After the process ended: all answers, or the failure of the first hook that has none.
Result<std::vector<HookAnswer>> Hooks::read_answers(const std::vector<HookCall>& hooks,
                                                    const Result<base::Outcome>& outcome) {
  if (!outcome) {
    if (outcome.error().code == Code::cancelled) return fail(outcome.error());
    return fail(failure(cat("the build's Python cannot be run: ", outcome.error().message)));
  }
  const bool ended_well = outcome->exit_code == 0 && !outcome->timed_out;
  std::vector<HookAnswer> answers;
  while (answers.size() < hooks.size() && base::exists(answer_path(answers.size()))) {
    PIPIT_TRY(HookAnswer one, read_answer(hooks[answers.size()].name, answer_path(answers.size())));
    answers.push_back(std::move(one));
  }
  if (ended_well && !answers.empty()) return answers;
  const std::string& hook = hooks[std::min(answers.size(), hooks.size() - 1)].name;
  if (outcome->timed_out)
    return fail(failure(cat("build backend did not end within ", place_.timeout_seconds,
                            " s (hook ", hook, ")"))
                    .with_hint("--build-timeout sets this limit"));
  if (ended_well)
    return fail(failure(cat("build backend ended without an answer (hook ", hook, ")")));
  return fail(failure(cat("build backend failed (hook ", hook, ", ", ending_of(*outcome), ")")));
}

Result<HookAnswer> Hooks::read_answer(const std::string& hook, const std::string& path) {
  const auto text = base::read_file(path, kMaxAnswer);
  const auto answer = text ? base::parse_json(*text, kMaxAnswer) : Result<base::Json>(base::Json());
  if (!answer || !answer->object())
    return fail(failure(cat("build backend ended without an answer (hook ", hook, ")")));
  if (answer->find("missing")) return HookAnswer();
  if (const base::Json* value = answer->find("value")) return HookAnswer(*value);
  const std::string_view why = answer->text("backend");
  if (why.empty())
    return fail(failure(cat("build backend gave a ", base::printable(answer->text("wrong")),
                            " (hook ", hook, ")")));
  Error error =
      failure(cat("build backend ", system_.backend, " cannot be loaded: ", base::printable(why)));
  if (!isolated_) error.with_hint("without isolation, what a build requires has to be installed");
  return fail(std::move(error));
}

Error Hooks::failure(std::string_view what) {
  Error error{Code::build_failed, cat(place_.shown, ": ", what)};
  const std::string end = last_lines(said_, kShownLines);
  if (const std::string all = last_lines(said_, kRing); all.size() > end.size())
    events_.note(cat(place_.shown, ": its build said\n", all));
  if (!end.empty()) error.with_hint(cat("it said last:\n  ", base::replace_all(end, "\n", "\n  ")));
  if (const std::string log = log_.keep(); !log.empty())
    error.with_hint(cat("all it said is in ", log));
  return error;
}

}  // namespace pipit::build_frontend
