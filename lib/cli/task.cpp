// Requirements files hold options, so the groups of options can only be filled when the files are
// read; how they are read, and how those from the network are fetched, the command line says.
#include "cli/task.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/value_check.h"
#include "pep/name.h"
#include "pep/version.h"

namespace pipit::cli {
namespace {

Result<operation::Inputs> read_with(Context& context, const operation::InputOptions& options) {
  PIPIT_TRY(const net::Options network, network_options(context.layers()));
  return operation::read_inputs(
      options, operation::fetch_with(network, context.reporter, context.stop), context.stop);
}

/// What the grammar knows and no command has: pip's --all-releases and --only-final.
void take_foreign_option(const pep::OptionLine& line, base::Events& events, Values& values) {
  if (line.name == "all-releases" && line.value == ":all:")
    values[opt("pre")] = {""};
  else
    events.warn(cat(line.where.str(), ": --", line.name, " is not supported and is ignored"));
}

Values values_of(const std::vector<pep::OptionLine>& lines, base::Events& events) {
  Values out;
  for (const pep::OptionLine& line : lines) {
    const Option* option = find_option(line.name);
    if (!option) {
      take_foreign_option(line, events, out);
      continue;
    }
    std::vector<Given>& values = out[OptionKey(*option)];
    if (option->takes == Takes::value) values.clear();
    values.push_back({line.value, cat(line.where.str(), ": --", line.name), " "});
  }
  return out;
}

Result<void> adopt_file_options(Context& context, const operation::Inputs& inputs) {
  Values values = values_of(inputs.file_options, context.reporter);
  for (const std::string& warning : inputs.warnings) context.reporter.warn(warning);
  if (values.empty()) return {};
  if (context.settings.invoked_as.pip)
    context.settings.layers.push_front(std::move(values));
  else
    context.settings.layers.insert_files_layer(std::move(values));
  return check_values(context.layers(), context.command);
}

Result<Task> read_task_with(Context& context, const operation::InputOptions& options) {
  Task task;
  PIPIT_TRY(task.inputs, read_with(context, options));
  PIPIT_TRY(adopt_file_options(context, task.inputs));
  PIPIT_TRY(task.options, operation_options(context.layers(), context.settings.invoked_as));
  return task;
}

/// What pip-tools takes when no file is named.
Result<std::string> default_file(std::string_view command) {
  const std::vector<std::string> usual =
      command == "sync"
          ? std::vector<std::string>{"requirements.txt"}
          : std::vector<std::string>{"requirements.in", "pyproject.toml", "setup.py", "setup.cfg"};
  for (const std::string& name : usual)
    if (base::is_regular_file(name)) return name;
  return fail(Code::usage, cat(command, ": name a requirements file (- is standard input); no ",
                               base::join(usual, ", "), " is here"));
}

/// `requests 2.31` asks for a package named 2.31, which hardly anybody means.
Error with_version_hint(Error error, const std::vector<std::string>& words) {
  if (error.code != Code::no_solution && error.code != Code::not_found) return error;
  for (std::size_t i = 1; i < words.size(); ++i)
    if (pep::Version::parse(words[i]) && base::is_digit(words[i].front()) &&
        pep::is_valid_name(words[i - 1]))
      return std::move(error).with_hint(
          cat(words[i], " was read as a package; for a version: ", words[i - 1], "==", words[i]));
  return error;
}

}  // namespace

Result<operation::Inputs> read_command_inputs(Context& context) {
  const auto options = input_options(context.layers(), context.words);
  // Settings of the network matter only to those whose requirements are there.
  const auto network = network_options(context.layers());
  if (network)
    return operation::read_inputs(
        options, operation::fetch_with(*network, context.reporter, context.stop), context.stop);
  return operation::read_inputs(
      options, [&](const base::Url&) -> Result<std::string> { return fail(network.error()); },
      context.stop);
}

Result<Task> read_task(Context& context) {
  const auto options = input_options(context.layers(), context.words);
  return read_task_with(context, options);
}

Result<Task> read_task_of_files(Context& context, std::string_view command) {
  auto options = input_options(context.layers(), {});
  const bool otherwise = !options.selection.groups.empty() || options.selection.all_groups ||
                         options.script || !options.editables.empty();
  if (options.files.empty() && context.words.empty() && !otherwise) {
    PIPIT_TRY(const std::string file, default_file(command));
    context.words.push_back(file);
  }
  options.files.insert(options.files.begin(), context.words.begin(), context.words.end());
  return read_task_with(context, options);
}

Result<void> resolve_task(Context& context, operation::Operation& operation) {
  if (auto resolved = operation.resolve(); !resolved)
    return fail(with_version_hint(std::move(resolved.error()), context.words));
  context.build_logs = operation.build_logs();
  return {};
}

}  // namespace pipit::cli
