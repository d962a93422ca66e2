// SIGINT, SIGTERM and SIGHUP become a stop request, and so does running out of memory; nothing else
// happens in a signal's name.
#pragma once
#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

#include "base/fd.h"

namespace pipit::cli {

class Interrupts {
 public:
  static constexpr int kMoment = 200;  // milliseconds
  /// Blocks the signals in this thread (and so in all made later) and waits for them on a thread of
  /// its own. Keeps some memory aside with which a run that has no more can end in order: undo what
  /// it began, say why, exit with 1. One object at a time. When the run takes longer than a moment
  /// (kMoment), that thread calls `goes_on` once; it must not wait for anything.
  Interrupts(std::stop_source& stop, std::function<void()> goes_on);
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  /// The signal that came, 0 if none.
  int signal() const { return signal_.load(); }
  /// Whether memory ran out.
  bool out_of_memory() const { return out_of_memory_.load(); }

 private:
  void wait_for_signals();
  std::stop_source& stop_;
  const std::function<void()> goes_on_;
  std::atomic<int> signal_{0};
  std::atomic<bool> out_of_memory_{false};
  base::Fd signals_, quit_, memory_;
  std::thread thread_;
};

}  // namespace pipit::cli
