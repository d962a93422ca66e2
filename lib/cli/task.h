// The inputs and options of a command, read and put in order: what every command that resolves
// does first.
#pragma once
#include <string_view>

#include "cli/command.h"
#include "operation/operation.h"

namespace pipit::cli {

struct Task {
  operation::Inputs inputs;
  operation::Options options;
};

/// The command's words are requirements. Options written in requirements files have joined the
/// layers: below the command line, above the environment; under the name pip, instead of the
/// command line's.
Result<Task> read_task(Context& context);

/// compile, lock and sync: the words are files of requirements, beside those of -r. When neither
/// they nor a group, script or project are given, the words become the file that pip-tools would
/// take; Code::usage when there is none.
Result<Task> read_task_of_files(Context& context, std::string_view command);

/// The inputs alone: for what resolves nothing.
Result<operation::Inputs> read_command_inputs(Context& context);

/// Operation::resolve(); the command's logs of builds are the operation's.
Result<void> resolve_task(Context& context, operation::Operation& operation);

}  // namespace pipit::cli
