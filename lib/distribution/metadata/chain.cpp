// The metadata chain. The resolver needs METADATA long before the wheel is needed. The ways that
// lead there, cheapest first; each may say "not here" and pass on:
//   cache     parsed before, in this run or another; or the wheel itself is unpacked in the cache
//   local     a file: link: read in place
//   sidecar   one small GET, if the page announces one (PEP 658); its hash is checked
//   tail      one suffix range, no HEAD before it; a second range when the directory is long or
//             METADATA lies elsewhere
//   stream    the server does not support ranges and sends the whole: that same response is read
//             forward until METADATA is complete, then dropped; an install unpacks it while it
//             streams, so that a wheel read to its end is not fetched again
//   wheel     the archive cannot be streamed, or makes no sense: the whole of it, by the wheel path
// Most source distributions of an index have static metadata, and are read as a stream, too; the
// others go to a thread of their own (distribution/source), which may build them. What a server
// supports is remembered, so each is probed once. Nothing here waits: every step ends in a request
// or a job whose completion is the next step.
#include "distribution/metadata/chain.h"

#include <algorithm>

#include "archive/zip.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "distribution/source/sdist.h"
#include "distribution/source/stream.h"
#include "distribution/unhashed.h"
#include "distribution/wheel/check.h"
#include "net/answer_error.h"
#include "net/content_range.h"
#include "net/retry.h"
#include "pep/metadata_codec.h"

namespace pipit::distribution {
namespace {

constexpr std::uint64_t kTailBytes = 32'000;    // nine wheels of ten have their METADATA there
constexpr std::uint64_t kMaxTail = 256u << 10;  // servers may send more than was requested
constexpr std::uint64_t kMaxPiece = 24u << 20;
constexpr int kMaxPieces = 3;
constexpr std::uint64_t kFinishAnyway =
    1u << 20;  // a stream this near to its end is read on when wheels are kept

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

/// One response on its way through the chain.
struct MetadataChain::Reading {
  enum class As { undecided, range, stream, nothing };
  As as = As::undecided;
  bool asked_range = false;
  net::ResponseHead head;
  net::Validators validators;
  std::uint64_t length = 0;  // of the whole response, 0: unknown
  std::uint64_t received = 0;
  net::ContentRange range;
  std::string body;                           // of a range
  std::unique_ptr<MetadataScan> scan;         // a stream that is only looked at
  std::unique_ptr<Unpacker> unpacker;         // a stream that is unpacked
  std::shared_ptr<StreamedUnpack> streaming;  // with `unpacker`
  std::unique_ptr<SourceStream> source;       // with `scan`: may have to be kept
  bool broken = false;                        // the archive broke a rule after METADATA was out
  bool delivered = false;                     // METADATA was found and handed on
  std::optional<Error> error;                 // of what was read

