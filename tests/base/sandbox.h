// A directory of its own for a test that needs files.
#pragma once
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"

namespace pipit::base {

struct Sandbox {
  TempDir dir = *TempDir::create("/tmp", "pipit-test-");
  std::string path(std::string_view name) const { return join_path(dir.path(), name); }
};

}  // namespace pipit::base
