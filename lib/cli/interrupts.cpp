#include "cli/interrupts.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <system_error>

namespace pipit::cli {
namespace {

sigset_t caught_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // A signal that was ignored when we were started (nohup) stays ignored.
    struct sigaction now{};
    if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
      sigaddset(&set, number);
  }
  return set;
}

}  // namespace

Interrupts::Interrupts(std::stop_source& stop) : stop_(stop) {
  const sigset_t set = caught_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  quit_.reset(::eventfd(0, EFD_CLOEXEC));
  try {
    if (signals_ && quit_) thread_ = std::thread([this] { wait_for_signals(); });
  } catch (const std::system_error&) {
    // No thread to be had: signals do what they do by default.
  }
  if (!thread_.joinable()) ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

Interrupts::~Interrupts() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  (void)!::write(quit_.get(), &one, sizeof one);
  thread_.join();
}

void Interrupts::wait_for_signals() {
  for (;;) {
    pollfd waits[2] = {{signals_.get(), POLLIN, 0}, {quit_.get(), POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0) continue;
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      int none = 0;
      signal_.compare_exchange_strong(none, static_cast<int>(info.ssi_signo));
      stop_.request_stop();
    }
    if ((waits[1].revents & POLLIN) != 0) return;
  }
}

}  // namespace pipit::cli
