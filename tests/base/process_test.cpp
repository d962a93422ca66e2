#include "base/process.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "base/events.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"

namespace pipit::base {
namespace {

Command shell(std::string script) {
  Command command;
  command.argv = {"sh", "-c", std::move(script)};
  return command;
}

Outcome run_shell(std::string script) {
  auto outcome = run_process(shell(std::move(script)), {});
  REQUIRE(outcome);
  return *outcome;
}

/// Whether the process has gone (a zombie that init has not taken yet counts as gone).
bool process_gone(pid_t pid) {
  for (int attempt = 0; attempt < 200; ++attempt) {
    if (::kill(pid, 0) != 0 && errno == ESRCH) return true;
    const auto status = read_file(cat("/proc/", pid, "/stat"), 4096);
    if (!status || status->find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// The number that a script writes to `path`, waited for.
pid_t awaited_pid(const std::string& path) {
  for (int attempt = 0; attempt < 500; ++attempt) {
    const auto text = read_file(path, 100);
    if (text && text->ends_with('\n'))
      return static_cast<pid_t>(parse_uint(trim(*text)).value_or(0));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return 0;
}

}  // namespace

TEST_CASE("process: output, errors and exit code come back") {
  const Outcome outcome = run_shell("echo out; echo err >&2; exit 7");
  CHECK_EQ(outcome.output, "out\n");
  CHECK_EQ(outcome.errors, "err\n");
  CHECK_EQ(outcome.exit_code, 7);
  CHECK_FALSE(outcome.timed_out);
}

TEST_CASE("process: a signal is 128 and its number") {
  CHECK_EQ(run_shell("kill -TERM $$").exit_code, 143);
}

TEST_CASE("process: input of any size arrives, none is an end of file") {
  Command command = shell("wc -c");
  command.input = std::string(300'000, 'x');
  CHECK_EQ(trim(run_process(command, {})->output), "300000");
  CHECK_EQ(trim(run_shell("wc -c").output), "0");
}

TEST_CASE("process: environment entries are replaced, added and taken out") {
  Command command = shell("echo $PIPIT_T_A-$PIPIT_T_B-${HOME-unset}");
  command.environment = {"PIPIT_T_A=one", "PIPIT_T_B=two"};
  command.unset = {"HOME"};
  CHECK_EQ(run_process(command, {})->output, "one-two-unset\n");
}

TEST_CASE("process: it runs in the directory that was named") {
  Command command = shell("pwd");
  command.directory = "/";
  CHECK_EQ(run_process(command, {})->output, "/\n");
  command.directory = "/no/such/directory";
  CHECK_EQ(run_process(command, {}).error().code, Code::io);
}

TEST_CASE("process: a missing program is not found") {
  Command command;
  command.argv = {"no-such-program-anywhere"};
  CHECK_EQ(run_process(command, {}).error().code, Code::not_found);
  CHECK_EQ(run_process(command, {}).error().message, "no-such-program-anywhere: no such program");
  command.argv = {"/no/such/program"};
  CHECK_EQ(run_process(command, {}).error().code, Code::not_found);
}

TEST_CASE("process: of too much output the end is kept") {
  Command command = shell("i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); done");
  command.max_output = 15;
  CHECK_EQ(run_process(command, {})->output, "2997\n2998\n2999\n");
}

TEST_CASE("process: the child has the default signals and no descriptor of ours") {
  Fd leak(::fcntl(1, F_DUPFD, 77));  // without close-on-exec, as a careless library would leave it
  const Outcome outcome = run_shell("ls /proc/self/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status");
  CHECK_EQ(outcome.output.find(cat("\n", leak.get(), "\n")), std::string::npos);
  CHECK_NE(outcome.output.find("SigBlk:\t0000000000000000"), std::string::npos);
  const std::size_t ignored = outcome.output.find("SigIgn:\t");
  REQUIRE_NE(ignored, std::string::npos);
  // 32 and 33 belong to the C library, which lets nobody touch them.
  constexpr std::uint64_t kLibraryOwn = 0x180000000;
  CHECK_EQ(*parse_hex(outcome.output.substr(ignored + 8, 16)) & ~kLibraryOwn, 0);
}

TEST_CASE("process: a grandchild that keeps the pipes open does not keep us") {
  const std::int64_t start = now_us();
  const Outcome outcome = run_shell("sleep 20 & echo $!");
  CHECK_LT(now_us() - start, 5'000'000);
  const auto pid = parse_uint(trim(outcome.output));
  REQUIRE(pid);
  ::kill(static_cast<pid_t>(*pid), SIGKILL);
}

TEST_CASE("process: a stop ends the whole group, also one that ignores SIGTERM") {
  auto scratch = TempDir::create("/tmp", "pipit-test-");
  REQUIRE(scratch);
  const std::string pid_file = join_path(scratch->path(), "pid");
  std::stop_source stop;
  Result<Outcome> outcome = fail(Code::internal, "not run");
  std::jthread runner([&] {
    outcome =
        run_process(shell(cat("trap '' TERM; sleep 60 & echo $! > ", pid_file, "; wait; sleep 60")),
                    stop.get_token());
  });
  const pid_t grandchild = awaited_pid(pid_file);
  REQUIRE_GT(grandchild, 0);
  const std::int64_t start = now_us();
  stop.request_stop();
  runner.join();
  CHECK_LT(now_us() - start, 1'900'000);
  CHECK_EQ(outcome.error().code, Code::cancelled);
  CHECK(process_gone(grandchild));
}

TEST_CASE("process: a stop asked before means nothing is run") {
  std::stop_source stop;
  stop.request_stop();
  CHECK_EQ(run_process(shell("echo"), stop.get_token()).error().code, Code::cancelled);
}

TEST_CASE("process: time runs out, and what was said until then is kept") {
  Command command = shell("echo begun; sleep 60");
  command.timeout_seconds = 1;
  const auto outcome = run_process(command, {});
  REQUIRE(outcome);
  CHECK(outcome->timed_out);
  CHECK_EQ(outcome->output, "begun\n");
  CHECK_EQ(outcome->exit_code, 143);
}

TEST_CASE("process: a time limit holds against an endless writer") {
  Command command = shell("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
  command.timeout_seconds = 1;
  command.max_output = 1000;
  const auto outcome = run_process(command, {});
  REQUIRE(outcome);
  CHECK(outcome->timed_out);
  CHECK_EQ(outcome->output.size(), 1000);
}

TEST_CASE("process: joined, errors stand where they were said; a log has all up to its limit") {
  auto scratch = TempDir::create("/tmp", "pipit-test-");
  REQUIRE(scratch);
  const std::string path = join_path(scratch->path(), "log");
  const Fd log(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  Command command = shell("echo one; echo two >&2; echo three; echo four >&2");
  command.joined = true;
  command.max_output = 11;
  command.log = log.get();
  command.max_log = 16;
  const auto outcome = run_process(command, {});
  REQUIRE(outcome);
  CHECK_EQ(outcome->output, "three\nfour\n");
  CHECK_EQ(outcome->errors, "");
  CHECK_EQ(outcome->said, 19);
  CHECK_EQ(*read_file(path, 100), "one\ntwo\nthree\nfo");
}

TEST_CASE("process: output without end fills neither memory nor a log") {
  auto scratch = TempDir::create("/tmp", "pipit-test-");
  REQUIRE(scratch);
  const std::string path = join_path(scratch->path(), "log");
  const Fd log(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  Command command = shell("yes");
  command.timeout_seconds = 1;
  command.joined = true;
  command.max_output = 1000;
  command.log = log.get();
  command.max_log = 100'000;
  const auto outcome = run_process(command, {});
  REQUIRE(outcome);
  CHECK(outcome->timed_out);
  CHECK_EQ(outcome->output.size(), 1000);
  CHECK_EQ(read_file(path, 1'000'000)->size(), 100'000);
  CHECK_GT(outcome->said, 1'000'000);
}

TEST_CASE("process: a log that cannot be written does not end the process") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Command command = shell("echo one; sleep 0.1; echo two");
  command.log = full.get();
  command.max_log = 1000;
  const auto outcome = run_process(command, {});
  REQUIRE(outcome);
  CHECK_EQ(outcome->output, "one\ntwo\n");
  CHECK_EQ(outcome->exit_code, 0);
}

TEST_CASE("process: when time is up the whole group goes") {
  auto scratch = TempDir::create("/tmp", "pipit-test-");
  REQUIRE(scratch);
  const std::string pid_file = join_path(scratch->path(), "pid");
  Command command = shell(cat("trap '' TERM; sleep 60 & echo $! > ", pid_file, "; wait; sleep 60"));
  command.timeout_seconds = 1;
  const auto outcome = run_process(command, {});
  REQUIRE(outcome);
  CHECK(outcome->timed_out);
  CHECK_EQ(outcome->exit_code, 137);
  CHECK(process_gone(awaited_pid(pid_file)));
}

TEST_CASE("process: programs are found on a path, in its order") {
  auto scratch = TempDir::create("/tmp", "pipit-test-");
  REQUIRE(scratch);
  const std::string tool = join_path(scratch->path(), "sh");
  REQUIRE(write_file(tool, "#!/bin/sh\n", 0755));
  CHECK_EQ(find_program("sh", cat(scratch->path(), ":/bin")), tool);
  CHECK_EQ(find_program("sh", cat("/nowhere::/bin:", scratch->path())), "/bin/sh");
  CHECK_EQ(find_program(tool), tool);
  CHECK_FALSE(find_program("no-such-program", "/bin"));
  CHECK_FALSE(find_program(""));
}

}  // namespace pipit::base
