// Conditional requests: net judges freshness, the caller decides what is worth keeping. The
// caller's encoding of the content is stored with the validators, never the raw page.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/shared_text.h"
#include "cache/store.h"
#include "net/client.h"

namespace pipit::net {

/// How far a stored response may be used without a request.
enum class Refresh {
  normal,      // no request within max-age, else a conditional one
  revalidate,  // always a conditional request (--upgrade)
  reload,      // an unconditional request, nothing stored is used (--refresh)
};

/// Turns a long content into what CachedRequest::encode would make of it, while it arrives.
class StreamEncoder : public ContentReader {
 public:
  /// To be called once, after the last bytes.
  virtual Result<std::string> finish(const Response& response) = 0;
};

struct CachedRequest {
  Exchange exchange;
  cache::Bucket bucket = cache::Bucket::index;
  std::string key;
  Refresh refresh = Refresh::normal;
  std::uint64_t max_body = 128u << 20;
  /// Turns a response into the content to store and to return. Runs as a pool job. Its error
  /// becomes the request's error, and nothing is stored.
  std::function<Result<std::string>(const Response&)> encode;
  /// May be unset, and may give null: `encode` then gets the whole (net::ReaderMaker).
  std::function<std::unique_ptr<StreamEncoder>(const Response& beginning)> stream;
  /// Whether this version can still read the stored content (a quick look, not a parse).
  std::function<bool(std::string_view)> usable;
};

enum class CacheOutcome {
  fresh_cache,
  revalidated,
  unchanged,  // sent whole again, with an equal body
  fetched,
};

struct CachedAnswer {
  bool found = false;        // false: 404, 410 (remembered only for this run)
  int status = 0;            // which of the two
  base::SharedText content;  // encoded; empty when not found
  CacheOutcome outcome = CacheOutcome::fetched;
  base::Url url;  // where the response came from, after redirects
};

/// `done` runs as a pool job of the exchange's lane, or at once on the calling thread for a fresh
/// stored response. With --offline any stored response is used, and Code::offline says that there
/// is none. When the network is gone, a stored response is used, with one warning.
void get_cached(Client& client, cache::Store& store, CachedRequest request, std::stop_token stop,
                std::function<void(Result<CachedAnswer>)> done);

}  // namespace pipit::net
