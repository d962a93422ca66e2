// The one-pass fetch. The network's thread puts the content into a bounded pipe; a worker reads the
// pipe, hashes the bytes, unzips them and writes the members, all while the rest is still arriving
// (unpack.cpp). When the disk is slow the pipe fills and the connection waits; nothing else is
// buffered.
//
// A connection that breaks in the middle is not a reason to start over: the unpacker keeps its
// state, and a new request asks for the rest (Range, with If-Range so that the rest is of the same
// file). If the server sends the whole instead, or another piece, we start over; the hash of the
// whole decides in the end, whatever the pieces were. The bytes of a large file are kept as they
// came until all are there (partial.h), so that the next run can resume where this one ends.
#include "distribution/wheel/fetch.h"

#include <algorithm>

#include "base/hash_spec.h"
#include "base/redact.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/time.h"
#include "distribution/unhashed.h"
#include "distribution/wheel/check.h"
#include "distribution/wheel/same_metadata.h"
#include "net/answer_error.h"
#include "net/content_range.h"
#include "net/retry.h"

namespace pipit::distribution {
namespace {

constexpr std::size_t kPipe = 48u << 10;
constexpr std::chrono::milliseconds kFirstPause{100};

/// Only a strong validator may be used with a range (If-Range, RFC 9110 section 13.1.5).
std::string range_validator(std::span<const net::Header> headers) {
  std::string_view etag = net::find_header(headers, "etag");
  if (etag.starts_with('"')) return std::string(etag);
  if (!etag.empty()) return {};
  return std::string(net::find_header(headers, "last-modified"));
}

/// Whether the error is about the bytes, so that other bytes could succeed.
bool is_of_the_bytes(const Error& error) {
  switch (error.code) {
    case Code::network:
    case Code::tls:
    case Code::offline:
    case Code::io:
    case Code::no_space:
    case Code::cancelled:
      return false;
    default:
      return true;
  }
}

}  // namespace

/// The head goes from the network's thread to the worker under a lock of its own; the content
/// through the pipe.
struct WheelFetch::Download {
  explicit Download(std::size_t capacity) : pipe(capacity) {}
  sched::BytesPipe pipe;
  base::Mutex mu;
  base::Condition changed;
  std::optional<net::ResponseHead> head PIPIT_GUARDED_BY(mu);
  std::optional<Result<void>> end PIPIT_GUARDED_BY(mu);
  std::stop_source stop;  // for this exchange only
};

void WheelFetch::start(std::shared_ptr<DistState> context, index::FilePtr file, WheelKey key,
                       sched::SharedPriorityPtr priority, const std::stop_token& unless) {
  std::shared_ptr<WheelFetch> fetch(
      new WheelFetch(std::move(context), std::move(file), std::move(key), std::move(priority)));
  if (unless.stop_possible()) fetch->give_up_on(unless);
  fetch->run(base::Lane::disk, &WheelFetch::begin);
}

WheelFetch::WheelFetch(std::shared_ptr<DistState> context, index::FilePtr file, WheelKey key,
                       sched::SharedPriorityPtr priority)
    : context_(std::move(context)),
      mark_(*context_),
      file_(std::move(file)),
      key_(std::move(key)),
      shown_(shown_name(*file_)),
      priority_(std::move(priority)),
      tries_left_(context_->client.options().retries) {
  on_end_.emplace(context_->stop.get_token(), [stop = stop_]() mutable { stop.request_stop(); });
}

/// Whoever asks for it after this look gets Code::cancelled, and asks again.
void WheelFetch::give_up_on(const std::stop_token& unless) {
  on_unless_.emplace(unless, [stop = stop_, priority = priority_]() mutable {
    if (priority->level() == sched::Priority::speculative) stop.request_stop();
  });
}

WheelFetch::~WheelFetch() {
  unpacker_.reset();
  if (!finished_) context_->wheels.fulfil(key_, fail_cancelled());
}

void WheelFetch::run(base::Lane lane, void (WheelFetch::*step)()) {
  context_->pool.submit(lane, priority_, [self = shared_from_this(), step] { ((*self).*step)(); });
}

Result<ExpectedHashes> WheelFetch::expected_hashes() const {
  return ExpectedHashes::create(*file_, key_.expected, context_->options.require_hashes);
}

void WheelFetch::begin() {
  if (stop_.stop_requested()) return;
  Result<ExpectedHashes> hashes = expected_hashes();
  if (!hashes) return finish(fail(std::move(hashes.error())));
  if (file_->kind != index::FileKind::wheel) {
    return finish(fail(Code::unsupported, cat(shown_, ": needs to be built")));
  }
  auto url = base::parse_url(file_->url);
  if (!url) return finish(fail(std::move(url.error())));
  url_ = std::move(*url);
  auto streaming = key_.fresh ? nullptr : context_->streaming(index::file_key(*file_));
  if (streaming) return join(*streaming);
  std::string sha256 = hashes->known_sha256().empty() ? remembered() : hashes->known_sha256();
  auto wheel = find_wheel(context_->store, sha256, file_->name);
  if (wheel && !known_) return take_cached(std::move(wheel));
  known_wheel_ = std::move(wheel);
  if (is_local(*file_)) return unpack_local();
  run(base::Lane::fetch, &WheelFetch::download);
}

void WheelFetch::take_cached(cache::WheelPtr wheel) {
  Result<void> same = check_cached(*wheel);
  if (!same) return finish(fail(std::move(same.error())));
  context_->count(&Account::from_cache, key_.file);
  finish(std::move(wheel));
}

/// For a file without a SHA-256 on its page: the one it had when it was last unpacked ("" if none),
/// as long as what its page has instead is unchanged: another hash, or size and time of a local
/// file. If the page has nothing, known_ holds what to revalidate.
std::string WheelFetch::remembered() {
  std::string sha256;
  if (is_unhashed(*file_)) {
    auto recalled = recall(*context_, cache::Bucket::files, index::file_key(*file_), *file_);
    if (!recalled) return {};
    sha256 = recalled->answer.content.text;
    const auto now = context_->confirmed(index::file_key(*file_));
    const bool replaced = now && !net::same_content(*now, recalled->answer.validators);
    if (replaced) return {};
    if (!recalled->holds && !now) known_ = std::move(recalled->answer);
  } else if (file_->sha256.empty()) {
    sha256 = context_->store.read(cache::Bucket::files, index::file_key(*file_), 1024).value_or("");
  }
  const auto& wanted = key_.expected.hashes;
  const base::HashSpec found{"sha256", sha256};
  const bool fits = wanted.empty() || std::count(wanted.begin(), wanted.end(), found) != 0;
  return fits ? sha256 : std::string();
}

void WheelFetch::remember(const std::string& sha256) {
  if (!file_->sha256.empty()) return;
  if (is_unhashed(*file_)) return keep_digest(*context_, *file_, validators_, url_, sha256);
  context_->store.write(cache::Bucket::files, index::file_key(*file_), sha256);
}

/// The wheel is already being unpacked while it streams for its metadata: that is our download, if
/// its result is what is expected.
void WheelFetch::join(StreamedUnpack& streaming) {
  streaming.want();
  streaming.then([self = shared_from_this()](const cache::WheelPtr& wheel) {
    const auto& hashes = self->key_.expected.hashes;
    bool fits =
        wheel && (hashes.empty() || std::count(hashes.begin(), hashes.end(),
                                               base::HashSpec{"sha256", wheel->sha256}) != 0);
    if (fits) return self->finish(wheel);
    self->run(base::Lane::fetch, &WheelFetch::download);
  });
}

void WheelFetch::unpack_local() {
  auto path = base::file_url_to_path(url_);
  if (!path) return finish(fail(std::move(path.error())));
  span_.emplace(context_->events, base::Lane::disk, cat("unpack ", shown_));
  done(unpack_file(*context_, *file_, [this] { return expected_hashes(); }, *path));
}

void WheelFetch::download() {
  Result<Unpacker::Published> published = [this]() -> Result<Unpacker::Published> {
    sched::Permit permit = context_->downloads.acquire(stop_.get_token());
    if (!permit) return fail_cancelled();
    return download_and_unpack();
  }();
  const bool stands_in = known_wheel_ && !published && published.error().code == Code::network;
  if (!not_modified_ && !stands_in) return done(std::move(published));
  if (stands_in) {
    context_->events.warn(cat(context_->client.unreachable(url_), kStandInNote));
    context_->events.note(published.error().message);
  }
  unpacker_.reset();
  span_.reset();
  take_cached(std::move(known_wheel_));
}

/// What an earlier run left is tried first; if that fails, everything is fetched again.
Result<Unpacker::Published> WheelFetch::download_and_unpack() {
  partial_.emplace(context_->store, index::file_key(*file_));
  from_before_ = partial_->size() != 0;
  PIPIT_TRY(restart(false));
  Result<Unpacker::Published> published = exchange_and_publish();
  if (!published && from_before_ && is_of_the_bytes(published.error())) {
    context_->events.note(cat(shown_, ": what was kept of it is of no use"));
    PIPIT_TRY(restart_from_nothing(false));
    published = exchange_and_publish();
  }
  const bool of_use =
      !published && !is_of_the_bytes(published.error()) && published.error().code != Code::no_space;
  if (!of_use) partial_->discard();
  return published;
}

/// Runs exchanges until the file is complete.
Result<Unpacker::Published> WheelFetch::exchange_and_publish() {
  while (true) {
    Result<void> got = feed_kept();
    const bool is_whole = partial_->whole() != 0 && unpacker_->offset() == partial_->whole();
    if (got && !is_whole) got = receive();
    if (not_modified_) return Unpacker::Published{};
    if (got) {
      Result<Unpacker::Published> published = unpacker_->publish();
      if (published) context_->count(&Account::downloaded, key_.file);
      return published;
    }
    if (unpacker_->needs_random_access() && !spooled_) {
      PIPIT_TRY(restart(true));
      continue;
    }
    PIPIT_TRY(bool again, may_try_again(got.error()));
    if (!again) return fail(std::move(got.error()));
  }
}

/// Makes a new unpacker. `spooled`: for an archive that must be complete before it can be read.
Result<void> WheelFetch::restart(bool spooled) {
  unpacker_.reset();
  PIPIT_TRY(ExpectedHashes hashes, expected_hashes());
  PIPIT_TRY(unpacker_, Unpacker::create(*context_, *file_, std::move(hashes)));
  spooled_ = spooled || context_->options.unpack_whole;
  validator_.clear();
  if (spooled_) return unpacker_->spool();
  return {};
}

Result<void> WheelFetch::restart_from_nothing(bool spooled) {
  partial_->discard();
  from_before_ = false;
  return restart(spooled);
}

/// Feeds the kept bytes before those that are still to come.
Result<void> WheelFetch::feed_kept() {
  if (unpacker_->offset() != 0 || partial_->size() == 0) return {};
  validator_ = partial_->validator();
  return partial_->replay([this](std::string_view bytes) { return unpacker_->feed_to_end(bytes); });
}

/// Whether a broken connection is worth another request; waits a little first.
Result<bool> WheelFetch::may_try_again(const Error& error) {
  bool worth_it = error.code == Code::network && body_begun_ && tries_left_-- > 0;
  if (!worth_it) return false;
  context_->events.warn(net::resume_text(error, validator_.empty() ? 0 : unpacker_->offset(),
                                         tries_left_, context_->client.options().retries));
  if (!base::pause(kFirstPause, stop_.get_token())) return fail_cancelled();
  if (validator_.empty()) PIPIT_TRY(restart_from_nothing(spooled_));
  return true;
}

/// One exchange: the whole file, or the rest of it.
Result<void> WheelFetch::receive() {
  PIPIT_TRY(std::shared_ptr<Download> download, open_exchange());
  Result<void> got = drain(*download);
  download->pipe.abandon();
  if (!got) download->stop.request_stop();
  return got;
}

Result<std::shared_ptr<WheelFetch::Download>> WheelFetch::open_exchange() {
  auto download = std::make_shared<Download>(kPipe);
  net::Exchange exchange;
  exchange.url = url_;
  exchange.kind = net::Kind::file;
  exchange.priority = priority_;
  exchange.what = cat("wheel ", shown_);
  exchange.headers.push_back({"accept-encoding", "identity"});
  if (is_unhashed(*file_) && refresh_of(*context_, *file_) == net::Refresh::reload)
    exchange.headers.push_back({"cache-control", "no-cache"});
  if (known_wheel_) net::add_conditions(exchange.headers, known_->validators);
  if (unpacker_->offset() != 0) {
    exchange.headers.push_back({"range", cat("bytes=", unpacker_->offset(), "-")});
    exchange.headers.push_back({"if-range", validator_});
  }
  net::Sink sink;
  sink.on_head = [download](const net::ResponseHead& head) {
    base::Lock lock(download->mu);
    download->head = head;
    download->changed.notify_all();
    return net::Flow::go_on;
  };
  sink.on_data = [download](std::span<const std::uint8_t> bytes) {
    return download->pipe.write(bytes, download->stop.get_token()) ? net::Flow::go_on
                                                                   : net::Flow::stop;
  };
  sink.on_done = [download](Result<void> end) {
    download->pipe.close(end);
    base::Lock lock(download->mu);
    download->end = std::move(end);
    download->changed.notify_all();
  };
  context_->client.start(std::move(exchange), std::move(sink), download->stop.get_token());
  return download;
}

/// Whether the response's bytes continue what we have. A 200 to a request for the rest means to
/// start over.
Result<void> WheelFetch::check_head(const net::ResponseHead& head) {
  const std::uint64_t offset = unpacker_->offset();
  if (head.status == 304 && known_wheel_) {
    not_modified_ = true;
    validators_ = net::renewed(known_->validators, head.headers, base::now_seconds());
    if (net::differ_in_use(known_->validators, validators_)) remember(known_wheel_->sha256);
    return {};
  }
  if (head.status == 200) {
    known_wheel_.reset();
    if (offset != 0) PIPIT_TRY(restart_from_nothing(spooled_));
    head_ = head;
    validators_ = net::read_validators(head.headers, base::now_seconds());
    validator_ = range_validator(head.headers);
    const auto length = base::parse_uint(net::find_header(head.headers, "content-length"));
    partial_->begin(validator_, length.value_or(file_->size));
    return {};
  }
  if (head.status == 206 && offset != 0) {
    auto range = net::parse_content_range(net::find_header(head.headers, "content-range"));
    if (head_.status == 0) head_ = head;
    if (range && range->first == offset) return {};
    PIPIT_TRY(restart_from_nothing(spooled_));
    return fail(Code::network,
                cat(shown_, ": the server sent another piece of the file than the one asked for"));
  }
  // Bytes from before this run are given up by the caller.
  if (offset != 0 && !from_before_ && net::may_be_about_range(head.status, head.headers)) {
    PIPIT_TRY(restart_from_nothing(spooled_));
    return fail(Code::network, cat(shown_, ": the server refuses to send the rest alone"));
  }
  return fail(net::status_error(head));
}

Result<net::ResponseHead> WheelFetch::wait_for_head(Download& download) {
  base::Lock lock(download.mu);
  bool told = download.changed.wait(
      download.mu, stop_.get_token(),
      [&]() PIPIT_REQUIRES(download.mu) { return download.head || download.end; });
  if (!told) return fail_cancelled();
  if (download.head) return *download.head;
  PIPIT_TRY(*download.end);
  return fail(Code::network, cat(shown_, ": no answer"));
}

/// Reads the content from the pipe, to its end.
Result<void> WheelFetch::drain(Download& download) {
  PIPIT_TRY(net::ResponseHead head, wait_for_head(download));
  PIPIT_TRY(check_head(head));
  if (!span_) span_.emplace(context_->events, base::Lane::fetch, cat("unpack ", shown_));
  std::string bytes;
  while (true) {
    PIPIT_TRY(std::size_t count, download.pipe.read(bytes, stop_.get_token()));
    if (count == 0) return {};
    body_begun_ = true;
    partial_->append(bytes);
    Result<void> fed = unpacker_->feed_to_end(bytes);
    // All bytes so far are kept: the archive is put together from them, without a new download.
    const bool from_here =
        !fed && unpacker_->needs_random_access() && !spooled_ && partial_->size() != 0;
    if (from_here) {
      PIPIT_TRY(restart(true));
      fed = feed_kept();
    }
    PIPIT_TRY(fed);
    span_->add_bytes(count);
  }
}

/// What the resolver was told (by a metadata file, say) must agree with the wheel's metadata.
Result<void> WheelFetch::check_same_metadata(const pep::Metadata& metadata) const {
  auto told = context_->metadata.peek(key_.file);
  if (!told || !*told) return {};
  std::string difference = metadata_difference(***told, metadata);
  if (difference.empty()) return {};
  Error error{Code::bad_metadata, cat(shown_, ": ", difference)};
  if (is_unhashed(*file_)) error.with_hint(std::string(kRefreshHint));
  return fail(std::move(error));
}

/// A wheel already unpacked in the cache may never have been checked against this index's metadata
/// file: it may have come from another index, or the file may have changed since.
Result<void> WheelFetch::check_cached(const cache::Wheel& wheel) const {
  if (file_->sidecar == index::Sidecar::none) return {};  // the metadata was the wheel's own
  if (!context_->metadata.peek(key_.file)) return {};
  const auto text = cache::read_metadata(wheel);
  if (!text) return {};  // an entry that was changed is replaced before it is linked
  PIPIT_TRY(pep::Metadata metadata, read_metadata(*text, file_->name));
  return check_same_metadata(metadata);
}

/// Bytes that are not the promised ones, or that nothing vouches for, are told by where they came
/// from and what they were sent as.
Error WheelFetch::explained(Error error) const {
  const Result<ExpectedHashes> hashes = expected_hashes();
  const bool vouched = hashes && hashes->vouches();
  const bool of_interest = vouched ? error.code == Code::hash_mismatch : is_about_content(error);
  if (!of_interest) return error;
  if (is_local(*file_))
    error.message += cat(" (", base::file_url_to_path(url_).value_or(""), ")");
  else if (unpacker_ && !head_.from.place.empty())
    error.message += cat(" (", net::what_came(head_, unpacker_->offset()), ")");
  return vouched ? error : as_unchecked(std::move(error));
}

void WheelFetch::done(Result<Unpacker::Published> published) {
  if (!published) published = fail(explained(std::move(published.error())));
  unpacker_.reset();
  if (span_ && !published) span_->set_outcome(cat("error: ", published.error().message));
  span_.reset();
  if (!published) return finish(fail(std::move(published.error())));
  Result<void> same = check_same_metadata(published->metadata);
  if (!same) return finish(fail(std::move(same.error())));
  remember(published->wheel->sha256);
  finish(std::move(published->wheel));
}

void WheelFetch::finish(Result<cache::WheelPtr> wheel) {
  finished_ = true;
  context_->wheels.fulfil(key_, std::move(wheel));
}

}  // namespace pipit::distribution
