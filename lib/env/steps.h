// A change of the environment as a list of steps, and what runs them and can undo them.
#pragma once
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace pipit::env {

/// Both kinds are one rename: of an old entry into the trash, or of a staged one to its place.
/// `from` and `to` are on one file system.
struct Step {
  enum class Kind { move_away, place } kind = Kind::place;
  std::string from, to;
};

/// Runs steps in order and remembers what it did. Destroying a Runner without commit() restores the
/// old state.
class Runner {
 public:
  Runner() = default;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner();  // undo() unless committed

  /// Creates the missing directories of the path, outermost first.
  Result<void> make_directories(const std::string& path);
  Result<void> run(const Step& step);
  /// Undoes everything, latest first. An error names the first step that could not be undone.
  Result<void> undo();
  void commit();

 private:
  struct Done {
    enum class Kind { moved, made_directory, removed_directory, set_mode } kind;
    std::string from, to;
    std::uint32_t mode = 0;
  };
  Result<void> move(const std::string& from, const std::string& to);
  Result<void> move_entries(const std::string& from, const std::string& to);
  std::vector<Done> done_;
};

/// Runs all steps; `before` as in ApplyOptions. Can stop between steps, but not after the last one.
Result<void> run_steps(Runner& runner, const std::vector<Step>& steps,
                       const std::function<Result<void>(std::size_t)>& before,
                       std::stop_token stop);

}  // namespace pipit::env
