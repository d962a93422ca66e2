// Starts a thread: the library throws when none can be had, this returns false.
#pragma once
#include <functional>
#include <stop_token>
#include <thread>

namespace pipit::base {

/// Runs `body` on a thread of its own, which is stored in `thread` (it must hold none yet). False
/// when the system gives no thread: `body` does not run and `thread` is unchanged. Bodies do not
/// throw.
bool start_thread(std::thread& thread, std::function<void()> body);
bool start_thread(std::jthread& thread, std::function<void(std::stop_token)> body);

}  // namespace pipit::base
