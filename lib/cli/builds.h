// How this run builds sources: options for the front end, and the front end for the session.
#pragma once
#include <map>
#include <string>

#include "build/build_options.h"
#include "cli/inputs.h"
#include "cli/place.h"
#include "cli/session.h"

namespace pipit::cli {

/// Gives the session's database a builder: before the first question about a source that has to be
/// built (a path, a repository, a source distribution), once the place is known. `inputs` may have
/// settings of their own (--config-settings behind a requirement). Starts nothing and looks for no
/// Python. Code::usage for options that make no sense, errors of a --build-constraint file.
Result<void> enable_builds(Context& context, Session& session, const Place& place,
                           const Inputs& inputs);

/// "KEY=VALUE": adds the value to the key's. Code::usage when there is no "=" or no key; `option`
/// is how the message calls it.
Result<void> add_config_setting(std::string_view option, std::string_view text,
                                build::ConfigSettings& settings);

}  // namespace pipit::cli
