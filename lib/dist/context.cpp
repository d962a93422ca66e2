#include "dist/context.h"

#include "base/text.h"

namespace pipit::dist {

void Streaming::want() {
  base::Lock lock(mu_);
  wanted_ = true;
}

bool Streaming::wanted() const {
  base::Lock lock(mu_);
  return wanted_;
}

void Streaming::then(Over fn) {
  cache::WheelPtr wheel;
  {
    base::Lock lock(mu_);
    if (!over_) {
      waiting_.push_back(std::move(fn));
      return;
    }
    wheel = wheel_;
  }
  fn(wheel);
}

void Streaming::finish(cache::WheelPtr wheel) {
  std::vector<Over> waiting;
  {
    base::Lock lock(mu_);
    if (over_) return;
    over_ = true;
    wheel_ = wheel;
    waiting.swap(waiting_);
  }
  for (const Over& fn : waiting) fn(wheel);
}

Context::Context(DatabaseOptions o, net::Client& c, cache::Store& s, sched::Pool& p,
                 sched::WaitGraph& graph, base::Events& e)
    : options(std::move(o)),
      client(c),
      store(s),
      pool(p),
      events(e),
      downloads(options.concurrent_downloads),
      member_memory(options.member_bytes),
      metadata(graph),
      wheels(graph) {}

archive::MemoryLease Context::lease() {
  return [this](std::uint64_t bytes) -> std::shared_ptr<void> {
    if (bytes > member_memory.capacity()) return nullptr;
    auto permit = std::make_shared<sched::Permit>(member_memory.try_acquire(bytes));
    return *permit ? permit : nullptr;
  };
}

std::shared_ptr<Streaming> Context::streaming(const std::string& file_key) {
  base::Lock lock(mu_);
  auto found = streaming_.find(file_key);
  return found == streaming_.end() ? nullptr : found->second;
}

void Context::set_streaming(const std::string& file_key, std::shared_ptr<Streaming> s) {
  base::Lock lock(mu_);
  streaming_[file_key] = std::move(s);
}

void Context::park(std::shared_ptr<void> waiting) {
  base::Lock lock(mu_);
  parked_.push_back(std::move(waiting));
}

void Context::clear_parked() {
  std::vector<std::shared_ptr<void>> parked;  // they may ask us something when they go
  {
    base::Lock lock(mu_);
    parked.swap(parked_);
  }
}

void Context::count(std::size_t Account::* what) {
  base::Lock lock(mu_);
  ++(account_.*what);
}

Account Context::account() const {
  base::Lock lock(mu_);
  return account_;
}

void Context::job_begins() {
  base::Lock lock(mu_);
  ++jobs_;
}

void Context::job_ends() {
  base::Lock lock(mu_);
  if (--jobs_ == 0) changed_.notify_all();
}

void Context::wait_for_jobs() {
  base::Lock lock(mu_);
  changed_.wait(mu_, [this]() PIPIT_REQUIRES(mu_) { return jobs_ == 0; });
}

std::string wheel_key(const index::File& file, const Expected& expected) {
  std::string key = index::file_key(file);
  for (const base::HashSpec& hash : expected.hashes) key += cat(" ", hash.algorithm, "=", hash.hex);
  if (expected.size > 0) key += cat(" size=", expected.size);
  return key;
}

bool is_local(const index::File& file) { return file.url.starts_with("file:"); }

std::string shown_name(const index::File& file) { return base::printable(file.name); }

}  // namespace pipit::dist
