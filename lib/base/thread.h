// Starting a thread: the library throws when there is none to be had, here it is a plain answer.
#pragma once
#include <functional>
#include <stop_token>
#include <thread>

namespace pipit::base {

/// Runs `body` on a thread of its own, which is put into `thread` (which holds none yet).
/// False when the system gives none: `body` is not run and `thread` left as it was. Bodies do not
/// throw.
bool start_thread(std::thread& thread, std::function<void()> body);
bool start_thread(std::jthread& thread, std::function<void(std::stop_token)> body);

}  // namespace pipit::base
