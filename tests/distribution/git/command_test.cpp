// What git says becomes a code here, and nowhere else: a program of that name stands for it.
#include "distribution/git/command.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <optional>

#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"

namespace pipit::distribution {
namespace {

/// A git that says `words` and fails; first on PATH while this lives.
class FailingGit {
 public:
  explicit FailingGit(std::string_view words) {
    auto dir = base::TempDir::create("/tmp", "pipit-git-");
    REQUIRE(dir.has_value());
    dir_.emplace(std::move(*dir));
    const std::string program = base::join_path(dir_->path(), "git");
    REQUIRE(base::write_file(program, cat("#!/bin/sh\necho '", words, "' >&2\nexit 128\n")));
    ::chmod(program.c_str(), 0755);
    before_ = std::getenv("PATH");
    ::setenv("PATH", cat(dir_->path(), ":", before_).c_str(), 1);
  }
  ~FailingGit() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::optional<base::TempDir> dir_;
  std::string before_;
};

Error failure(bool network, std::string_view words) {
  const FailingGit git(words);
  GitRemote remote;
  remote.shown = "git+https://h/r";
  GitCall call;
  call.arguments = {"fetch"};
  call.network = network;
  auto done = run_git(call, remote, {});
  REQUIRE_FALSE(done.has_value());
  return done.error();
}

}  // namespace

TEST_CASE("git command: whether asking differently may help is a code") {
  struct Row {
    bool network;
    std::string_view words;
    Code code;
  };
  constexpr Row kRows[] = {
      {true, "fatal: unable to access https://h/r/: Could not resolve host: h", Code::network},
      {true, "fatal: Authentication failed for https://h/r/", Code::network},
      {true, "ERROR: Repository not found.", Code::network},
      {true, "fatal: remote error: upload-pack: not our ref 1234", Code::http_status},
      {true, "error: Server does not allow request for unadvertised object", Code::http_status},
      {false, "error: short object ID 1234 is ambiguous", Code::parse},
      {false, "fatal: Needed a single revision", Code::io},
      {false, "fatal: unable to access x", Code::io},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.words);
    const Error error = failure(row.network, row.words);
    CHECK(error.code == row.code);
    CHECK(error.message == cat("git+https://h/r: git fetch: ", row.words));
  }
}

TEST_CASE("git command: a failure without words has its exit code") {
  CHECK(failure(true, "").message == "git+https://h/r: git fetch: exit code 128");
}

}  // namespace pipit::distribution
