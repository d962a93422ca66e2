// Paths as text, and unique names.
#pragma once
#include <string>
#include <string_view>

namespace pipit::base {

std::string join_path(std::string_view directory, std::string_view name);
std::string_view parent_path(std::string_view path);  // "/a/b" -> "/a"
std::string_view base_name(std::string_view path);
/// Absolute and without ".", ".." and doubled slashes, by text alone (links are not resolved).
std::string absolute_path(std::string_view path);
/// Relative path from directory `from` to `to`, both absolute and normal, as os.path.relpath.
std::string relative_path(std::string_view from, std::string_view to);
/// realpath; the text itself when it cannot be resolved.
std::string real_path(const std::string& path);
/// Name unique among processes and threads: "<prefix><pid>-<n>-<random>".
std::string unique_name(std::string_view prefix);

}  // namespace pipit::base
