// The caller's encoding of a response (a parsed page) is stored in one entry with what a
// conditional request needs (stored_answer.h). An entry that cannot be decoded is a miss. Equal
// bodies keep their parsed form even if the server has no validators at all: the body's digest
// serves as a validator of our own.
#include "net/get_cached.h"

#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "net/answer_error.h"
#include "net/freshness.h"
#include "net/retry.h"
#include "net/stored_answer.h"

namespace pipit::net {
namespace {

/// The digest of a content beside what is made of it.
class HashingReader final : public ContentReader {
 public:
  explicit HashingReader(std::unique_ptr<StreamEncoder> encoder) : encoder_(std::move(encoder)) {}
  void feed(std::string_view bytes) override {
    hash_.update(bytes);
    encoder_->feed(bytes);
  }
  std::string sha256() const { return base::hex(hash_.digest()); }
  Result<std::string> finish(const Response& response) { return encoder_->finish(response); }

 private:
  base::Sha256 hash_;
  std::unique_ptr<StreamEncoder> encoder_;
};

class CachedFetch : public std::enable_shared_from_this<CachedFetch> {
 public:
  using Done = std::function<void(Result<CachedAnswer>)>;
  CachedFetch(Client& client, cache::Store& store, CachedRequest request, Done done)
      : client_(client), store_(store), request_(std::move(request)), done_(std::move(done)) {}
  void begin(std::stop_token stop);

 private:
  void load();
  Exchange conditional() const;
  std::shared_ptr<ContentReader> reader_for(const Response& beginning);
  void on_answer(Result<Response> answer);
  void on_not_modified(const Response& response);
  void on_body(Response response);
  /// Serves the stored response in place of this failure, if it may be used; true if it was.
  bool serve_stale(const Error& error);
  void save(const Validators& validators, const base::Url& url, std::string_view content);
  base::SharedText saved(const Validators& validators, const base::Url& url, std::string content);
  void give(base::SharedText content, CacheOutcome outcome, const base::Url& url) {
    done_(CachedAnswer{true, 0, std::move(content), outcome, url});
  }

