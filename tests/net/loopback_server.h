// A server on the loopback interface for tests: whatever a handler wants to answer, byte by byte.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "base/mutex.h"
#include "base/text.h"
#include "base/url.h"
#include "net/transport.h"

namespace pipit::net {

/// One request as it came.
struct Asked {
  int connection = 0;  // from 0, in order of acceptance
  int number = 0;      // of the request on that connection
  std::string target;
  std::string head;
};

class LoopbackServer {
 public:
  class Peer {
   public:
    explicit Peer(int fd, std::atomic<bool>& closing) : fd_(fd), closing_(closing) {}
    /// False when the client has gone.
    bool send(std::string_view bytes) {
      while (!bytes.empty()) {
        pollfd poll_fd{fd_, POLLOUT, 0};
        if (::poll(&poll_fd, 1, 50) == 0) {
          if (closing_) return false;
          continue;
        }
        const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
      }
      return true;
    }
    bool answer(std::string_view body, std::string_view more_headers = "") {
      return send(cat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\n", more_headers,
                      "\r\n", body));
    }
    /// Until the client closes or the server is torn down.
    void linger() {
      pollfd poll_fd{fd_, POLLIN, 0};
      while (!closing_ && ::poll(&poll_fd, 1, 20) == 0) {
      }
    }
    bool closing() const { return closing_; }

   private:
    int fd_;
    std::atomic<bool>& closing_;
  };
  /// False: the connection is closed.
  using Handler = std::function<bool(const Asked&, Peer&)>;

  explicit LoopbackServer(Handler handler)
      : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int small = 32 * 1024;  // what the kernel takes in is not what the client let through
    ::setsockopt(listener_.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_.get(), 128);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~LoopbackServer() {
    closing_ = true;
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
  }

  base::Url url(std::string_view path) const {
    base::Url url;
    url.scheme = "http";
    url.host = "127.0.0.1";
    url.port = port_;
    url.path = path;
    return url;
  }
  std::vector<Asked> asked() {
    base::Lock lock(mu_);
    return asked_;
  }
  std::string targets() {
    std::string out;
    for (const Asked& one : asked()) out += cat(out.empty() ? "" : " ", one.target);
    return out;
  }
  int connections() {
    base::Lock lock(mu_);
    return connections_;
  }
  int most_at_once() {
    base::Lock lock(mu_);
    return most_open_;
  }

 private:
  void accept_all() {
    while (!closing_) {
      pollfd poll_fd{listener_.get(), POLLIN, 0};
      if (::poll(&poll_fd, 1, 20) <= 0) continue;
      const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      base::Lock lock(mu_);
      const int connection = connections_++;
      most_open_ = std::max(most_open_, ++open_);
      threads_.emplace_back([this, fd, connection] { serve(base::Fd(fd), connection); });
    }
  }
  void serve(base::Fd fd, int connection) {
    std::string buffer;
    Peer peer(fd.get(), closing_);
    for (int number = 0;; ++number) {
      std::size_t end = std::string::npos;
      while ((end = buffer.find("\r\n\r\n")) == std::string::npos && !closing_) {
        pollfd poll_fd{fd.get(), POLLIN, 0};
        if (::poll(&poll_fd, 1, 20) <= 0) continue;
        char piece[4096];
        const ssize_t count = ::recv(fd.get(), piece, sizeof piece, 0);
        if (count <= 0) break;
        buffer.append(piece, static_cast<std::size_t>(count));
      }
      if (end == std::string::npos) break;
      Asked asked{connection, number, "", buffer.substr(0, end + 2)};
      buffer.erase(0, end + 4);
      asked.target = base::split_space(asked.head)[1];
      {
        base::Lock lock(mu_);
        asked_.push_back(asked);
      }
      if (!handler_(asked, peer)) break;
    }
    base::Lock lock(mu_);
    --open_;
  }

  Handler handler_;
  base::Fd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> closing_ = false;
  std::thread acceptor_;
  base::Mutex mu_;
  std::vector<std::thread> threads_;  // the acceptor's, then the destructor's
  std::vector<Asked> asked_ PIPIT_GUARDED_BY(mu_);
  int connections_ PIPIT_GUARDED_BY(mu_) = 0;
  int open_ PIPIT_GUARDED_BY(mu_) = 0;
  int most_open_ PIPIT_GUARDED_BY(mu_) = 0;
};

/// Collects the end of exchanges, to be waited for.
class Ends {
 public:
  struct One {
    int status = 0;
    std::string body;
    int ended = 0;
    std::string error;  // "" : fine
    Code code = Code::internal;
  };
  /// A sink that fills number `i`.
  Sink sink(std::size_t i) {
    base::Lock lock(mu_);
    if (ends_.size() <= i) ends_.resize(i + 1);
    Sink sink;
    sink.on_head = [this, i](const ResponseHead& head) {
      base::Lock inner(mu_);
      ends_[i].status = head.status;
      return Flow::go_on;
    };
    sink.on_data = [this, i](std::span<const std::uint8_t> bytes) {
      base::Lock inner(mu_);
      ends_[i].body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return Flow::go_on;
    };
    sink.on_done = [this, i](Result<void> end) {
      base::Lock inner(mu_);
      ++ends_[i].ended;
      if (!end) ends_[i].error = end.error().message;
      if (!end) ends_[i].code = end.error().code;
      changed_.notify_all();
    };
    return sink;
  }
  /// Waits for that one's end (at most 20 s).
  One await(std::size_t i) {
    base::Lock lock(mu_);
    changed_.wait_for(mu_, std::stop_token(), std::chrono::milliseconds(20'000),
                      [&]() PIPIT_REQUIRES(mu_) { return ends_[i].ended > 0; });
    return ends_[i];
  }
  One peek(std::size_t i) {
    base::Lock lock(mu_);
    return ends_[i];
  }

 private:
  base::Mutex mu_;
  base::Condition changed_;
  std::vector<One> ends_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::net
