// getaddrinfo() cannot be interrupted and may take half a minute when a name server is dead. So it
// runs on a thread of its own that shares nothing but the slot for its result: a waiting caller can
// leave, and the thread ends when the resolver returns. All callers for the same name wait for the
// same slot. A failure is not remembered: the next try asks again.
#include "net/lookup.h"

#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/events.h"
#include "base/fd.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/thread.h"

namespace pipit::net {

/// Written once by the resolver's thread, before `ready`; the descriptor then stays readable.
struct Lookup::Answer {
  base::Fd done{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::atomic<bool> ready = false;
  std::vector<Address> addresses;
  int failure = 0;  // EAI_…
};

namespace {

/// The system's order is kept within a family; the families take turns (RFC 8305 section 4).
std::vector<Address> interleaved(const std::vector<Address>& addresses) {
  std::vector<Address> first, second, out;
  for (const Address& address : addresses) {
    (address.family == addresses.front().family ? first : second).push_back(address);
  }
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) out.push_back(first[i]);
    if (i < second.size()) out.push_back(second[i]);
  }
  return out;
}

int resolve_now(const std::string& host, std::uint16_t port, int flags,
                std::vector<Address>& addresses) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), cat(port).c_str(), &hints, &list);
  if (failure != 0) return failure;
  for (const addrinfo* one = list; one; one = one->ai_next) {
    const char* bytes = reinterpret_cast<const char*>(one->ai_addr);
    addresses.push_back({one->ai_family, std::string(bytes, one->ai_addrlen)});
  }
  ::freeaddrinfo(list);
  if (!addresses.empty()) addresses = interleaved(addresses);
  return 0;
}

std::string lookup_cause(int failure) {
  if (failure == EAI_AGAIN) return "the name server does not answer";
  if (failure == EAI_NONAME) return "no such host";
#ifdef EAI_NODATA
  if (failure == EAI_NODATA) return "no such host";
#endif
  return cat("looking up the host failed: ", ::gai_strerror(failure));
}

}  // namespace

Lookup::Lookup() = default;
Lookup::~Lookup() = default;

std::shared_ptr<Lookup::Answer> Lookup::begin(const std::string& host, std::uint16_t port) {
  auto answer = std::make_shared<Answer>();
  auto run = [answer, host, port] {
    answer->failure = resolve_now(host, port, AI_ADDRCONFIG, answer->addresses);
    // On a machine with only a loopback interface no address counts as "configured".
    if (answer->failure != 0 && answer->failure != EAI_AGAIN) {
      answer->failure = resolve_now(host, port, 0, answer->addresses);
    }
    answer->ready.store(true, std::memory_order_release);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(answer->done.get(), &one, sizeof one);
  };
  std::thread thread;
  if (base::start_thread(thread, run))
    thread.detach();
  else
    run();  // no thread to be had: wait for the resolver after all
  return answer;
}

Result<std::vector<Address>> Lookup::find(const std::string& host, std::uint16_t port,
                                          const Deadline& deadline) {
  std::vector<Address> literal;
  if (resolve_now(host, port, AI_NUMERICHOST, literal) == 0) return literal;
  const std::string key = cat(host, ":", port);
  std::shared_ptr<Answer> answer;
  {
    base::Lock lock(mu_);
    std::shared_ptr<Answer>& slot = answers_[key];
    if (!slot) slot = begin(host, port);
    answer = slot;
  }
  const std::int64_t left = std::max<std::int64_t>((deadline.until_us - base::now_us()) / 1000, 0);
  const int timeout_ms = static_cast<int>(std::min<std::int64_t>(left, 1'000'000));
  const base::Waited waited =
      base::wait_fd(answer->done.get(), POLLIN, timeout_ms, deadline.stop_fd);
  if (waited == base::Waited::stopped) return fail_cancelled();
  const bool ready = answer->ready.load(std::memory_order_acquire);
  if (ready && answer->failure == 0) return answer->addresses;
  base::Lock lock(mu_);
  const auto slot = answers_.find(key);
  if (slot != answers_.end() && slot->second == answer) answers_.erase(slot);
  return fail(Code::network,
              ready ? lookup_cause(answer->failure) : "looking up the host timed out");
}

}  // namespace pipit::net
