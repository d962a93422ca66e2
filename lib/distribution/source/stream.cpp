// Most source distributions have static metadata: their stream is dropped as soon as PKG-INFO is
// complete. Other streams are read to their end, as the archive is needed for a build.
#include "distribution/source/stream.h"

#include <utility>

namespace pipit::distribution {

std::unique_ptr<SourceStream> SourceStream::begin(DistState& state, const FileKey& key,
                                                  const ArchiveSpec& spec,
                                                  const net::ResponseHead& head) {
  if (!state.archives.claim(key, sched::Priority::speculative).first) return nullptr;
  auto spool = ArchiveSpool::create(state.store, spec);
  if (!spool || !(*spool)->begin(head)) {
    state.archives.fulfil(key, fail_cancelled());
    return nullptr;
  }
  return std::unique_ptr<SourceStream>(new SourceStream(state, key, std::move(*spool)));
}

SourceStream::SourceStream(DistState& state, const FileKey& key,
                           std::unique_ptr<ArchiveSpool> spool)
    : state_(state), key_(key), spool_(std::move(spool)) {}

SourceStream::~SourceStream() { drop(); }

void SourceStream::feed(std::string_view bytes) {
  if (spool_ && !spool_->feed(bytes)) drop();
}

void SourceStream::drop() {
  if (!spool_) return;
  spool_.reset();
  state_.archives.fulfil(key_, fail_cancelled());
}

void SourceStream::finish(bool complete, bool broken) {
  if (!spool_) return;
  if (complete) {
    auto archive = spool_->publish();
    spool_.reset();
    return state_.archives.fulfil(key_, std::move(archive));
  }
  if (broken && is_kept_) state_.leave_archive(key_, std::move(spool_));
  spool_.reset();
  state_.archives.fulfil(key_, fail_cancelled());
}

}  // namespace pipit::distribution
