// measure OUT COMMAND...: runs COMMAND and writes "wall_us cpu_us peak_kib status" into the file OUT.
//
// The peak memory that the kernel reports for a child begins with that of the process it was forked
// from. A Python that forks would so add its own tens of megabytes to every figure; this program has
// next to nothing.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace {

long microseconds(const timeval& time) { return time.tv_sec * 1000000L + time.tv_usec; }

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return 2;
  const auto wall = std::chrono::steady_clock::now() - begin;
  std::FILE* out = std::fopen(argv[1], "w");
  if (!out) return 2;
  const long cpu = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
  const long wall_us = std::chrono::duration_cast<std::chrono::microseconds>(wall).count();
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::fprintf(out, "%ld %ld %ld %d\n", wall_us, cpu, usage.ru_maxrss, code);
  return std::fclose(out) == 0 ? 0 : 2;
}