  Client& client_;
  cache::Store& store_;
  CachedRequest request_;
  Done done_;
  std::optional<StoredAnswer> stored_;
  std::shared_ptr<HashingReader> reader_;  // of a long content
};

/// With --refresh the entry is not even read; --offline overrides that, as there is nothing else to
/// use.
void CachedFetch::load() {
  if (request_.refresh == Refresh::reload && !client_.options().offline) return;
  const std::optional<base::SharedText> entry = store_.view(request_.bucket, request_.key);
  if (entry) stored_ = decode_stored(*entry);
  if (stored_ && request_.usable && !request_.usable(stored_->content.text)) stored_.reset();
}

Exchange CachedFetch::conditional() const {
  Exchange exchange = request_.exchange;
  if (request_.refresh == Refresh::reload)
    exchange.headers.push_back({"cache-control", "no-cache"});
  if (request_.refresh == Refresh::revalidate) {
    exchange.headers.push_back({"cache-control", "max-age=0"});
  }
  if (stored_) add_conditions(exchange.headers, stored_->validators);
  return exchange;
}

/// A reader of an attempt that failed is forgotten: the next one begins with another head.
std::shared_ptr<ContentReader> CachedFetch::reader_for(const Response& beginning) {
  std::unique_ptr<StreamEncoder> encoder = request_.stream(beginning);
  reader_ = encoder ? std::make_shared<HashingReader>(std::move(encoder)) : nullptr;
  return reader_;
}

void CachedFetch::begin(std::stop_token stop) {
  load();
  const bool offline = client_.options().offline;
  if (stored_) {
    const bool fresh = request_.refresh == Refresh::normal &&
                       judge(stored_->validators, base::now_seconds()) == Verdict::fresh;
    if (fresh || offline) return give(stored_->content, CacheOutcome::fresh_cache, stored_->url);
  }
  ReaderMaker reader;
  if (request_.stream)
    reader = [self = shared_from_this()](const Response& r) { return self->reader_for(r); };
  client_.fetch(
      conditional(), request_.max_body, std::move(stop),
      [self = shared_from_this()](Result<Response> answer) { self->on_answer(std::move(answer)); },
      std::move(reader));
}

/// A stored response may replace an unreachable or overloaded server, never one that refuses (401,
/// 403) or says that the page is gone: that is the server's current word.
void CachedFetch::on_answer(Result<Response> answer) {
  if (!answer) {
    if (answer.error().code == Code::network && serve_stale(answer.error())) return;
    return done_(fail(std::move(answer.error())));
  }
  const int status = answer->status;
  if (status == 304 && stored_) return on_not_modified(*answer);
  if (status == 404 || status == 410) {
    if (stored_) store_.remove(request_.bucket, request_.key);
    CachedAnswer absent;
    absent.url = answer->url;
    absent.status = status;
    return done_(std::move(absent));
  }
  if (status >= 200 && status <= 299) return on_body(std::move(*answer));
  Error error = status_error(answer->from, status, answer->headers);
  if (is_retryable_status(status) && serve_stale(error)) return;
  done_(fail(std::move(error)));
}

/// 304: the content is unchanged. Its new validators are written only if a later run would decide
/// otherwise by them, which saves a write for each page of a warm run.
void CachedFetch::on_not_modified(const Response& response) {
  const Validators& old = stored_->validators;
  const Validators now = renewed(old, response.headers, base::now_seconds());
  const bool matters =
      differ_in_use(old, now) || base::without_secrets(response.url) != stored_->url;
  if (matters) save(now, response.url, stored_->content.text);
  give(stored_->content, CacheOutcome::revalidated, response.url);
}

/// The content was sent again. An equal digest, from the same URL, saves parsing; after a redirect
/// elsewhere the same bytes may have links relative to another URL.
void CachedFetch::on_body(Response response) {
  // An attempt that was tried again may have left a reader, and the last one needed none.
  if (response.body.size() == response.length) reader_.reset();
  Validators validators = read_validators(response.headers, base::now_seconds());
  validators.body_sha256 = reader_ ? reader_->sha256() : base::sha256_hex(response.body);
  const bool same_place = stored_ && base::without_secrets(response.url) == stored_->url;
  if (same_place && stored_->validators.body_sha256 == validators.body_sha256) {
    if (differ_in_use(stored_->validators, validators))
      save(validators, response.url, stored_->content.text);
    return give(stored_->content, CacheOutcome::unchanged, response.url);
  }
  Result<std::string> encoded = reader_ ? reader_->finish(response) : request_.encode(response);
  reader_.reset();
  std::string().swap(response.body);  // may be a megabyte, which nobody needs any more
  if (!encoded) return done_(fail(std::move(encoded.error())));
  const base::SharedText content = saved(validators, response.url, std::move(*encoded));
  give(content, CacheOutcome::fetched, response.url);
}

bool CachedFetch::serve_stale(const Error& error) {
  if (!stored_) return false;
  base::Events& events = client_.events();
  events.warn(cat(client_.unreachable(request_.exchange.url), "; using cached answers"));
  events.note(error.message);
  give(stored_->content, CacheOutcome::fresh_cache, stored_->url);
  return true;
}

void CachedFetch::save(const Validators& validators, const base::Url& url,
                       std::string_view content) {
  if (validators.no_store) return store_.remove(request_.bucket, request_.key);
  if (store_.keeps(request_.bucket))
    store_.write(request_.bucket, request_.key, encode_stored(validators, url, content));
}

/// save(), and the content as it is kept on: a part of what is written, so that a large one is not
/// in memory once more while it is written.
base::SharedText CachedFetch::saved(const Validators& validators, const base::Url& url,
                                    std::string content) {
  if (validators.no_store || !store_.keeps(request_.bucket)) {
    save(validators, url, content);
    return base::SharedText(std::move(content));
  }
  const std::size_t size = content.size();
  const base::SharedText entry(encode_stored(validators, url, content));
  std::string().swap(content);
  store_.write(request_.bucket, request_.key, entry.text);
  return entry.part(entry.text.substr(entry.text.size() - size));
}

}  // namespace

void get_cached(Client& client, cache::Store& store, CachedRequest request, std::stop_token stop,
                std::function<void(Result<CachedAnswer>)> done) {
  std::make_shared<CachedFetch>(client, store, std::move(request), std::move(done))
      ->begin(std::move(stop));
}

}  // namespace pipit::net
