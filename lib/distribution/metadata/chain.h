// From a distribution file to its core metadata, cheapest way first.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/url.h"
#include "distribution/dist_state.h"
#include "distribution/metadata/scan.h"
#include "distribution/metadata/tail.h"
#include "distribution/source/jobs.h"
#include "distribution/wheel/unpack.h"
#include "net/stored_answer.h"

namespace pipit::distribution {

/// The most bytes of an encoded pep::Metadata in the cache.
inline constexpr std::uint64_t kMaxEncodedMetadata = 64u << 20;

/// One file's way through the chain. Whatever it waits for (an exchange, a job) keeps it alive, and
/// it fulfils DistState::metadata exactly once. Its functions run on pool threads and on the
/// network's, never two at a time, except that metadata found in a stream is parsed while the
/// stream goes on.
class MetadataChain : public std::enable_shared_from_this<MetadataChain> {
 public:
  using WantWheel = std::function<void(const index::FilePtr&,
                                       std::function<void(const Result<cache::WheelPtr>&)>)>;
  /// Returns at once. `want_wheel` fetches the whole wheel: the last resort.
  static void start(std::shared_ptr<DistState> context, index::FilePtr file,
                    const Job<FileKey>& job, WantWheel want_wheel);
  ~MetadataChain();

 private:
  struct Reading;  // the reader of one response

  MetadataChain(std::shared_ptr<DistState> context, index::FilePtr file, const Job<FileKey>& job,
                WantWheel want_wheel);
  void begin();
  bool recall_unhashed();
  void still_holds(const net::Validators& now);
  void begin_source();
  void read_local();
  void read_local_source(std::shared_ptr<archive::ByteSource> archive);
  void hand_over();
  void ask_sidecar();
  void got_sidecar(Result<net::Response> response);
  void read_sidecar(const net::Response& response);
  void ask_tail();
  void add_what_is_known(net::Exchange& exchange);
  void learn_validators(Reading& reading, const net::ResponseHead& head);
  void ask_piece(Tail::Missing missing);
  void ask_stream();
  void ask(std::string range);
  net::Sink sink_for(std::shared_ptr<Reading> reading);
  net::Flow on_head(Reading& reading, const net::ResponseHead& head);
  net::Flow on_range_head(Reading& reading, const net::ResponseHead& head);
  net::Flow begin_stream(Reading& reading, const net::ResponseHead& head);
  net::Flow on_data(Reading& reading, std::span<const std::uint8_t> bytes);
  net::Flow on_stream_data(Reading& reading, std::string_view bytes);
  net::Flow after_metadata(Reading& reading);
  void got_source_text(Reading& reading, std::string text);
  void on_done(std::shared_ptr<Reading> reading, Result<void> end);
  bool may_try_again(const Error& error);
  void range_done(Reading& reading, Result<void> end);
  void stream_done(std::shared_ptr<Reading> reading, Result<void> end);
  void keep_done(std::shared_ptr<Reading> reading, Result<void> end);
  void read_tail();
  void ask_wheel();
  void got_wheel(const Result<cache::WheelPtr>& wheel);
  void got_text(std::string text, bool in_stream);
  void finish(Result<pep::Metadata> metadata, bool store);
  void finish_error(Error error);
  void look_at_whole(Error error);
  void exchange_failed(Error error);
  void run(sched::Task job);
  std::string what() const;

  std::shared_ptr<DistState> context_;
  std::unique_ptr<JobMark> mark_;
  index::FilePtr file_;
  Job<FileKey> job_;
  std::string key_, shown_;  // key_: in the cache, and in DistState for confirm()
  sched::SharedPriorityPtr priority_;
  WantWheel want_wheel_;
  std::shared_ptr<SourceBuild> source_;  // for a source distribution
  base::Url url_;
  std::optional<Tail> tail_;
  // For a file without a hash on its page:
  std::optional<net::StoredAnswer> known_;  // what was stored, to be revalidated
  pep::Metadata known_metadata_;            // the same, decoded
  net::Validators validators_;              // of the response being read
  base::Url asked_;                         // where that response came from
  int pieces_ = 0;                          // ranges requested after the tail
  net::RangeGate::Turn turn_;               // to find out whether the server has ranges
  bool range_refused_ = false;  // what a plain GET says decides whether there are ranges
  int tries_left_ = 0;                      // how many broken connections are still tolerated
  bool whole_read_ = false;                 // the wheel itself, compared with its hash
  bool finished_ = false;
};

}  // namespace pipit::distribution