  ~Reading() {
    if (streaming) streaming->finish(nullptr);  // nothing may wait for a stream that has ended
  }
};

void MetadataChain::start(std::shared_ptr<DistState> context, index::FilePtr file,
                          const Job<FileKey>& job, WantWheel want_wheel) {
  std::shared_ptr<MetadataChain> chain(
      new MetadataChain(std::move(context), std::move(file), job, std::move(want_wheel)));
  chain->run([chain] { chain->begin(); });
}

MetadataChain::MetadataChain(std::shared_ptr<DistState> context, index::FilePtr file,
                             const Job<FileKey>& job, WantWheel want_wheel)
    : context_(std::move(context)),
      mark_(std::make_unique<JobMark>(*context_)),
      file_(std::move(file)),
      job_(job),
      key_(job.key.text),
      shown_(shown_name(*file_)),
      priority_(job.priority),
      want_wheel_(std::move(want_wheel)),
      tries_left_(context_->client.options().retries) {}

MetadataChain::~MetadataChain() {
  // The job was dropped unrun: the next claim starts again.
  if (!finished_) context_->metadata.fulfil(job_.key, fail_cancelled());
}

void MetadataChain::run(sched::Task job) {
  context_->pool.submit(base::Lane::metadata, priority_, std::move(job));
}

std::string MetadataChain::what() const { return cat("metadata ", shown_); }

void MetadataChain::begin() {
  if (context_->stop.stop_requested()) return;
  if (auto sound = index::check_hashes(*file_); !sound)
    return finish_error(std::move(sound.error()));
  if (file_->kind == index::FileKind::sdist) return begin_source();
  if (is_unhashed(*file_)) {
    if (recall_unhashed()) return;
  } else if (auto kept =
                 context_->store.read(cache::Bucket::wheel_metadata, key_, kMaxEncodedMetadata)) {
    if (auto metadata = pep::decode_metadata(*kept)) return finish(std::move(*metadata), false);
  }
  if (auto wheel = find_wheel(context_->store, std::string(file_->sha256), file_->name)) {
    auto text = cache::read_metadata(*wheel);
    if (text) return finish(read_metadata(*text, file_->name), true);
  }
  auto url = base::parse_url(file_->url);
  if (!url) return finish_error(std::move(url.error()));
  url_ = std::move(*url);
  if (is_local(*file_)) return read_local();
  if (file_->sidecar != index::Sidecar::none) return ask_sidecar();
  ask_tail();
}

/// A source distribution: its cached metadata, then its static metadata, and all else on a thread
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

/// The source's own thread takes over, and fulfils the key.
void MetadataChain::hand_over() {
  finished_ = true;
  start_source_metadata(context_, source_, job_);
}

/// Recalls what is stored of a file that may be replaced behind its URL: whether it is still fresh.
/// If not, the request that would fetch it becomes a conditional one.
bool MetadataChain::recall_unhashed() {
  auto recalled = recall(*context_, cache::Bucket::wheel_metadata, key_, *file_);
  if (!recalled) return false;
  auto metadata = pep::decode_metadata(recalled->answer.content.text);
  if (!metadata) return false;
  if (recalled->holds) {
    finish(std::move(*metadata), false);
    return true;
  }
  known_ = std::move(recalled->answer);
  known_metadata_ = std::move(*metadata);
  return false;
}

/// 304: what is stored is still valid.
void MetadataChain::still_holds(const net::Validators& now) {
  if (net::differ_in_use(known_->validators, now))
    keep_answer(*context_, cache::Bucket::wheel_metadata, key_, now, asked_, known_->content.text);
  finish(std::move(known_metadata_), false);
}

void MetadataChain::read_local() {
  auto path = base::file_url_to_path(url_);
  if (!path) return finish_error(std::move(path.error()));
  auto source = archive::FileSource::open(*path);
  if (!source) return finish_error(std::move(source.error()));
  if (file_->kind == index::FileKind::wheel) {
    auto zip = archive::Zip::open(std::move(*source), shown_, kWheelZip);
    auto entry = zip ? metadata_entry(*zip, file_->name) : fail(std::move(zip.error()));
    auto text = entry ? zip->extract(*entry, pep::kMaxMetadata) : fail(std::move(entry.error()));
    auto metadata = text ? read_metadata(*text, file_->name) : fail(std::move(text.error()));
    if (!metadata) return look_at_whole(std::move(metadata.error()));
    return finish(std::move(metadata), true);
  }
  read_local_source(std::move(*source));
}

void MetadataChain::read_local_source(std::shared_ptr<archive::ByteSource> archive) {
  const bool builds = context_->builder() != nullptr;
  auto text = sdist_text(std::move(archive), file_->name);
  if (!text && text.error().code == Code::bad_metadata && builds) return hand_over();
  auto metadata = text ? static_metadata(*text, file_->name) : fail(std::move(text.error()));
  if (!metadata && metadata.error().code == Code::unsupported && builds) return hand_over();
  if (!metadata) return look_at_whole(std::move(metadata.error()));
  finish(std::move(metadata), true);
}

void MetadataChain::ask_sidecar() {
  net::Exchange exchange;
  exchange.url = url_;
  exchange.url.path += ".metadata";
  exchange.kind = net::Kind::metadata;
  exchange.priority = priority_;
  exchange.what = what();
  asked_ = exchange.url;
  add_what_is_known(exchange);
  auto self = shared_from_this();
  context_->client.fetch(
      std::move(exchange), pep::kMaxMetadata, context_->stop.get_token(),
      [self](Result<net::Response> response) { self->got_sidecar(std::move(response)); });
}

void MetadataChain::got_sidecar(Result<net::Response> response) {
  if (!response && response.error().code != Code::http_status)
    return exchange_failed(std::move(response.error()));
  if (response && response->status == 304 && known_)
    return still_holds(net::renewed(known_->validators, response->headers, base::now_seconds()));
  if (!response || response->status != 200) {
    context_->events.note(cat(shown_, ": its announced .metadata is not there"));
    return ask_tail();
  }
  std::string digest = base::sha256_hex(response->body);
  if (file_->sidecar == index::Sidecar::hashed && digest != file_->sidecar_sha256) {
    return finish_error(
        Error{Code::hash_mismatch,
              cat(shown_, ".metadata: hash mismatch: expected sha256=", file_->sidecar_sha256,
                  ", got sha256=", digest, " (",
                  net::what_came(response->from, response->headers, response->body.size()), ")")});
  }
  read_sidecar(*response);
}

/// A metadata file that nothing vouches for may be anything: if it makes no sense, the wheel's own
/// metadata counts.
void MetadataChain::read_sidecar(const net::Response& response) {
  auto metadata = read_metadata(response.body, file_->name);
  if (!metadata && file_->sidecar != index::Sidecar::hashed) {
    context_->events.note(cat(response.from.place, ": ", metadata.error().message));
    return ask_tail();
  }
  validators_ = net::read_validators(response.headers, base::now_seconds());
  finish(std::move(metadata), true);
}

/// By a range, if the server is known to have them or nobody else is finding out.
void MetadataChain::ask_tail() {
  if (file_->kind != index::FileKind::wheel) return ask_stream();
  if (turn_) return ask(cat("bytes=-", kTailBytes));
  context_->client.when_ranges_known(url_, [self = shared_from_this()](net::RangeGate::Turn turn) {
    self->turn_ = std::move(turn);
    if (self->context_->client.ranges(self->url_) == net::Ranges::no) return self->ask_stream();
    self->ask(cat("bytes=-", kTailBytes));
  });
}

/// Makes the request conditional if what is stored came from that URL; a 304 is then believed.
void MetadataChain::add_what_is_known(net::Exchange& exchange) {
  if (known_ && known_->url != base::without_secrets(asked_)) known_.reset();
  if (known_) net::add_conditions(exchange.headers, known_->validators);
  const bool reload = is_unhashed(*file_) && refresh_of(*context_, *file_) == net::Refresh::reload;
  if (reload) exchange.headers.push_back({"cache-control", "no-cache"});
}

void MetadataChain::ask_piece(Tail::Missing missing) {
  if (++pieces_ > kMaxPieces || missing.length > kMaxPiece) return ask_stream();
  ask(cat("bytes=", missing.offset, "-", missing.offset + missing.length - 1));
}

void MetadataChain::ask_stream() { ask(""); }

/// One GET, of a range or of the whole.
void MetadataChain::ask(std::string range) {
  auto reading = std::make_shared<Reading>();
  net::Exchange exchange;
  exchange.url = url_;
  exchange.kind = net::Kind::metadata;
  exchange.priority = priority_;
  exchange.what = what();
  exchange.headers.push_back({"accept-encoding", "identity"});
  reading->asked_range = !range.empty();
  if (reading->asked_range) exchange.headers.push_back({"range", std::move(range)});
  asked_ = url_;
  if (!tail_) add_what_is_known(exchange);
  context_->client.start(std::move(exchange), sink_for(reading), context_->stop.get_token());
}

net::Sink MetadataChain::sink_for(std::shared_ptr<Reading> reading) {
  auto self = shared_from_this();
  net::Sink sink;
  sink.on_head = [self, reading](const net::ResponseHead& head) {
    return self->on_head(*reading, head);
  };
  sink.on_data = [self, reading](std::span<const std::uint8_t> bytes) {
    return self->on_data(*reading, bytes);
  };
  sink.on_done = [self, reading](Result<void> end) { self->on_done(reading, std::move(end)); };
  return sink;
}

net::Flow MetadataChain::on_head(Reading& reading, const net::ResponseHead& head) {
  reading.head = head;
  reading.as = Reading::As::nothing;
  reading.length = base::parse_uint(net::find_header(head.headers, "content-length")).value_or(0);
  if (is_unhashed(*file_)) learn_validators(reading, head);
  if (head.status == 206 && reading.asked_range) return on_range_head(reading, head);
  if (head.status != 200) return net::Flow::stop;
  // A refusal alone says nothing of ranges: it may be the file that is refused.
  if (reading.asked_range || range_refused_) context_->client.learn_ranges(url_, net::Ranges::no);
  return begin_stream(reading, head);
}

/// The response is about the file itself, so the fetch of the wheel need not revalidate again.
void MetadataChain::learn_validators(Reading& reading, const net::ResponseHead& head) {
  const bool holds = head.status == 304 && known_;
  if (!holds && head.status != 200 && head.status != 206) return;
  const std::int64_t now = base::now_seconds();
  reading.validators = holds ? net::renewed(known_->validators, head.headers, now)
                             : net::read_validators(head.headers, now);
  // Pieces of two representations: nothing to revalidate later.
  const bool mixed = tail_ && !net::same_content(validators_, reading.validators);
  validators_ = mixed ? net::Validators{} : reading.validators;
  context_->confirm(key_, validators_);
  if (!holds) known_.reset();
}

/// A 206 must say which bytes it has, and they must be usable: the end of the file at first, then
/// what was requested.
net::Flow MetadataChain::on_range_head(Reading& reading, const net::ResponseHead& head) {
  auto range = net::parse_content_range(net::find_header(head.headers, "content-range"));
  std::uint64_t most = tail_ ? kMaxPiece : kMaxTail;
  if (!range || !range->complete || range->length() > most) return net::Flow::stop;
  if (!tail_ && range->last + 1 != *range->complete) return net::Flow::stop;
  if (!tail_) context_->note_size(key_, *range->complete);
  reading.as = Reading::As::range;
  reading.range = *range;
  return net::Flow::go_on;
}

net::Flow MetadataChain::begin_stream(Reading& reading, const net::ResponseHead& head) {
  reading.as = Reading::As::stream;
  if (file_->kind == index::FileKind::wheel && context_->options.keep_streamed) {
    auto hashes = ExpectedHashes::create(*file_, Expected{}, false);
    auto unpacker =
        hashes ? Unpacker::create(*context_, *file_, std::move(*hashes)) : fail(hashes.error());
    if (unpacker) {
      reading.unpacker = std::move(*unpacker);
      reading.streaming = std::make_shared<StreamedUnpack>();
      context_->set_streaming(key_, reading.streaming);
      return net::Flow::go_on;
    }
  }
  if (source_ && (context_->builder() || context_->options.keep_streamed))
    reading.source = SourceStream::begin(*context_, job_.key, source_->content().spec(), head);
  auto scan = MetadataScan::create(std::string(file_->name), context_->lease());
  if (!scan) {
    reading.error = std::move(scan.error());
    return net::Flow::stop;
  }
  reading.scan = std::move(*scan);
  return net::Flow::go_on;
}

net::Flow MetadataChain::on_data(Reading& reading, std::span<const std::uint8_t> bytes) {
  reading.received += bytes.size();
  if (reading.as == Reading::As::stream) return on_stream_data(reading, as_text(bytes));
  if (reading.as != Reading::As::range || reading.received > reading.range.length())
    return net::Flow::stop;
  reading.body.append(as_text(bytes));
  return net::Flow::go_on;
}

net::Flow MetadataChain::on_stream_data(Reading& reading, std::string_view bytes) {
  if (reading.source) reading.source->feed(bytes);
  if (reading.source && reading.delivered)
    return reading.source->is_kept() ? net::Flow::go_on : net::Flow::stop;
  Result<void> fed = reading.unpacker ? reading.unpacker->feed(bytes) : reading.scan->feed(bytes);
  bool found =
      reading.unpacker ? reading.unpacker->has_metadata() : reading.scan->text().has_value();
  if (found && !reading.delivered) {
    reading.delivered = true;
    Result<std::string> text =
        reading.unpacker ? reading.unpacker->metadata_text() : *reading.scan->text();
    if (text && source_)
      got_source_text(reading, std::move(*text));
    else if (text)
      got_text(std::move(*text), true);
    else
      reading.error = std::move(text.error());
  }
  if (!fed && !reading.delivered) reading.error = fed.error();
  if (!fed) {
    reading.broken = true;
    return net::Flow::stop;
  }
  return reading.delivered ? after_metadata(reading) : net::Flow::go_on;
}

/// PKG-INFO is complete. Whether it can be relied upon decides if the rest is needed, so it is
/// parsed here and now. An install needs all of it anyway.
void MetadataChain::got_source_text(Reading& reading, std::string text) {
  const auto metadata = pep::parse_metadata(text);
  const bool build = metadata && !is_static(*metadata) && context_->builder();
  if (reading.source && (build || context_->options.keep_streamed))
    reading.source->keep();
  else if (reading.source)
    reading.source->drop();
  if (!build) return got_text(std::move(text), true);
  auto self = shared_from_this();
  run([self] { self->hand_over(); });
}

/// METADATA is complete. A stream that is unpacked goes on when the wheel is wanted, or when hardly
/// anything is left of it.
net::Flow MetadataChain::after_metadata(Reading& reading) {
  if (reading.source && reading.source->is_kept()) return net::Flow::go_on;
  if (!reading.unpacker) return net::Flow::stop;
  std::uint64_t whole = reading.length != 0 ? reading.length : file_->size;
  bool nearly_there = whole >= reading.received && whole - reading.received <= kFinishAnyway;
  return nearly_there || reading.streaming->wanted() ? net::Flow::go_on : net::Flow::stop;
}

void MetadataChain::on_done(std::shared_ptr<Reading> reading, Result<void> end) {
  // What may follow is too much work for the transport's thread.
  auto self = shared_from_this();
  run([self, reading, end = std::move(end)]() mutable {
    if (reading->as == Reading::As::stream) return self->stream_done(reading, std::move(end));
    self->range_done(*reading, std::move(end));
  });
}

bool MetadataChain::may_try_again(const Error& error) {
  if (tries_left_-- <= 0) return false;
  context_->events.warn(
      net::resume_text(error, 0, tries_left_, context_->client.options().retries));
  return true;
}

void MetadataChain::range_done(Reading& reading, Result<void> end) {
  if (!end && reading.as == Reading::As::undecided) return exchange_failed(std::move(end.error()));
  if (reading.as == Reading::As::range) {
    if (end && reading.body.size() == reading.range.length()) {
      std::uint64_t whole = *reading.range.complete;
      if (!tail_)
        tail_.emplace(std::string(file_->name), whole, std::move(reading.body));
      else
        tail_->add(reading.range.first, std::move(reading.body));
      return read_tail();
    }
    if (!end && end.error().code == Code::cancelled) return exchange_failed(std::move(end.error()));
    if (!end && may_try_again(end.error())) return tail_ ? read_tail() : ask_tail();
  }
  const int status = reading.head.status;
  if (status == 304 && known_) return still_holds(reading.validators);
  const bool lied = reading.asked_range && status == 206;
  range_refused_ = reading.asked_range && net::may_be_about_range(status, reading.head.headers);
  if (lied) context_->client.learn_ranges(url_, net::Ranges::no);
  if (lied || range_refused_) {
    context_->events.note(cat(shown_, ": the server's byte ranges cannot be used"));
    return ask_stream();
  }
  finish_error(net::status_error(reading.head));
}

/// Parses what has come, or requests what is missing.
void MetadataChain::read_tail() {
  Result<Tail::Answer> answer = tail_->metadata();
  if (answer && answer->missing) return ask_piece(*answer->missing);
  if (answer) {
    context_->client.learn_ranges(url_, net::Ranges::yes);
    return got_text(std::move(answer->metadata), false);
  }
  // Either not a wheel or false ranges: the whole file decides, and its reader says which.
  context_->events.note(cat(shown_, ": its tail cannot be used: ", answer.error().message));
  if (answer.error().code == Code::bad_archive)
    context_->client.learn_ranges(url_, net::Ranges::no);
  ask_stream();
}

void MetadataChain::stream_done(std::shared_ptr<Reading> reading, Result<void> end) {
  if (reading->source) {
    const bool whole = reading->length == 0 || reading->received == reading->length;
    const bool wanted = reading->source->is_kept() || !reading->delivered;
    reading->source->finish(end && whole && wanted && !reading->error, !end);
  }
  if (reading->unpacker) {
    bool random = !reading->delivered && reading->error && reading->unpacker->needs_random_access();
    keep_done(reading, end);
    if (random) return ask_wheel();
  } else if (!reading->delivered && reading->error && reading->scan &&
             reading->scan->needs_random_access()) {
    return ask_wheel();
  }
  if (reading->error) return look_at_whole(std::move(*reading->error));
  if (reading->delivered) return;
  if (!end && end.error().code != Code::cancelled && may_try_again(end.error()))
    return ask_stream();
  if (!end) return exchange_failed(std::move(end.error()));
  look_at_whole(reading->scan
                    ? reading->scan->explain_end()
                    : Error{Code::bad_wheel, cat(shown_, ": has no METADATA of its own")});
}

/// What came makes no sense. It may not be the file at all (a login page, another file, a damaged
/// copy), and then it says nothing about the release: whoever reads the whole of it compares it
/// with the hash that is promised, and says what is wrong.
void MetadataChain::look_at_whole(Error error) {
  const bool needs_build = source_ && error.code == Code::unsupported;
  if (needs_build || !is_about_content(error)) return finish_error(std::move(error));
  context_->events.note(error.message);
  if (source_) return hand_over();
  if (whole_read_) return finish_error(as_unchecked(std::move(error)));
  ask_wheel();
}

/// No answer at all says nothing about the release either, whatever the reason.
void MetadataChain::exchange_failed(Error error) { finish_error(as_unchecked(std::move(error))); }

/// The end of a stream that was unpacked while it arrived: a cache entry if all of it came, else
/// nothing.
void MetadataChain::keep_done(std::shared_ptr<Reading> reading, Result<void> end) {
  std::uint64_t whole = reading->length != 0 ? reading->length : file_->size;
  bool complete = end && !reading->error && !reading->broken && reading->delivered &&
                  (whole == 0 || reading->received == whole);
  cache::WheelPtr wheel;
  if (complete) {
    auto published = reading->unpacker->publish();
    if (published) {
      wheel = published->wheel;
      context_->count(&Account::streamed, job_.key);
      if (is_unhashed(*file_))
        keep_digest(*context_, *file_, reading->validators, url_, wheel->sha256);
    } else {
      context_->events.note(published.error().message);
    }
  }
  reading->unpacker.reset();
  reading->streaming->finish(std::move(wheel));
}

/// The last resort: the wheel itself, from the cache. When the run is stopped the wait may never
/// end, so it must not keep this chain alive, nor count as a job.
void MetadataChain::ask_wheel() {
  context_->keep_alive(shared_from_this());
  mark_.reset();
  want_wheel_(file_, [weak = weak_from_this()](const Result<cache::WheelPtr>& wheel) {
    if (auto self = weak.lock()) self->got_wheel(wheel);
  });
}

void MetadataChain::got_wheel(const Result<cache::WheelPtr>& wheel) {
  if (!wheel) return finish_error(wheel.error());
  whole_read_ = true;
  auto text = cache::read_metadata(**wheel);
  if (!text) return finish_error(std::move(text.error()));
  got_text(std::move(*text), false);
}

/// `in_stream`: called on a thread of the network, which must not parse.
void MetadataChain::got_text(std::string text, bool in_stream) {
  if (in_stream) {
    auto self = shared_from_this();
    return run(
        [self, text = std::move(text)]() mutable { self->got_text(std::move(text), false); });
  }
  const bool wheel = file_->kind == index::FileKind::wheel;
  auto metadata = wheel ? read_metadata(text, file_->name) : static_metadata(text, file_->name);
  if (!metadata) return look_at_whole(std::move(metadata.error()));
  finish(std::move(metadata), true);
}

void MetadataChain::finish(Result<pep::Metadata> metadata, bool store) {
  finished_ = true;
  turn_.reset();
  if (!metadata) {
    context_->metadata.fulfil(job_.key, fail(std::move(metadata.error())));
    return;
  }
  auto shared = std::make_shared<const pep::Metadata>(std::move(*metadata));
  context_->metadata.fulfil(job_.key, pep::MetadataPtr(shared));
  if (!store) return;
  const std::string encoded = pep::encode_metadata(*shared);
  if (is_unhashed(*file_))
    keep_answer(*context_, cache::Bucket::wheel_metadata, key_, validators_, asked_, encoded);
  else
    context_->store.write(cache::Bucket::wheel_metadata, key_, encoded);
}

void MetadataChain::finish_error(Error error) {
  if (!known_ || error.code != Code::network) return finish(fail(std::move(error)), false);
  context_->events.warn(cat(context_->client.unreachable(url_), kStandInNote));
  context_->events.note(error.message);
  finish(std::move(known_metadata_), false);
}

}  // namespace pipit::distribution
