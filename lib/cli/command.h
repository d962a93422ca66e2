// What a command is: a row in one table, a function, a page of help.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "build_frontend/build_log.h"
#include "cli/reporter.h"
#include "cli/settings.h"

namespace pipit::cli {

/// What a command works with.
struct Context {
  Settings settings;
  std::uint32_t command = 0;       // its bit
  std::vector<std::string> words;  // positional arguments
  Reporter& reporter;
  std::stop_token stop;
  std::shared_ptr<build_frontend::BuildLogs> build_logs =
      nullptr;  // of this run, once it may build
  const Layers& layers() const { return settings.layers; }
};

struct Command {
  std::string_view name;
  std::uint32_t bit = 0;       // its options (option_table.h)
  std::string_view arguments;  // for help: "[PACKAGE…]"
  std::string_view help;
  Result<int> (*run)(Context&);  // the exit code, or an error
};
std::span<const Command> all_commands();

Result<int> run_install(Context& context);
Result<int> run_sync(Context& context);
Result<int> run_compile(Context& context);
Result<int> run_lock(Context& context);
Result<int> run_wheel(Context& context);
Result<int> run_download(Context& context);
Result<int> run_uninstall(Context& context);
Result<int> run_list(Context& context);
Result<int> run_freeze(Context& context);
Result<int> run_tree(Context& context);
Result<int> run_venv(Context& context);
Result<int> run_cache(Context& context);
Result<int> run_debug(Context& context);

}  // namespace pipit::cli
