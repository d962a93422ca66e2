// Conditional GET: net judges freshness, the caller decides what is worth keeping. What is stored
// is the caller's encoding of the body, with the validators; never the raw page.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "cache/store.h"
#include "net/client.h"

namespace pipit::net {

/// How far a stored answer may be used without asking.
enum class Refresh {
  normal,      // within max-age no request; else revalidated
  revalidate,  // always asked, validators sent (--upgrade)
  reload,      // stored answers are not even used for validators (--refresh)
};

struct CachedRequest {
  Exchange exchange;
  cache::Bucket bucket = cache::Bucket::index;
  std::string key;
  Refresh refresh = Refresh::normal;
  std::uint64_t max_body = 128u << 20;
  /// Body -> what is stored and given back. Runs as a pool job. An error is the request's error;
  /// nothing is stored then.
  std::function<Result<std::string>(const Response&)> encode;
  /// Whether stored content can still be read by this version (a quick look, not a parse).
  std::function<bool(std::string_view)> usable;
};

enum class CacheOutcome {
  fresh_cache,
  revalidated,
  unchanged,  // no validators, but an equal body
  fetched,
};

struct CachedAnswer {
  bool found = false;                          // false: 404, 410 (remembered only for this run)
  std::shared_ptr<const std::string> content;  // encoded; null when not found
  CacheOutcome outcome = CacheOutcome::fetched;
  base::Url url;  // where it came from, after redirects
};

/// `done` runs as a pool job of the exchange's lane (or at once on the calling thread for a fresh
/// stored answer).
/// --offline: any stored answer is good; none is Code::offline. Network gone and a stored answer
/// there: used, with one warning.
void get_cached(Client& client, cache::Store& store, CachedRequest request, std::stop_token stop,
                std::function<void(Result<CachedAnswer>)> done);

}  // namespace pipit::net
