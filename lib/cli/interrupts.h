// SIGINT, SIGTERM and SIGHUP become a stop request; nothing else happens in a signal's name.
#pragma once
#include <atomic>
#include <stop_token>
#include <thread>

#include "base/file.h"

namespace pipit::cli {

class Interrupts {
 public:
  /// Blocks the signals in this thread (and so in all made later) and waits for them on a thread of
  /// its own.
  explicit Interrupts(std::stop_source& stop);
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  /// The signal that came, 0 if none.
  int signal() const { return signal_.load(); }

 private:
  void wait_for_signals();
  std::stop_source& stop_;
  std::atomic<int> signal_{0};
  base::Fd signals_, quit_;
  std::thread thread_;
};

}  // namespace pipit::cli
