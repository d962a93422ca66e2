// The library throws when the system gives no thread; here that becomes a return value.
#include "base/thread.h"

#include <system_error>
#include <utility>

#include "base/fd.h"

namespace pipit::base {
namespace {

template <class Thread, class Body>
bool start(Thread& thread, Body body) {
  try {
    thread = Thread(std::move(body));
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace

bool start_thread(std::thread& thread, std::function<void()> body) {
  return start(thread, std::move(body));
}

bool start_thread(std::jthread& thread, std::function<void(std::stop_token)> body) {
  return start(thread, std::move(body));
}

}  // namespace pipit::base
