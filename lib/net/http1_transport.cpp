// Every connection is a thread that serves one origin's queue; a thread without work is a pooled
// connection. It connects before it chooses an exchange, so that the exchange most urgent after the
// handshake goes first on it.
//
// A thread is added, up to the limit, when more exchanges can be taken than there are threads
// looking for one. Files may use only their share of the connections; the rest is always free for
// pages and metadata. When the system gives no more threads, the existing ones also serve the other
// origins.
//
// The server may close a persistent connection at any moment. If nothing at all comes back on a
// reused one, the request is sent once more on a new one: a GET is idempotent (RFC 9110 section
// 9.2.2).
#include "net/http1_transport.h"

#include <algorithm>
#include <utility>

#include "base/descriptors.h"
#include "base/events.h"
#include "base/text.h"
#include "base/thread.h"

namespace pipit::net {

struct Http1Transport::Origin {
  base::Url url;
  PriorityQueue queue;
  std::size_t threads = 0;  // serving this origin
  std::size_t looking = 0;  // of these, without an exchange
  std::size_t files = 0;    // exchanges of Kind::file under way
  bool warm = false;        // a connection was asked for ahead of any request
  std::vector<Connection> ready;  // adopted, not yet used
  base::Condition wanted;
};

Http1Transport::Http1Transport(const Options& options, Connector& connector)
    : options_(options),
      limit_(base::affordable_transfers(std::max<std::size_t>(options.concurrent_downloads, 1))),
      file_limit_(file_share(limit_)),
      connector_(connector) {}

Http1Transport::~Http1Transport() { shutdown(); }

// The stop is requested before the lock is taken: whoever holds the lock and sees no stop has
// already queued its exchange, and it is found here.
void Http1Transport::shutdown() {
  stopping_.request_stop();
  std::vector<std::thread> threads;
  std::vector<Job> dropped;
  {
    base::Lock lock(mu_);
    threads.swap(threads_);
    for (auto& [key, origin] : origins_) {
      while (Job job = origin->queue.take(true)) dropped.push_back(std::move(job));
      origin->wanted.notify_all();
    }
  }
  for (const Job& job : dropped) job->sink.on_done(fail_cancelled());
  dropped.clear();
  for (std::thread& thread : threads) thread.join();
  timer_.stop();
}

Http1Transport::Origin& Http1Transport::origin_of(const base::Url& url) {
  std::unique_ptr<Origin>& slot = origins_[base::origin(url)];
  if (!slot) {
    slot = std::make_unique<Origin>();
    slot->url = base::without_secrets(url);
  }
  return *slot;
}

bool Http1Transport::files_allowed(const Origin& origin) const {
  return origin.files < file_limit_;
}

/// How many of the waiting exchanges could begin now if connections were there.
std::size_t Http1Transport::takable(const Origin& origin) const {
  const std::size_t files = origin.queue.files();
  const std::size_t room = file_limit_ - std::min(file_limit_, origin.files);
  return origin.queue.size() - files + std::min(files, room);
}

bool Http1Transport::add_thread(Origin& origin) {
  std::thread thread;
  if (!base::start_thread(thread, [this, serving = &origin] { serve(serving); })) return false;
  threads_.push_back(std::move(thread));
  ++origin.threads;
  ++origin.looking;
  return true;
}

/// Makes sure that a thread takes what waits. Returns an exchange that no thread ever will take.
Http1Transport::Job Http1Transport::staff(Origin& origin) {
  const std::size_t work = takable(origin) + (origin.warm ? 1 : 0);
  const bool enough = work <= origin.looking || origin.threads >= limit_;
  if (enough || add_thread(origin) || origin.threads > 0) {
    origin.wanted.notify_one();
    return nullptr;
  }
  if (threads_.empty()) return origin.queue.take(true);
  for (auto& [key, other] : origins_) other->wanted.notify_all();
  return nullptr;
}

void Http1Transport::start(Request request, Sink sink, std::stop_token stop) {
  auto job = std::make_unique<WaitingExchange>();
  job->request = std::move(request);
  job->sink = std::move(sink);
  job->stop = std::move(stop);
  Error refusal{Code::cancelled, "cancelled"};
  if (!job->stop.stop_requested()) {
    base::Lock lock(mu_);
    if (!stopping_.stop_requested()) {
      refusal = Error{Code::network, "the system gives no thread for a connection"};
      job = enqueue(std::move(job));
    }
  }
  if (job) job->sink.on_done(fail(std::move(refusal)));
}

/// Returns the exchange if no thread will ever take it.
Http1Transport::Job Http1Transport::enqueue(Job job) {
  Origin& origin = origin_of(job->request.url);
  job->number = next_number_++;
  if (job->stop.stop_possible()) {
    // The caller of request_stop() may hold locks of its own, and so may we, if the stop is there
    // already: so the timer's thread ends the exchange. Where the system gives none it waits for
    // its turn or for shutdown().
    job->on_stop.emplace(
        job->stop, [this, key = base::origin(job->request.url), number = job->number] {
          timer_.post_elsewhere([this, key, number] { cancel_waiting(key, number); });
        });
  }
  origin.queue.push(std::move(job));
  return staff(origin);
}

void Http1Transport::cancel_waiting(const std::string& key, std::uint64_t number) {
  Job job;
  {
    base::Lock lock(mu_);
    const auto origin = origins_.find(key);
    if (origin != origins_.end()) job = origin->second->queue.remove(number);
  }
  if (job) job->sink.on_done(fail_cancelled());
}

void Http1Transport::preconnect(const base::Url& url) {
  base::Lock lock(mu_);
  if (stopping_.stop_requested()) return;
  Origin& origin = origin_of(url);
  if (origin.threads > 0) return;
  origin.warm = add_thread(origin);
}

void Http1Transport::adopt(const base::Url& url, Connection connection) {
  base::Lock lock(mu_);
  if (stopping_.stop_requested()) return;
  Origin& origin = origin_of(url);
  origin.ready.push_back(std::move(connection));
  if (origin.threads == 0) origin.warm = add_thread(origin);
}

Result<Connection> Http1Transport::connect(Origin& origin) {
  {
    base::Lock lock(mu_);
    if (!origin.ready.empty()) {
      Connection connection = std::move(origin.ready.back());
      origin.ready.pop_back();
      return connection;
    }
  }
  return connector_.open(origin.url, stopping_fd_.fd());
}

/// Waits until there is something for this thread to do, maybe at another origin. Null: the end.
Http1Transport::Origin* Http1Transport::await_work(Origin* origin, bool connected) {
  base::Lock lock(mu_);
  Origin* next = nullptr;
  origin->wanted.wait(mu_, stopping_.get_token(), [&]() PIPIT_REQUIRES(mu_) {
    const bool mine = takable(*origin) > 0 || (origin->warm && !connected);
    next = mine ? origin : move_to_unstaffed(origin);
    return next != nullptr;
  });
  return stopping_.stop_requested() ? nullptr : next;
}

/// An origin that has work and no thread at all; the calling thread now belongs to it.
Http1Transport::Origin* Http1Transport::move_to_unstaffed(Origin* from) {
  for (auto& [key, origin] : origins_) {
    if (origin->threads > 0 || origin->queue.size() == 0) continue;
    --from->threads;
    --from->looking;
    ++origin->threads;
    ++origin->looking;
    return origin.get();
  }
  return nullptr;
}

Http1Transport::Job Http1Transport::take(Origin& origin) {
  base::Lock lock(mu_);
  origin.warm = false;
  Job job = origin.queue.take(files_allowed(origin));
  if (!job) return nullptr;
  --origin.looking;
  if (job->request.kind == Kind::file) ++origin.files;
  return job;
}

void Http1Transport::give_back(Origin& origin, Kind kind) {
  base::Lock lock(mu_);
  ++origin.looking;
  if (kind == Kind::file) --origin.files;
}

void Http1Transport::serve(Origin* origin) {
  std::optional<Connection> connection;
  while (Origin* next = await_work(origin, connection.has_value())) {
    if (next != origin) connection.reset();
    origin = next;
    if (connection && !connection->is_idle()) connection.reset();
    Result<void> connected;
    const bool reused = connection.has_value();
    if (!reused) {
      Result<Connection> opened = connect(*origin);
      if (opened)
        connection.emplace(std::move(*opened));
      else
        connected = fail(std::move(opened.error()));
    }
    Job job = take(*origin);
    if (!job) continue;
    job->on_stop.reset();
    if (job->stop.stop_requested()) connected = fail_cancelled();
    if (connected) connected = carry_out(*job, connection, reused);
    give_back(*origin, job->request.kind);
    job->sink.on_done(std::move(connected));
  }
}

/// Runs one exchange, and once more on a new connection when a reused one turns out to be dead.
/// Keeps the connection only if it can be used again.
Result<void> Http1Transport::carry_out(WaitingExchange& job, std::optional<Connection>& connection,
                                       bool reused) {
  std::stop_source either;  // the request's own stop, or the transport's
  auto end = [&either] { either.request_stop(); };
  const std::stop_callback on_request(job.stop, end);
  const std::stop_callback on_shutdown(stopping_.get_token(), end);
  const base::StopFd stop_fd(either.get_token());
  if (job.sink.on_start) job.sink.on_start();
  ExchangeLimits limits;
  limits.silence_seconds = options_.timeout_seconds;
  limits.head_seconds = 2 * options_.timeout_seconds;
  ExchangeOutcome outcome;
  while (true) {
    const std::int64_t sent = base::now_us();
    outcome =
        run_exchange(*connection, job.request, job.sink, options_.user_agent, limits, stop_fd.fd());
    const bool early = connection->is_unfinished();  // sent before the TLS handshake had ended
    if (!outcome.reusable) connection.reset();
    // Silence is no sign of a dead connection: it is a try that has failed.
    const bool silent = base::now_us() - sent >= std::int64_t{limits.silence_seconds} * 1'000'000;
    const bool dead = !outcome.result && !outcome.heard && (reused || early) && !silent;
    if (!dead || outcome.result.error().code != Code::network) return outcome.result;
    reused = false;
    Result<Connection> fresh = connector_.open(job.request.url, stop_fd.fd());
    if (!fresh) return fail(std::move(fresh.error()));
    connection.emplace(std::move(*fresh));
  }
}

}  // namespace pipit::net
