// The chain's part for source distributions of an index. Most of them say themselves what they
// need: their stream is dropped as soon as PKG-INFO is out. Of the others the same stream is read
// to its end, as the archive is wanted for a build; nothing is fetched twice.
#include "base/text.h"
#include "distribution/metadata/reading.h"
#include "distribution/source/sdist.h"
#include "pep/metadata_codec.h"

namespace pipit::distribution {

/// A source distribution: what was kept of it, then what it says itself, and all else on a thread
/// of its own.
void MetadataChain::begin_source() {
  source_ = source_of_file(context_, file_);
  const bool lasting = !file_->sha256.empty() || !file_->stamp.empty();
  if (lasting) {
    if (auto kept =
            context_->store.read(cache::Bucket::wheel_metadata, key_, kMaxEncodedMetadata)) {
      if (auto metadata = pep::decode_metadata(*kept)) return finish(std::move(*metadata), false);
    }
    if (pep::MetadataPtr kept = source_->kept_metadata()) return finish(*kept, false);
  }
  auto url = base::parse_url(file_->url);
  if (!url) return finish_error(std::move(url.error()));
  url_ = std::move(*url);
  if (is_local(*file_)) return read_local();
  const bool builds = context_->builder() != nullptr;
  const bool have_it = find_archive(context_->store, std::string(file_->sha256)) != nullptr;
  if (builds && (have_it || file_->sha256.empty())) return hand_over();
  ask_stream();
}

/// The source's own thread goes on from here, and gives the answer.
void MetadataChain::hand_over() {
  finished_ = true;
  start_source_metadata(context_, source_, job_);
}

void MetadataChain::read_local_source(std::shared_ptr<archive::ByteSource> archive) {
  const bool builds = context_->builder() != nullptr;
  auto text = sdist_text(std::move(archive), file_->name);
  if (!text && text.error().code == Code::bad_metadata && builds) return hand_over();
  if (!text) return finish_error(std::move(text.error()));
  auto metadata = static_metadata(*text, file_->name);
  if (!metadata && metadata.error().code == Code::unsupported && builds) return hand_over();
  finish(std::move(metadata), true);
}

/// PKG-INFO is out: whether it can be relied upon decides if the rest is wanted, so it is looked at
/// here and now. An install wants all of it anyway.
void MetadataChain::got_source_text(Reading& reading, std::string text) {
  const auto metadata = pep::parse_metadata(text);
  const bool build = metadata && !is_static(*metadata) && context_->builder();
  reading.keep_archive = build || context_->options.keep_streamed;
  if (!reading.keep_archive) drop_archive(reading);
  if (!build) return got_text(std::move(text), true);
  auto self = shared_from_this();
  run([self] { self->hand_over(); });
}

/// What came is not kept; whoever wants the archive fetches it.
void MetadataChain::drop_archive(Reading& reading) {
  if (!reading.archive) return;
  reading.archive.reset();
  context_->archives.fulfil(job_.key, fail_cancelled());
}

/// The end of a source's stream: the archive, or what the next one who wants it goes on with.
void MetadataChain::keep_archive(Reading& reading, const Result<void>& end) {
  if (!reading.archive) return;
  const std::uint64_t whole = reading.length;
  const bool complete = end && (whole == 0 || reading.received == whole);
  if (complete && (reading.keep_archive || !reading.delivered)) {
    auto archive = reading.archive->publish();
    reading.archive.reset();
    return context_->archives.fulfil(job_.key, std::move(archive));
  }
  if (!end && reading.keep_archive) context_->leave_archive(job_.key, std::move(reading.archive));
  reading.archive.reset();
  context_->archives.fulfil(job_.key, fail_cancelled());
}

}  // namespace pipit::distribution
