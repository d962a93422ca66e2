// The two questions, asked by anybody at any time, answered once each: OnceMaps in front, a chain
// of steps behind each new key.
#include "dist/database.h"

#include "base/text.h"
#include "base/url.h"
#include "dist/context.h"
#include "dist/fetch.h"
#include "dist/metadata_chain.h"

namespace pipit::dist {

struct Database::State {
  struct Stop {
    std::stop_source source;
    void operator()() { source.request_stop(); }
  };
  State(DatabaseOptions options, net::Client& client, cache::Store& store, sched::Pool& pool,
        sched::WaitGraph& graph, base::Events& events, std::stop_token stop)
      : context(std::make_shared<Context>(std::move(options), client, store, pool, graph, events)),
        stopper(std::move(stop), Stop{context->stop}) {}

  std::shared_ptr<Context> context;
  std::stop_callback<Stop> stopper;
  std::shared_ptr<Builder> builder;
};

namespace {

/// Claims the wheel and, when that is news, starts the fetch.
std::string claim_wheel(const std::shared_ptr<Context>& context, const index::FilePtr& file,
                        const Expected& expected, sched::Want want) {
  std::string key = wheel_key(*file, expected);
  auto claim = context->wheels.claim(key, want);
  if (claim.first) WheelFetch::start(context, file, expected, key, claim.urgency);
  return key;
}

std::string claim_metadata(const std::shared_ptr<Context>& context, const index::FilePtr& file,
                           sched::Want want) {
  std::string key = index::file_key(*file);
  auto claim = context->metadata.claim(key, want);
  if (!claim.first) return key;
  // The chain must not keep the context alive by way of what it asks for.
  std::weak_ptr<Context> weak = context;
  auto want_wheel = [weak](const index::FilePtr& wanted,
                           std::function<void(const Result<cache::WheelPtr>&)> fn) {
    auto held = weak.lock();
    if (!held) return fn(fail(Code::cancelled, "cancelled"));
    held->wheels.then(claim_wheel(held, wanted, Expected{}, sched::Want::soon), std::move(fn));
  };
  MetadataChain::start(context, file, key, claim.urgency, std::move(want_wheel));
  return key;
}

}  // namespace

Database::Database(DatabaseOptions options, net::Client& client, cache::Store& store,
                   sched::Pool& pool, sched::WaitGraph& graph, base::Events& events,
                   std::stop_token stop)
    : state_(std::make_unique<State>(std::move(options), client, store, pool, graph, events,
                                     std::move(stop))) {}

Database::~Database() {
  state_->context->stop.request_stop();
  state_->context->wait_for_jobs();
  state_->context->clear_parked();
}

void Database::request_metadata(const index::FilePtr& file, sched::Want want) {
  claim_metadata(state_->context, file, want);
}

void Database::then_metadata(const index::FilePtr& file, sched::Want want,
                             std::function<void(const Result<pep::MetadataPtr>&)> fn) {
  state_->context->metadata.then(claim_metadata(state_->context, file, want), std::move(fn));
}

Result<pep::MetadataPtr> Database::metadata(const index::FilePtr& file, std::stop_token stop) {
  std::string key = claim_metadata(state_->context, file, sched::Want::demand);
  return state_->context->metadata.wait(key, std::move(stop));
}

void Database::request_wheel(const index::FilePtr& file, const Expected& expected,
                             sched::Want want) {
  claim_wheel(state_->context, file, expected, want);
}

Result<cache::WheelPtr> Database::wheel(const index::FilePtr& file, const Expected& expected,
                                        std::stop_token stop) {
  std::string key = claim_wheel(state_->context, file, expected, sched::Want::demand);
  return state_->context->wheels.wait(key, std::move(stop));
}

Result<cache::WheelPtr> Database::wheel_anew(const index::FilePtr& file, const Expected& expected,
                                             const cache::Wheel& changed, std::stop_token stop) {
  Context& context = *state_->context;
  context.store.remove(cache::Bucket::wheels, changed.sha256);
  const std::string key = cat(wheel_key(*file, expected), "\nanew");
  auto claim = context.wheels.claim(key, sched::Want::demand);
  if (claim.first) WheelFetch::start(state_->context, file, expected, key, claim.urgency, true);
  return context.wheels.wait(key, std::move(stop));
}

void Database::set_builder(std::shared_ptr<Builder> builder) {
  state_->builder = std::move(builder);
}

void Database::request_direct(const Source&, sched::Want) {}

Result<Database::DirectPtr> Database::direct(const Source& source, std::stop_token) {
  return fail(Code::unsupported, cat(base::redact_text(source.url), ": needs to be built"));
}

Result<std::string> Database::wheel_file(const index::FilePtr& file, const Expected&,
                                         const std::string&, std::stop_token) {
  return fail(Code::unsupported, cat(shown_name(*file), ": needs to be built"));
}

Account Database::account() const { return state_->context->account(); }

}  // namespace pipit::dist
