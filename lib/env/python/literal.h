// Python's notation of a dictionary, read as data.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "base/json.h"

namespace pipit::env {

/// A dictionary of strings and whole numbers as Python writes it down, from the beginning of `text`
/// ("{'A': 'x' 'y', "B": -1,}"); `text` becomes what follows it. nullopt for everything else that
/// Python may allow there: names, calls, other dictionaries, strings with prefixes. All of it is
/// read, but only members that are `wanted` are kept, if any are named.
std::optional<base::Json::Object> read_dictionary(std::string_view& text,
                                                  std::span<const std::string_view> wanted = {});

/// What the module _sysconfigdata_… defines: `build_time_vars = {…}`. nullopt when it holds
/// anything else but comments.
std::optional<base::Json::Object> read_sysconfigdata(std::string_view text,
                                                     std::span<const std::string_view> wanted = {});

}  // namespace pipit::env
