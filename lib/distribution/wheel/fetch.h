// Gets a wheel into the cache: found there, unpacked from a local file, or downloaded in one pass.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "base/url.h"
#include "distribution/dist_state.h"
#include "distribution/expected_hashes.h"
#include "distribution/wheel/partial.h"
#include "distribution/wheel/unpack.h"
#include "net/stored_answer.h"
#include "sched/bytes_pipe.h"

namespace pipit::distribution {

/// One wheel's way into the cache. Fulfils DistState::wheels exactly once. Looks into the cache on
/// the disk lane; a download holds a thread of the fetch lane, and one of the download permits,
/// from its first byte to its last.
class WheelFetch : public std::enable_shared_from_this<WheelFetch> {
 public:
  /// Returns at once. `unless` gives it up, as long as nobody wants it for certain.
  static void start(std::shared_ptr<DistState> context, index::FilePtr file, WheelKey key,
                    sched::SharedPriorityPtr priority, const std::stop_token& unless);
  ~WheelFetch();

 private:
  struct Download;  // one exchange, as both ends of the pipe see it

  WheelFetch(std::shared_ptr<DistState> context, index::FilePtr file, WheelKey key,
             sched::SharedPriorityPtr priority);
  void give_up_on(const std::stop_token& unless);
  void begin();
  std::string remembered();
  void remember(const std::string& sha256);
  void take_cached(cache::WheelPtr wheel);
  void join(StreamedUnpack& streaming);
  void unpack_local();
  void download();
  Result<Unpacker::Published> download_and_unpack();
  Result<void> receive();
  Result<std::shared_ptr<Download>> open_exchange();
  Result<void> check_head(const net::ResponseHead& head);
  Result<net::ResponseHead> wait_for_head(Download& download);
  Result<void> drain(Download& download);
  Result<void> restart(bool spooled);
  Result<void> restart_from_nothing(bool spooled);
  Result<void> feed_kept();
  Result<Unpacker::Published> exchange_and_publish();
  Result<bool> may_try_again(const Error& error);
  Result<void> check_same_metadata(const pep::Metadata& metadata) const;
  Result<void> check_cached(const cache::Wheel& wheel) const;
  Error explained(Error error) const;
  void done(Result<Unpacker::Published> published);
  void finish(Result<cache::WheelPtr> wheel);
  void run(base::Lane lane, void (WheelFetch::*step)());
  Result<ExpectedHashes> expected_hashes() const;

  std::shared_ptr<DistState> context_;
  JobMark mark_;
  index::FilePtr file_;
  WheelKey key_;
  std::string shown_;
  sched::SharedPriorityPtr priority_;
  std::stop_source stop_;  // this fetch's: the database's, or its own
  std::optional<std::stop_callback<std::function<void()>>> on_end_, on_unless_;
  base::Url url_;
  std::unique_ptr<Unpacker> unpacker_;
  std::optional<Partial> partial_;          // of a download
  bool from_before_ = false;                // some bytes are from an earlier run
  std::optional<net::StoredAnswer> known_;  // of an unhashed file whose wheel is in the cache
  cache::WheelPtr known_wheel_;             // that wheel
  bool not_modified_ = false;               // it is still valid
  net::Validators validators_;              // of the response being read
  net::ResponseHead head_;                  // of the last response that began a file
  std::string validator_;  // strong ETag or Last-Modified of the response being read, for If-Range
  std::optional<base::Span> span_;
  int tries_left_ = 0;
  bool spooled_ = false;
  bool body_begun_ = false;  // before that the client retries
  bool finished_ = false;
};

}  // namespace pipit::distribution
