// The two requests, made by any room at any time, each answered once: OnceMaps in front, a chain of
// steps behind each new key.
#include "distribution/database.h"

#include "base/hash_spec.h"
#include "base/text.h"
#include "distribution/dist_state.h"
#include "distribution/in_flight.h"
#include "distribution/published_file.h"
#include "distribution/source/build.h"
#include "distribution/source/jobs.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {

struct Database::State {
  struct Stop {
    std::stop_source source;
    void operator()() { source.request_stop(); }
  };
  State(DatabaseOptions options, net::Client& client, cache::Store& store, sched::Pool& pool,
        sched::WaitGraph& graph, base::Events& events, std::stop_token stop)
      : context(
            std::make_shared<DistState>(std::move(options), client, store, pool, graph, events)),
        stopper(std::move(stop), Stop{context->stop}) {}

  std::shared_ptr<DistState> context;
  std::stop_callback<Stop> stopper;
};

Database::Database(DatabaseOptions options, net::Client& client, cache::Store& store,
                   sched::Pool& pool, sched::WaitGraph& graph, base::Events& events,
                   std::stop_token stop)
    : state_(std::make_unique<State>(std::move(options), client, store, pool, graph, events,
                                     std::move(stop))) {}

Database::~Database() {
  stop();
  state_->context->wait_for_jobs();
  state_->context->threads.join();
  state_->context->release_kept();
}

void Database::stop() { state_->context->stop.request_stop(); }

void Database::then_metadata(const index::FilePtr& file, sched::Priority priority,
                             std::function<void(const Result<pep::MetadataPtr>&)> fn) {
  state_->context->metadata.then(claim_metadata(state_->context, file, priority), std::move(fn));
}

Result<pep::MetadataPtr> Database::metadata(const index::FilePtr& file, std::stop_token stop) {
  const FileKey key = claim_metadata(state_->context, file, sched::Priority::blocking);
  return state_->context->metadata.wait(key, std::move(stop));
}

void Database::request_wheel(const index::FilePtr& file, const Expected& expected,
                             sched::Priority priority, std::function<void()> over,
                             const std::stop_token& unless) {
  const WheelKey key = claim_wheel(state_->context, file, expected, priority, false, unless);
  if (over)
    state_->context->wheels.then(
        key, [over = std::move(over)](const Result<cache::WheelPtr>&) { over(); });
}

std::uint64_t Database::size_of(const index::File& file) const {
  return file.size != 0 ? file.size : state_->context->noted_size(index::file_key(file));
}

Result<cache::WheelPtr> Database::wheel(const index::FilePtr& file, const Expected& expected,
                                        std::stop_token stop) {
  while (true) {
    const WheelKey key = claim_wheel(state_->context, file, expected, sched::Priority::blocking);
    auto wheel = state_->context->wheels.wait(key, stop);
    const bool given_up = !wheel && wheel.error().code == Code::cancelled;
    if (!given_up || stop.stop_requested() || state_->context->stop.stop_requested()) return wheel;
  }
}

Result<cache::WheelPtr> Database::wheel_anew(const index::FilePtr& file, const Expected& expected,
                                             const cache::Wheel& changed, std::stop_token stop) {
  if (cache::WheelPtr copied = cache::with_times_of_copy(changed)) return copied;
  DistState& context = *state_->context;
  context.store.remove(cache::Bucket::wheels, changed.sha256);
  const WheelKey key =
      claim_wheel(state_->context, file, expected, sched::Priority::blocking, true);
  return context.wheels.wait(key, std::move(stop));
}

void Database::expect(const std::string& project, std::vector<base::HashSpec> hashes) {
  state_->context->expect(project, std::move(hashes));
}

void Database::expect_project(const DirectReference& source, const std::string& name) {
  state_->context->expect_project(source, name);
}

void Database::call(const DirectReference& source, std::string_view written) {
  const bool is_path = !written.empty() && written.find("://") == std::string_view::npos;
  if (is_path && source.url.starts_with("file:"))
    state_->context->call(source.url, base::printable(written));
}

void Database::set_builder(std::shared_ptr<Builder> builder) {
  state_->context->set_builder(std::move(builder));
}

void Database::request_direct(const DirectReference& source, sched::Priority priority) {
  claim_direct(state_->context, source, priority);
}

Result<ResolvedDirectPtr> Database::direct(const DirectReference& source, std::stop_token stop) {
  const DirectKey key = claim_direct(state_->context, source, sched::Priority::blocking);
  return state_->context->directs.wait(key, std::move(stop));
}

Result<std::string> Database::wheel_file(const index::FilePtr& file, const Expected& expected,
                                         const std::string& directory, std::stop_token stop) {
  if (file->kind == index::FileKind::wheel)
    return published_file(file, expected, directory, std::move(stop));
  PIPIT_TRY(const cache::WheelPtr built, wheel(file, expected, std::move(stop)));
  const std::string path = source_of_file(state_->context, file)->wheel_file();
  if (path.empty())
    return fail(Code::not_found, cat(built->file_name, ": is not in the cache any more"));
  return copy_file_into(path, built->file_name, directory);
}

Result<std::string> Database::published_file(const index::FilePtr& file, const Expected& expected,
                                             const std::string& directory, std::stop_token stop) {
  return copy_published(state_->context, file, expected, directory, std::move(stop));
}

Result<std::string> Database::digest(const index::FilePtr& file, std::stop_token stop) {
  return distribution::published_digest(state_->context, file, std::move(stop));
}

Account Database::account() const { return state_->context->account(); }

Obtained Database::obtained(const index::File& file) const {
  return state_->context->obtained(key_of(file));
}

}  // namespace pipit::distribution
