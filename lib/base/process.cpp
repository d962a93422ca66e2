// Child processes.
//
// Start: vfork, then only calls that are safe between fork and exec. A copy of a process with large
// caches would cost milliseconds, and posix_spawn cannot make a session or close what another
// library left open. The child leads a session of its own: it and its descendants are one group to
// signal, and have no terminal on which to ask for a password. Input is an unnamed file rather than
// a pipe, so that no thread has to write it and a child that does not read it causes no SIGPIPE.
//
// End: the child is watched through a pidfd where the kernel has them (5.3), else polled every few
// milliseconds. A grandchild that lives on keeps the output pipes open; so the exit of the child,
// not the end of its output, ends the wait. The dead child is reaped last: until then its number,
// and with it the group's, cannot be reused.
#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/environ.h"
#include "base/events.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/stop.h"
#include "base/text.h"

namespace pipit::base {
namespace {

constexpr int kGraceMs = 120;  // between SIGTERM and SIGKILL
constexpr int kWatchMs = 20;   // without pidfds
constexpr std::size_t kReadSize = 64 * 1024;
constexpr int kReadRounds = 17;
constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

struct Pipe {
  Fd reader, writer;
};

/// A descriptor above the standard three, which may be closed in this process: dup2 onto them must
/// not hit one of ours.
Fd above_standard(Fd fd) {
  if (!fd || fd.get() > 2) return fd;
  return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
}

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
  Pipe pipe;
  pipe.reader = above_standard(Fd(ends[0]));
  pipe.writer = above_standard(Fd(ends[1]));
  if (!pipe.reader || !pipe.writer) return fail(system_error("cannot make a pipe", errno));
  return pipe;
}

/// A file without a name in TMPDIR, for kernels before 3.17.
Fd open_unnamed_file() {
#ifdef SYS_memfd_create
  Fd fd(static_cast<int>(::syscall(SYS_memfd_create, "input", 1u)));  // 1: MFD_CLOEXEC
  if (fd) return fd;
#endif
  const std::string path =
      join_path(environment_variable("TMPDIR").value_or("/tmp"), unique_name(".pipit-input-"));
  Fd file = open_path(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (file) ::unlink(path.c_str());
  return file;
}

Result<Fd> open_input(const std::string& input) {
  Fd fd;
  if (input.empty()) fd = open_path("/dev/null", O_RDONLY);
  if (!fd) fd = open_unnamed_file();  // an empty file does as well where there is no /dev
  fd = above_standard(std::move(fd));
  if (!fd) return fail(system_error("cannot open a standard input", errno));
  if (input.empty()) return fd;
  PIPIT_TRY(write_all(fd.get(), input, "standard input"));
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return fail(system_error("standard input", errno));
  return fd;
}

std::string_view variable_name(std::string_view assignment) {
  return assignment.substr(0, assignment.find('='));
}

std::vector<std::string> child_environment(const Command& command) {
  std::vector<std::string> out;
  const auto replaced = [&](std::string_view name) {
    const auto sets = [&](const std::string& entry) { return variable_name(entry) == name; };
    return std::any_of(command.environment.begin(), command.environment.end(), sets) ||
           std::find(command.unset.begin(), command.unset.end(), name) != command.unset.end();
  };
  for (const auto& [name, value] : environment_variables())
    if (!replaced(name)) out.push_back(cat(name, "=", value));
  out.insert(out.end(), command.environment.begin(), command.environment.end());
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// All that the child needs, prepared before the fork: the child must not allocate.
struct Launch {
  const char* program;
  char* const* argv;
  char* const* envp;
  const char* directory;  // nullptr: ours
  int input, output, errors, report;
};

void close_inherited(int keep) {
  // Close-on-exec for all above the standard three, in case a library opened some without it. Where
  // the call is unknown (before 5.11) our own flags must suffice.
#ifdef SYS_close_range
  ::syscall(SYS_close_range, 3u, ~0u, 4u);  // 4: CLOSE_RANGE_CLOEXEC
#endif
  ::fcntl(keep, F_SETFD, FD_CLOEXEC);
}

/// Runs in the child. Returns only when something failed, with the cause in errno.
void become_program(const Launch& launch) {
  ::setsid();
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  if (::dup2(launch.input, 0) < 0 || ::dup2(launch.output, 1) < 0 || ::dup2(launch.errors, 2) < 0)
    return;
  close_inherited(launch.report);
  if (launch.directory && ::chdir(launch.directory) != 0) return;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(launch.program, launch.argv, launch.envp);
}

/// All signals are blocked meanwhile: a handler of ours must not run in the child, which shares our
/// memory.
pid_t launch_child(const Launch& launch) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  const pid_t pid = ::vfork();
#pragma GCC diagnostic pop
  if (pid == 0) {
    become_program(launch);
    const int reason = errno;
    [[maybe_unused]] const ssize_t told = ::write(launch.report, &reason, sizeof reason);
    ::_exit(127);
  }
  const int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = fork_error;
  return pid;
}

Fd watch_process(pid_t pid) {
#ifdef SYS_pidfd_open
  return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0u)));
