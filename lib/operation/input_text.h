// Where requirements are read from: files, pipes, standard input, the network.
#pragma once
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/events.h"
#include "base/result.h"
#include "base/url.h"
#include "net/options.h"

namespace pipit::operation {

/// Gets the text of a requirements file that is named by URL.
using FetchText = std::function<Result<std::string>(const base::Url&)>;

/// Gets requirements files that are named by URL, by a small client of its own: it is gone before
/// the session opens. The references outlive what is returned.
FetchText fetch_with(const net::Options& options, base::Events& events, std::stop_token stop);

/// The path of a "file:" URL; anything else as it is.
std::string local_place(const std::string& place);

/// What tells of the project in a folder, whether it is there or not: pyproject.toml, else setup.py
/// or setup.cfg.
std::string project_file(const std::string& folder);

/// The text at a path or URL; "-" is standard input. Code::not_found, Code::io, Code::parse (too
/// long) name it; errors of `fetch`. `stop` ends the wait for a pipe or a terminal.
Result<std::string> read_input(const std::string& place, const FetchText& fetch,
                               std::stop_token stop);

}  // namespace pipit::operation
