// Signals are read by one thread and become a stop; running out of memory becomes one, too.
#include "cli/interrupts.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <new>
#include <string_view>

#include "base/thread.h"

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

constexpr std::size_t kReserve = 1U << 20;
// A run that has used its reserve gets this long to end in order.
constexpr int kGraceSteps = 100;
constexpr timespec kGraceStep{0, 20'000'000};

/// operator new knows no object of ours: this stands for the one Interrupts.
struct LastMemory {
  std::atomic<void*> reserve{nullptr};
  std::atomic<int> event{-1};  // tells the Interrupts; -1 while there is none
  std::atomic<int> grace{0};
};

LastMemory& last_memory() {
  static constinit LastMemory the_one;
  return the_one;
}

void raise_event(int fd) {
  const std::uint64_t one = 1;
  (void)!::write(fd, &one, sizeof one);
}

/// operator new calls this for as long as it gets no memory. The reserve is given back at once;
/// after it, what other threads free while they stop.
void when_memory_is_out() {
  LastMemory& memory = last_memory();
  if (void* const held = memory.reserve.exchange(nullptr)) {
    std::free(held);
    raise_event(memory.event);
    return;
  }
  if (memory.event >= 0 && memory.grace++ < kGraceSteps) {
    ::nanosleep(&kGraceStep, nullptr);
    return;
  }
  constexpr std::string_view kWords = "pipit: error: out of memory\n";
  (void)!::write(STDERR_FILENO, kWords.data(), kWords.size());
  ::_exit(1);
}

}  // namespace

Interrupts::Interrupts(std::stop_source& stop, std::function<void()> goes_on)
    : stop_(stop), goes_on_(std::move(goes_on)) {
  const sigset_t set = caught_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  quit_.reset(::eventfd(0, EFD_CLOEXEC));
  memory_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  std::set_new_handler(when_memory_is_out);
  if (signals_ && quit_ && memory_ && base::start_thread(thread_, [this] { wait_for_signals(); })) {
    last_memory().reserve = std::malloc(kReserve);
    last_memory().event = memory_.get();
  } else {  // signals do what they do by default
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  }
}

Interrupts::~Interrupts() {
  if (!thread_.joinable()) return;
  raise_event(quit_.get());
  thread_.join();
  last_memory().event = -1;
  std::free(last_memory().reserve.exchange(nullptr));
}

void Interrupts::wait_for_signals() {
  int patience = kMoment;
  for (;;) {
    pollfd waits[3] = {
        {signals_.get(), POLLIN, 0}, {quit_.get(), POLLIN, 0}, {memory_.get(), POLLIN, 0}};
    const int ready = ::poll(waits, 3, patience);
    if (ready < 0) continue;
    if (ready == 0) {
      patience = -1;
      goes_on_();
      continue;
    }
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      int none = 0;
      signal_.compare_exchange_strong(none, static_cast<int>(info.ssi_signo));
      stop_.request_stop();
    }
    if ((waits[1].revents & POLLIN) != 0) return;
    std::uint64_t times = 0;
    if (::read(memory_.get(), &times, sizeof times) == sizeof times) {
      out_of_memory_ = true;
      stop_.request_stop();
    }
  }
}

}  // namespace pipit::cli
