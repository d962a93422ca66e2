// pipit compile: the resolution as pinned lines on standard output, or in a file whose earlier pins
// are preferred; pipit lock: the same as a lock file.
#include "base/file.h"
#include "base/redact.h"
#include "base/shell_words.h"
#include "base/text.h"
#include "cli/compile_format.h"
#include "cli/compile_header.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/task.h"
#include "cli/value_check.h"
#include "operation/lock_output.h"
#include "operation/output_check.h"
#include "operation/projects.h"
#include "operation/requirements_output.h"
#include "resolve/why_not.h"

namespace pipit::cli {
namespace {

/// --why-not: the answers alone, no pins. check_values() has seen that each word is a pin.
Result<int> say_why_not(operation::Operation& operation, const std::vector<std::string>& words) {
  operation::Session& session = operation.session();
  std::string text;
  for (const std::string& word : words) {
    PIPIT_TRY(const pep::Requirement asked, pep::parse_requirement(word));
    PIPIT_TRY(const auto lines, resolve::why_not(operation.request(), operation.resolution(),
                                                 asked.name, *asked.specifier.clauses()[0].version,
                                                 session.catalog, session.dists, session.stop));
    text += base::printable(base::join(lines, "\n"), true) + "\n";
  }
  PIPIT_TRY(write_stdout(text));
  return 0;
}

/// Whether a lock file is asked for: by --format, or by the name of the output.
bool wants_lock(const OutputOptions& output) {
  if (output.format == "requirements.txt") return false;
  if (output.format == "pylock.toml") return true;
  // Any other is PIP_FORMAT, set for `list`.
  return output.output_file &&
         operation::input_kind(*output.output_file) == operation::InputKind::lock;
}

/// Before anything is resolved, also when nothing is going to be written.
Result<void> check_output_file(const Context& context, const OutputOptions& output, bool lock,
                               std::vector<std::string> inputs) {
  if (!output.output_file) return {};
  for (std::string& file : context.layers().values(opt("build-constraint")))
    inputs.push_back(std::move(file));
  return operation::check_output(*output.output_file, lock, inputs);
}

/// Code::usage: environments are named for a resolution that has but one.
Result<void> check_environments(const Layers& layers, bool universal) {
  for (const OptionKey key : {opt("environment"), opt("required-environment")})
    if (!universal && layers.given(key))
      return fail(Code::usage, cat(layers.said(key),
                                   ": only a resolution with --universal has several "
                                   "environments"));
  return {};
}

/// Into the output file, else to standard output, which with --json gets the resolution as JSON.
Result<void> write_result(const OutputOptions& output, bool dry_run, const std::string& text,
                          const resolve::Resolution& resolution,
                          const operation::ReleaseHashes& hashes) {
  if (output.output_file && !dry_run) PIPIT_TRY(base::write_output_file(*output.output_file, text));
  if (output.json) return write_stdout(resolution_json(resolution, hashes));
  if (!output.output_file) return write_stdout(text);
  return {};
}

Result<std::string> lock_text(operation::Operation& operation, const OutputOptions& output) {
  return operation::lock_text(operation.session(), operation.request().policy, operation.inputs(),
                              operation.resolution(), output.output_file.value_or(""));
}

/// None when they are not asked for.
Result<operation::ReleaseHashes> hashes_of(operation::Operation& operation,
                                           const CompileFormat& format) {
  if (!format.hashes) return operation::ReleaseHashes();
  return operation::release_hashes(
      operation.session(), operation.request().policy,
      format.reuse_hashes ? operation.kept_hashes() : operation::KeptHashes(),
      operation.resolution());
}

std::string header_text(const CompileFormat& format, const Layers& asked,
                        const std::vector<std::string>& words) {
  if (!format.header) return "";
  const std::string command = format.custom_command.empty()
                                  ? compile_command(asked, words)
                                  : base::printable(base::redact_text(format.custom_command));
  return cat("# This file was made by pipit with:\n#    ", command, "\n");
}

std::string pins_text(const operation::Operation& operation, const CompileFormat& format,
                      const OutputOptions& output, const operation::ReleaseHashes& hashes,
                      const std::string& header) {
  const std::string file = output.output_file.value_or("");
  std::vector<std::string> models = operation.inputs().files;
  models.insert(models.begin(), file);
  return with_line_ends(
      cat(header, emitted_options(operation.options(), format, file),
          operation::requirements_text(operation.resolution(), hashes, format.pins)),
      format, models);
}

/// --pip-args: as if they had been typed, but what was typed wins; lists are added to.
Result<void> take_pip_args(Context& context) {
  const auto text = context.layers().value(opt("pip-args"));
  if (!text) return {};
  const auto words = base::shell_words(*text);
  if (!words) return fail(Code::usage, "--pip-args: a quote is not closed");
  auto arguments = parse_arguments(*words, context.command);
  if (!arguments) return fail(std::move(arguments.error()).in("--pip-args"));
  if (!arguments->positional.empty())
    return fail(Code::usage, cat("--pip-args: options only, got ",
                                 base::printable(arguments->positional.front())));
  context.settings.layers.add_typed(std::move(arguments->options));
  return check_values(context.layers(), context.command);
}

Result<int> resolve_to_text(Context& context, std::string_view command, bool lock) {
  // What is to be resolved.
  PIPIT_TRY(take_pip_args(context));
  const OutputOptions output = output_options(context.layers());
  const CompileFormat format = compile_format(context.layers());
  // Files add options of their own to the layers, which the header does not repeat.
  const Layers asked = context.layers();
  PIPIT_TRY(Task task, read_task_of_files(context, command));
  if (command == "compile") task.options.target.requires_virtual.clear();
  PIPIT_TRY(check_environments(context.layers(), task.options.resolution.universal));
  if (!task.inputs.locks.empty())
    return fail(Code::usage,
                cat(command, ": ", task.inputs.locks.front().name, ": a lock is resolved already"));

  PIPIT_TRY(check_output_file(context, output, lock, task.inputs.places));

  // The answer, which keeps to that of an earlier run.
  operation::Differences differences;
  differences.checks_hashes = false;
  // A lock says itself which environments it is for; lines must hold wherever they are read.
  differences.states_environments = lock;
  differences.earlier_output = output.output_file;
  operation::Operation operation(std::move(task.options), std::move(task.inputs), differences,
                                 context.reporter, context.stop);
  PIPIT_TRY(resolve_task(context, operation));
  if (const auto words = context.layers().values(opt("why-not")); !words.empty())
    return say_why_not(operation, words);

  // The answer as text.
  std::string text;
  operation::ReleaseHashes hashes;
  if (lock) {
    PIPIT_TRY(text, lock_text(operation, output));
  } else {
    PIPIT_TRY(hashes, hashes_of(operation, format));
    text = pins_text(operation, format, output, hashes, header_text(format, asked, context.words));
  }
  PIPIT_TRY(
      write_result(output, operation.options().dry_run, text, operation.resolution(), hashes));
  return 0;
}

}  // namespace

Result<int> run_compile(Context& context) {
  return resolve_to_text(context, "compile", wants_lock(output_options(context.layers())));
}

/// A lock is for everybody, unless its target is named.
Result<int> run_lock(Context& context) {
  const env::TargetOptions target =
      target_options(context.layers(), context.settings.invoked_as).foreign;
  if (!target.any_platform() && target.implementation.empty() && target.abis.empty())
    context.settings.layers.push(Values{{opt("universal"), {""}}});
  return resolve_to_text(context, "lock", true);
}

}  // namespace pipit::cli
