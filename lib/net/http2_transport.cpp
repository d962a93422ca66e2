// An https origin gets one thread. It connects, offers both protocols by ALPN and, where the server
// chooses HTTP/2, runs the connection until that ends. A server that chooses HTTP/1.1 is handed to
// that transport for the rest of the run, with the open connection and all that waits.
#include "net/http2_transport.h"

#include <algorithm>
#include <utility>

#include "base/descriptors.h"
#include "base/text.h"
#include "base/thread.h"

namespace pipit::net {
namespace {

constexpr std::size_t kMaxFiles = 50;  // bodies of files at once on one connection
constexpr std::size_t kMinCouriers = 2;

std::size_t files_at_once(const Options& options) {
  const std::size_t limit =
      base::affordable_transfers(std::max<std::size_t>(options.concurrent_downloads, 1));
  return std::min(kMaxFiles, limit);
}

}  // namespace

struct Http2Transport::Origin final : ExchangeSource {
  explicit Origin(Http2Transport& of) : transport(of) {}
  Job take(bool files) override;
  bool has_waiting() override;
  void put_back(Job job) override;

  Http2Transport& transport;
  base::Url url;
  // Under the transport's lock:
  PriorityQueue queue;
  bool is_http1 = false;
  bool warm = false;  // a connection was asked for ahead of any request
  std::thread thread;
  base::Condition wanted;
  std::shared_ptr<Wake> wake = std::make_shared<Wake>();
};

Http2Transport::Job Http2Transport::Origin::take(bool files) {
  base::Lock lock(transport.mu_);
  return queue.take(files);
}

bool Http2Transport::Origin::has_waiting() {
  base::Lock lock(transport.mu_);
  return queue.size() > 0;
}

void Http2Transport::Origin::put_back(Job job) {
  {
    base::Lock lock(transport.mu_);
    if (!transport.stopping_.stop_requested()) {
      transport.watch(*this, *job);
      queue.push(std::move(job));
      return;
    }
  }
  job->sink.on_done(fail_cancelled());
}

Http2Transport::Http2Transport(const Options& options, Connector& connector)
    : options_(options),
      files_(files_at_once(options)),
      connector_(connector),
      http1_(options, connector),
      quick_(std::max<std::size_t>(kMinCouriers, std::thread::hardware_concurrency())),
      patient_(kMaxFiles) {}

Http2Transport::~Http2Transport() { shutdown(); }

// The stop is requested before the lock is taken: whoever holds the lock and sees no stop has
// already queued its exchange, and it is found here.
void Http2Transport::shutdown() {
  stopping_.request_stop();
  std::vector<std::thread> threads;
  std::vector<Job> dropped;
  {
    base::Lock lock(mu_);
    for (auto& [key, origin] : origins_) {
      for (Job& job : origin->queue.take_all()) dropped.push_back(std::move(job));
      origin->wanted.notify_all();
      origin->wake->ring();
      if (origin->thread.joinable()) threads.push_back(std::move(origin->thread));
    }
  }
  for (const Job& job : dropped) job->sink.on_done(fail_cancelled());
  dropped.clear();
  http1_.shutdown();
  for (std::thread& thread : threads) thread.join();
  timer_.stop();
  quick_.finish();
  patient_.finish();
}

bool Http2Transport::is_for_http1(const base::Url& url) const {
  return options_.http1 || url.scheme != "https";
}

Http2Transport::Origin* Http2Transport::origin_of(const base::Url& url) {
  std::unique_ptr<Origin>& slot = origins_[base::origin(url)];
  if (!slot) {
    slot = std::make_unique<Origin>(*this);
    slot->url = base::without_secrets(url);
  }
  return slot.get();
}

bool Http2Transport::staff(Origin& origin) {
  if (!origin.thread.joinable() &&
      !base::start_thread(origin.thread, [this, serving = &origin] { serve(serving); }))
    return false;
  origin.wanted.notify_one();
  origin.wake->ring();
  return true;
}

void Http2Transport::start(Request request, Sink sink, std::stop_token stop) {
  if (is_for_http1(request.url))
    return http1_.start(std::move(request), std::move(sink), std::move(stop));
  auto job = std::make_unique<WaitingExchange>();
  job->request = std::move(request);
  job->sink = std::move(sink);
  job->stop = std::move(stop);
  bool to_http1 = false, cancelled = true;
  if (!job->stop.stop_requested()) {
    base::Lock lock(mu_);
    if (!stopping_.stop_requested()) {
      Origin& origin = *origin_of(job->request.url);
      cancelled = false;
      to_http1 = origin.is_http1;
      if (!to_http1) job = enqueue(origin, std::move(job));
    }
  }
  if (!job) return;
  if (cancelled) return job->sink.on_done(fail_cancelled());
  // HTTP/1.1 needs a thread, too, and says so if there is none.
  http1_.start(std::move(job->request), std::move(job->sink), std::move(job->stop));
}

/// Returns the exchange if no thread will ever take it.
Http2Transport::Job Http2Transport::enqueue(Origin& origin, Job job) {
  const std::uint64_t number = job->number = next_number_++;
  watch(origin, *job);
  origin.queue.push(std::move(job));
  if (staff(origin)) return nullptr;
  job = origin.queue.remove(number);
  job->on_stop.reset();
  return job;
}

/// While an exchange waits, a stop ends it on the timer's thread: who requests the stop may hold
/// locks of its own.
void Http2Transport::watch(Origin& origin, WaitingExchange& job) {
  if (!job.stop.stop_possible()) return;
  job.on_stop.emplace(job.stop, [this, waiting_at = &origin, number = job.number] {
    timer_.post_elsewhere([this, waiting_at, number] { cancel_waiting(*waiting_at, number); });
  });
}

void Http2Transport::cancel_waiting(Origin& origin, std::uint64_t number) {
  Job job;
  {
    base::Lock lock(mu_);
    job = origin.queue.remove(number);
  }
  if (job) job->sink.on_done(fail_cancelled());
}

void Http2Transport::preconnect(const base::Url& url) {
  if (is_for_http1(url)) return http1_.preconnect(url);
  base::Lock lock(mu_);
  if (stopping_.stop_requested()) return;
  Origin& origin = *origin_of(url);
  if (origin.is_http1) return http1_.preconnect(url);
  if (origin.thread.joinable()) return;
  origin.warm = true;
  staff(origin);
}

bool Http2Transport::is_http1(const base::Url& url) {
  base::Lock lock(mu_);
  const auto found = origins_.find(base::origin(url));
  return found != origins_.end() && found->second->is_http1;
}

void Http2Transport::learn_http1(const base::Url& url) {
  if (is_for_http1(url)) return;
  base::Lock lock(mu_);
  Origin& origin = *origin_of(url);
  if (!origin.thread.joinable()) origin.is_http1 = true;
}

/// False: the end.
bool Http2Transport::await_work(Origin& origin) {
  base::Lock lock(mu_);
  origin.wanted.wait(mu_, stopping_.get_token(),
                     [&]() PIPIT_REQUIRES(mu_) { return origin.queue.size() > 0 || origin.warm; });
  origin.warm = false;
  return !stopping_.stop_requested();
}

void Http2Transport::serve(Origin* origin) {
  while (await_work(*origin)) {
    Result<Connection> opened = connector_.open(origin->url, stopping_fd_.fd(), {"h2", "http/1.1"});
    if (!opened) {
      fail_waiting(*origin, opened.error());
      continue;
    }
    if (opened->protocol() != "h2") return hand_to_http1(*origin, std::move(*opened));
    Http2Connection connection(std::move(*opened), {options_, files_, quick_, patient_}, *origin,
                               origin->wake);
    const Result<void> ran = connection.run(stopping_fd_.fd());
    if (!ran) fail_waiting(*origin, ran.error());
  }
}

/// What has waited for a connection that cannot be had. Each request decides whether to try again.
void Http2Transport::fail_waiting(Origin& origin, const Error& error) {
  std::vector<Job> waiting;
  {
    base::Lock lock(mu_);
    waiting = origin.queue.take_all();
  }
  for (Job& job : waiting) {
    job->on_stop.reset();
    job->sink.on_done(job->stop.stop_requested() ? fail_cancelled() : fail(Error(error)));
  }
}

void Http2Transport::hand_to_http1(Origin& origin, Connection connection) {
  std::vector<Job> waiting;
  {
    base::Lock lock(mu_);
    origin.is_http1 = true;
    waiting = origin.queue.take_all();
  }
  http1_.adopt(origin.url, std::move(connection));
  for (Job& job : waiting) {
    job->on_stop.reset();
    http1_.start(std::move(job->request), std::move(job->sink), std::move(job->stop));
  }
}

}  // namespace pipit::net
