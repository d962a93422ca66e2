// Keys are claimed here and nowhere else, so that every claim is followed by work that fulfils it.
#include "distribution/in_flight.h"

#include "distribution/direct_reference.h"
#include "distribution/metadata/chain.h"
#include "distribution/source/jobs.h"
#include "distribution/wheel/fetch.h"
#include "pep/dist_name.h"

namespace pipit::distribution {

FileKey claim_metadata(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                       sched::Priority priority) {
  const bool is_source = file->kind == index::FileKind::sdist;
  FileKey key = key_of(*file);
  auto claim = context->metadata.claim(key, priority);
  if (!claim.first) return key;
  const Job<FileKey> job{key, claim.job, claim.priority};
  if (is_source && is_direct(*file)) {
    start_source_metadata(context, source_of_file(context, file), job);
    return key;
  }
  // The chain must not keep the context alive through what it waits for.
  std::weak_ptr<DistState> weak = context;
  auto want_wheel = [weak](const index::FilePtr& wanted,
                           std::function<void(const Result<cache::WheelPtr>&)> fn) {
    auto held = weak.lock();
    if (!held) return fn(fail_cancelled());
    // Where hashes are required there must be one.
    Expected expected;
    const auto name = pep::parse_wheel_name(wanted->name);
    if (held->options.require_hashes && name) expected.hashes = held->expected(name->name);
    held->wheels.then(claim_wheel(held, wanted, expected, sched::Priority::soon), std::move(fn));
  };
  MetadataChain::start(context, file, job, std::move(want_wheel));
  return key;
}

WheelKey claim_wheel(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                     const Expected& expected, sched::Priority priority, bool fresh,
                     const std::stop_token& unless) {
  WheelKey key{key_of(*file), expected, fresh};
  auto claim = context->wheels.claim(key, priority);
  if (!claim.first) return key;
  if (file->kind == index::FileKind::sdist)
    start_source_wheel(context, file, {key, claim.job, claim.priority});
  else
    WheelFetch::start(context, file, key, claim.priority, unless);
  return key;
}

DirectKey claim_direct(const std::shared_ptr<DistState>& context, const DirectReference& source,
                       sched::Priority priority) {
  DirectKey key{key_of(source), source.hashes};
  auto claim = context->directs.claim(key, priority);
  if (claim.first) start_direct(context, source, {key, claim.job, claim.priority});
  return key;
}

Result<pep::MetadataPtr> await_metadata(const std::shared_ptr<DistState>& context,
                                        const index::FilePtr& file, std::stop_token stop) {
  while (true) {
    const FileKey key = claim_metadata(context, file, sched::Priority::blocking);
    auto metadata = context->metadata.wait(key, stop);
    const bool given_up = !metadata && metadata.error().code == Code::cancelled;
    if (!given_up || stop.stop_requested()) return metadata;
  }
}

}  // namespace pipit::distribution
