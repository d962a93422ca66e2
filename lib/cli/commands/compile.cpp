// pipit compile: the resolution as pinned lines on standard output, or in a file whose earlier pins
// are preferred; pipit lock: the same as a lock file.
#include "base/file.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/task.h"
#include "operation/lock_output.h"
#include "operation/projects.h"
#include "operation/requirements_output.h"
#include "resolve/why_not.h"

namespace pipit::cli {
namespace {

std::string quoted_for_shell(const std::string& word) {
  return cat("'", base::replace_all(word, "'", "'\\''"), "'");
}

/// The command that makes the file again, with the options that decide what is in it.
std::string header_text(const Layers& layers, bool universal,
                        const std::vector<std::string>& files) {
  std::string command = "pipit compile";
  for (const std::string& file : files) command += cat(" ", file);
  const auto add_each = [&](ListKey key, const auto& shown) {
    for (const std::string& value : layers.values(key))
      command += cat(" --", key.name(), " ", shown(value));
  };
  const auto as_it_is = [](const std::string& value) { return value; };
  const auto quoted = [](const std::string& marker) {
    return quoted_for_shell(base::printable(marker));
  };
  if (universal) {
    command += " --universal";
    if (const auto python = layers.value(opt("python-version")))
      command += cat(" --python-version ", *python);
    add_each(opt("environment"), quoted);
    add_each(opt("required-environment"), quoted);
  }
  add_each(opt("extra"), as_it_is);
  add_each(opt("group"), as_it_is);
  for (const OptionKey flag : {opt("all-extras"), opt("all-groups")})
    if (layers.given(flag)) command += cat(" --", flag.name());
  if (const auto out = layers.value(opt("output-file"))) command += cat(" -o ", *out);
  return cat("# This file was made by pipit with:\n#    ", command, "\n");
}

/// --why-not: the answer alone, no pins.
Result<int> say_why_not(operation::Operation& operation, const std::string& word) {
  const auto asked = pep::parse_requirement(word);
  if (!asked || !asked->specifier.is_pinned() || !asked->specifier.clauses()[0].version)
    return fail(Code::usage, cat("--why-not ", base::printable(word), ": not NAME==VERSION"));
  operation::Session& session = operation.session();
  PIPIT_TRY(const auto lines, resolve::why_not(operation.request(), operation.resolution(),
                                               asked->name, *asked->specifier.clauses()[0].version,
                                               session.catalog, session.dists, session.stop));
  PIPIT_TRY(write_stdout(base::printable(base::join(lines, "\n"), true) + "\n"));
  return 0;
}

/// Whether a lock file is asked for: by --format, or by the name of the output.
Result<bool> wants_lock(const OutputOptions& output) {
  const std::string& format = output.format;
  // PIP_FORMAT may be set for `list`.
  if (format.empty() || format == "columns" || format == "freeze" || format == "json")
    return output.output_file &&
           operation::input_kind(*output.output_file) == operation::InputKind::lock;
  if (format == "requirements.txt") return false;
  if (format == "pylock.toml") return true;
  return fail(Code::usage,
              cat("--format ", base::printable(format), ": not requirements.txt or pylock.toml"));
}

/// Other tools know a lock file by its name.
Result<void> check_lock_name(const OutputOptions& output) {
  if (!output.output_file ||
      operation::input_kind(*output.output_file) == operation::InputKind::lock)
    return {};
  return fail(Code::usage, cat("-o ", base::printable(*output.output_file),
                               ": a lock file is named pylock.toml or pylock.NAME.toml"));
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
                          const resolve::Resolution& resolution) {
  if (output.output_file && !dry_run) PIPIT_TRY(base::write_output_file(*output.output_file, text));
  if (output.json) return write_stdout(resolution_json(resolution, output.pins.hashes));
  if (!output.output_file) return write_stdout(text);
  return {};
}

Result<std::string> lock_text(operation::Operation& operation, const OutputOptions& output) {
  return operation::lock_text(operation.session(), operation.request().policy, operation.inputs(),
                              operation.resolution(), output.output_file.value_or(""));
}

std::string pins_text(const operation::Operation& operation, const Layers& layers,
                      const OutputOptions& output) {
  const std::string pins = operation::requirements_text(operation.resolution(), output.pins);
  if (!output.header) return pins;
  return header_text(layers, operation.options().resolution.universal, operation.inputs().files) +
         pins;
}

Result<int> resolve_to_text(Context& context, std::string_view command, bool lock) {
  // What is to be resolved.
  const OutputOptions output = output_options(context.layers());
  if (lock) PIPIT_TRY(check_lock_name(output));
  PIPIT_TRY(Task task, read_task_of_files(context, command));
  if (command == "compile") task.options.target.requires_virtual.clear();
  PIPIT_TRY(check_environments(context.layers(), task.options.resolution.universal));
  if (!task.inputs.locks.empty())
    return fail(Code::usage,
                cat(command, ": ", task.inputs.locks.front().name, ": a lock is resolved already"));

  // The answer, which keeps to that of an earlier run.
  operation::Differences differences;
  differences.checks_hashes = false;
  // A lock says itself which environments it is for; lines must hold wherever they are read.
  differences.states_environments = lock;
  differences.earlier_output = output.output_file;
  operation::Operation operation(std::move(task.options), std::move(task.inputs), differences,
                                 context.reporter, context.stop);
  PIPIT_TRY(resolve_task(context, operation));
  if (const auto word = context.layers().value(opt("why-not")))
    return say_why_not(operation, *word);

  // The answer as text.
  std::string text;
  if (lock) {
    PIPIT_TRY(text, lock_text(operation, output));
  } else {
    text = pins_text(operation, context.layers(), output);
  }
  PIPIT_TRY(write_result(output, operation.options().dry_run, text, operation.resolution()));
  return 0;
}

}  // namespace

Result<int> run_compile(Context& context) {
  PIPIT_TRY(const bool lock, wants_lock(output_options(context.layers())));
  return resolve_to_text(context, "compile", lock);
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