#else
  return Fd();
#endif
}

/// Whether it has ended; it stays a zombie, which keeps its number.
bool has_ended(pid_t pid) {
  siginfo_t info;
  info.si_pid = 0;
  const int rc = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT);
  return rc != 0 || info.si_pid == pid;
}

/// Reaps it; returns 128 + n for signal n, as shells do.
int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// One output stream: keeps its last bytes.
class Capture {
 public:
  Capture(Fd fd, std::size_t limit) : fd_(std::move(fd)), limit_(limit) {
    ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
  }
  int fd() const { return fd_.get(); }
  void copy_to(int log, std::uint64_t max_bytes) {
    log_ = log;
    log_left_ = max_bytes;
  }
  std::uint64_t said() const { return said_; }

  /// Reads what is there (at most what the largest pipe holds, so that an endless writer cannot
  /// keep us); closes at the end of the stream.
  void drain() {
    char buffer[kReadSize];
    for (int round = 0; fd_ && round < kReadRounds; ++round) {
      const ssize_t count = ::read(fd_.get(), buffer, sizeof buffer);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      if (count <= 0) return fd_.reset();
      keep({buffer, static_cast<std::size_t>(count)});
      if (count < static_cast<ssize_t>(sizeof buffer)) return;
    }
  }
  std::string take() {
    if (text_.size() > limit_) text_.erase(0, text_.size() - limit_);
    return std::move(text_);
  }

 private:
  void keep(std::string_view piece) {
    said_ += piece.size();
    text_ += piece;
    // Dropped in large steps, so that each byte is moved once at most.
    if (text_.size() / 2 > limit_) text_.erase(0, text_.size() - limit_);
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), log_left_));
    if (part == 0) return;
    log_left_ = write_all(log_, piece.substr(0, part), "log") ? log_left_ - part : 0;
  }

  Fd fd_;
  std::size_t limit_;
  std::string text_;
  int log_ = -1;
  std::uint64_t log_left_ = 0, said_ = 0;
};

enum class Ending { exited, timed_out, stopped };

