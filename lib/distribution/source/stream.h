// A source distribution's bytes while its metadata is read from them: kept as an archive when a
// build turns out to need them, so that nothing is fetched twice.
#pragma once
#include <memory>
#include <string_view>

#include "base/result.h"
#include "distribution/dist_state.h"
#include "distribution/source/archive_file.h"
#include "net/transport.h"

namespace pipit::distribution {

/// One response that may become a file's archive. While it lives it holds the claim on that archive
/// in DistState::archives. The claim is fulfilled once: with the archive, or as cancelled, and then
/// the next one to want the archive fetches it. Used by one thread at a time.
class SourceStream {
 public:
  /// Null when the archive is already claimed, or nothing can be written. `head`: the response's,
  /// whose validators are kept with the archive.
  static std::unique_ptr<SourceStream> begin(DistState& state, const FileKey& key,
                                             const ArchiveSpec& spec,
                                             const net::ResponseHead& head);
  ~SourceStream();
  SourceStream(const SourceStream&) = delete;
  SourceStream& operator=(const SourceStream&) = delete;

  /// The next bytes; a failure to write ends it.
  void feed(std::string_view bytes);
  /// From here on the archive itself is wanted.
  void keep() { is_kept_ = true; }
  /// Whether its bytes are still wanted after the metadata was found.
  bool is_kept() const { return is_kept_ && spool_; }
  /// Drops what has arrived.
  void drop();
  /// The end of the response. `complete`: all its bytes came and were good. A `broken` one that is
  /// wanted is left for the next one who wants the archive to resume.
  void finish(bool complete, bool broken);

 private:
  SourceStream(DistState& state, const FileKey& key, std::unique_ptr<ArchiveSpool> spool);

  DistState& state_;
  FileKey key_;
  std::unique_ptr<ArchiveSpool> spool_;  // null: the claim is fulfilled
  bool is_kept_ = false;
};

}  // namespace pipit::distribution
