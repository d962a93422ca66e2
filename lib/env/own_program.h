// The program that runs, under the names that it has in environments.
#pragma once
#include <optional>
#include <string>

#include "base/file.h"

namespace pipit::env {

/// Called as pip, it stands in environments as bin/pip, bin/pip3 and the like: there no pip is
/// written over it, and none takes it away.
class OwnProgram {
 public:
  /// `path`: of the program; "" : nothing is ours.
  explicit OwnProgram(const std::string& path);
  /// Whether a script named pip, pip3 or pip3.x is the program: a link to it, another name of its
  /// file or a copy.
  bool is_at(const std::string& path) const;

 private:
  std::string path_;
  std::optional<base::FileInfo> info_;
};

/// "pip" is "", "pip3.12" is "3.12"; nullopt for other names.
std::optional<std::string> version_of_pip_name(std::string_view name);

}  // namespace pipit::env