/// Milliseconds until `deadline` (0: never), no longer than `longest` (-1: any).
int poll_time(std::int64_t deadline, int longest) {
  if (deadline == 0) return longest;
  const std::int64_t left = std::clamp<std::int64_t>((deadline - now_us() + 999) / 1000, 0, 60'000);
  return longest < 0 ? static_cast<int>(left) : std::min(longest, static_cast<int>(left));
}

/// Collects output until the child has ended, time is up or a stop is requested.
Ending attend(pid_t pid, int pid_fd, Capture& output, Capture& errors, std::int64_t deadline,
              int stop_fd) {
  while (true) {
    pollfd fds[4] = {{output.fd(), POLLIN, 0},
                     {errors.fd(), POLLIN, 0},
                     {pid_fd, POLLIN, 0},
                     {stop_fd, POLLIN, 0}};
    ::poll(fds, 4, poll_time(deadline, pid_fd >= 0 ? -1 : kWatchMs));
    if (fds[3].revents != 0) return Ending::stopped;
    const bool ended = has_ended(pid);  // checked first: all its output is in the pipes by then
    output.drain();
    errors.drain();
    if (ended) return Ending::exited;
    if (deadline != 0 && now_us() >= deadline) return Ending::timed_out;
  }
}

/// SIGTERM to the group, time to clean up for its leader, SIGKILL to all that is left.
void end_group(pid_t pid, int pid_fd) {
  ::kill(-pid, SIGTERM);
  const std::int64_t deadline = now_us() + kGraceMs * 1000;
  while (!has_ended(pid) && now_us() < deadline) {
    pollfd watched = {pid_fd, POLLIN, 0};
    ::poll(&watched, 1, poll_time(deadline, kWatchMs));
  }
  ::kill(-pid, SIGKILL);
}

/// As process 1 we inherit the orphans of the group we ended.
void reap_orphans(pid_t group) {
  if (::getpid() != 1) return;
  while (::waitpid(-group, nullptr, WNOHANG) > 0) {
  }
}

/// 0, or the errno of what kept the child from becoming the program.
int launch_failure(int report_fd) {
  int reason = 0;
  ssize_t count = 0;
  do count = ::read(report_fd, &reason, sizeof reason);
  while (count < 0 && errno == EINTR);
  return count == sizeof reason ? reason : 0;
}

Result<std::string> locate_program(const Command& command) {
  if (command.argv.empty() || command.argv[0].empty())
    return fail(Code::internal, "a command without a program");
  const std::string& name = command.argv[0];
  if (name.find('/') != std::string::npos) return name;
  std::string path;
  for (const std::string& entry : command.environment) {
    if (variable_name(entry) == "PATH") path = entry.substr(5);
  }
  if (const std::optional<std::string> found = find_program(name, path)) return *found;
  return fail(Code::not_found, cat(printable(name), ": no such program"));
}

bool is_program(const std::string& path) {
  return is_regular_file(path) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<Outcome> run_process(const Command& command, std::stop_token stop) {
  if (stop.stop_requested()) return fail_cancelled();
  PIPIT_TRY(const std::string program, locate_program(command));
  std::vector<std::string> arguments = command.argv;
  std::vector<std::string> variables = child_environment(command);
  PIPIT_TRY(Fd input, open_input(command.input));
  PIPIT_TRY(Pipe output, make_pipe());
  Pipe errors;
  if (!command.joined) {
    PIPIT_TRY(errors, make_pipe());
  }
  PIPIT_TRY(Pipe report, make_pipe());
  const std::vector<char*> argv = pointers_to(arguments), envp = pointers_to(variables);
  const char* directory = command.directory.empty() ? nullptr : command.directory.c_str();

  const StopFd stop_fd(stop);
  if (stop_fd.fd() < 0) return fail(system_error("cannot make an eventfd", errno));
  const std::int64_t deadline = command.timeout_seconds > 0
                                    ? now_us() + std::int64_t{command.timeout_seconds} * 1'000'000
                                    : 0;
  const int errors_fd = command.joined ? output.writer.get() : errors.writer.get();
  const pid_t pid = launch_child({program.c_str(), argv.data(), envp.data(), directory, input.get(),
                                  output.writer.get(), errors_fd, report.writer.get()});
  if (pid < 0) return fail(system_error(cat(program, ": cannot start a process"), errno));
  output.writer.reset();
  errors.writer.reset();
  report.writer.reset();
  if (const int reason = launch_failure(report.reader.get())) {
    reap(pid);
    if (reason == ENOENT && (!directory || is_directory(directory))) {
      return fail(Code::not_found, cat(program, ": no such program"));
    }
    return fail(system_error(cat(program, ": cannot start"), reason));
  }

  const Fd pid_fd = watch_process(pid);
  Capture said(std::move(output.reader), command.max_output),
      complained(std::move(errors.reader), command.max_output);
  if (command.log >= 0) said.copy_to(command.log, command.max_log);
  const Ending ending = attend(pid, pid_fd.get(), said, complained, deadline, stop_fd.fd());
  if (ending != Ending::exited) end_group(pid, pid_fd.get());
  Outcome outcome;
  outcome.exit_code = reap(pid);
  reap_orphans(pid);
  if (ending == Ending::stopped) return fail(Code::cancelled, cat(program, ": cancelled"));
  outcome.timed_out = ending == Ending::timed_out;
  outcome.said = said.said();
  outcome.output = said.take();
  outcome.errors = complained.take();
  return outcome;
}

std::optional<std::string> find_program(std::string_view name, std::string_view path) {
  if (name.empty()) return std::nullopt;
  if (name.find('/') != std::string_view::npos) {
    std::string exact(name);
    return is_program(exact) ? std::optional(std::move(exact)) : std::nullopt;
  }
  const std::string ours = path.empty()
                               ? environment_variable("PATH").value_or(std::string(kDefaultPath))
                               : std::string(path);
  for (std::string_view directory : split(ours, ':')) {
    if (directory.empty()) continue;  // POSIX means the working directory: too easy to exploit
    std::string candidate = join_path(directory, name);
    if (is_program(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace pipit::base
