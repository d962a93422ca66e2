// Files that a user named where they mean nothing, or that other tools read.
#pragma once
#include <string>

#include "base/result.h"

namespace pipit::operation {

/// Code::usage, with what to type instead: a requirement is a file that lies here and is no package
/// (requirements.txt, pylock.toml, script.py), so that nobody asks an index for it.
Result<void> check_is_no_file(const std::string& word);
/// Code::unsupported: by its name a file of another tool (environment.yml, poetry.lock), which is
/// no requirements file.
Result<void> check_is_ours(const std::string& file);

}  // namespace pipit::operation
