// A network without sockets for tests of this room: URLs and their answers, and what was asked.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/mutex.h"
#include "base/path.h"
#include "cache/store.h"
#include "net/client.h"
#include "tests/base/sandbox.h"
#include "tests/index/pages.h"
#include "tests/net/fake_transport.h"

namespace pipit::index {

/// What was warned about, a line each.
class HeardWarnings : public base::NoEvents {
 public:
  void warn(std::string_view message) override {
    base::Lock lock(mu_);
    warnings_ += cat(message, "\n");
  }
  std::string warnings() {
    base::Lock lock(mu_);
    return warnings_;
  }

 private:
  base::Mutex mu_;
  std::string warnings_;
};

/// Answers by URL; 404 for those that it does not know. Its cache outlives runs.
struct Shop {
  std::map<std::string, net::Reply, std::less<>> replies;
  std::vector<net::Request> asked;
  std::vector<std::string> connected;  // connections made ahead
  HeardWarnings events;
  base::Sandbox sandbox;

  void put(const std::string& url, std::string body, std::vector<net::Header> headers = {}) {
    if (net::find_header(headers, "content-type").empty())
      headers.push_back({"content-type", "text/html"});
    replies[url] = {200, std::move(headers), std::move(body), {}};
  }
  void put_status(const std::string& url, int status) { replies[url] = {status, {}, "no", {}}; }
  std::string write(std::string_view name, std::string_view text) const {
    const std::string path = sandbox.path(name);
    REQUIRE(base::make_directories(std::string(base::parent_path(path))));
    REQUIRE(base::write_file(path, text));
    return path;
  }
  /// The URLs that were asked for since the last call.
  std::string requests() {
    std::string out = net::requests_of(asked);
    asked.clear();
    return out;
  }
};

class ShopTransport final : public net::Transport {
 public:
  explicit ShopTransport(Shop& shop)
      : shop_(shop), inner_(shop.asked, [this](const net::Request& request) {
          const auto found = shop_.replies.find(base::to_string(request.url));
          if (found == shop_.replies.end()) return net::Reply{404, {}, "gone", {}};
          const std::string_view etag = net::find_header(found->second.headers, "etag");
          if (!etag.empty() && net::find_header(request.headers, "if-none-match") == etag)
            return net::Reply{304, found->second.headers, "", {}};
          return found->second;
        }) {}
  void start(net::Request request, net::Sink sink, std::stop_token stop) override {
    inner_.start(std::move(request), std::move(sink), std::move(stop));
  }
  void preconnect(const base::Url& url) override {
    shop_.connected.push_back(base::to_string(url));
  }

 private:
  Shop& shop_;
  net::FakeTransport inner_;
};

/// One run of pipit, as far as this room needs it.
struct ShopRun {
  explicit ShopRun(Shop& shop, bool offline = false)
      : client(options_for(offline), pool, shop.events, std::make_unique<ShopTransport>(shop)),
        store({shop.sandbox.path("cache"), ""}, shop.events) {}
  ~ShopRun() {
    pool.shutdown();
    client.shutdown();
  }

  sched::Pool pool{sched::LaneLimits{}};
  net::Client client;
  cache::Store store;

 private:
  static net::Options options_for(bool offline) {
    net::Options options;
    options.retries = 0;
    options.read_netrc = false;
    options.offline = offline;
    return options;
  }
};

}  // namespace pipit::index
