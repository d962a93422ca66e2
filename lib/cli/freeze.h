// An installed distribution as a line that installs it again.
#pragma once
#include <stop_token>
#include <string>

#include "base/events.h"
#include "env/installed.h"

namespace pipit::cli {

/// As `pip freeze` writes it, with the line end: "name==version", "name @ URL", "-e …" (of a git
/// checkout by its remote and commit, for which git is asked), comments before it.
std::string freeze_line(const env::Installed& dist, base::Events& events,
                        const std::stop_token& stop);

}  // namespace pipit::cli
