// A source distribution's bytes while its metadata is read out of them: kept as an archive when a
// build turns out to want them, so that nothing is fetched twice.
#pragma once
#include <memory>
#include <string_view>

#include "base/result.h"
#include "distribution/dist_state.h"
#include "distribution/source/archive_file.h"
#include "net/transport.h"

namespace pipit::distribution {

/// One answer that may become the archive of a file. While it lives it holds the claim on that
/// archive in DistState::archives, which is fulfilled once: with the archive, or as cancelled, upon
/// which whoever wants the archive fetches it. Used by one thread at a time.
class SourceStream {
 public:
  /// Null when somebody else has claimed the archive, or nothing can be written. `head`: of the
  /// answer, whose validators go with the archive.
  static std::unique_ptr<SourceStream> begin(DistState& state, const FileKey& key,
                                             const ArchiveSpec& spec,
                                             const net::ResponseHead& head);
  ~SourceStream();
  SourceStream(const SourceStream&) = delete;
  SourceStream& operator=(const SourceStream&) = delete;

  /// The next bytes; what cannot be written ends it.
  void feed(std::string_view bytes);
  /// From here on the archive is wanted for itself.
  void keep() { is_kept_ = true; }
  /// Whether its bytes are still wanted when the metadata is out.
  bool is_kept() const { return is_kept_ && spool_; }
  /// What came is not kept.
  void drop();
  /// The end of the answer. `complete`: all its bytes came and were good. Broken ones that are to
  /// be kept are left for the next who wants the archive to go on with.
  void finish(bool complete, bool broken);

 private:
  SourceStream(DistState& state, const FileKey& key, std::unique_ptr<ArchiveSpool> spool);

  DistState& state_;
  FileKey key_;
  std::unique_ptr<ArchiveSpool> spool_;  // null: the claim is fulfilled
  bool is_kept_ = false;
};

}  // namespace pipit::distribution
