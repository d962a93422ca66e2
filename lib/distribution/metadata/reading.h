// One answer on its way through a MetadataChain.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "distribution/metadata/chain.h"
#include "net/content_range.h"

namespace pipit::distribution {

struct MetadataChain::Reading {
  enum class As { undecided, range, stream, nothing };
  As as = As::undecided;
  bool asked_range = false;
  int status = 0;
  net::Validators validators;
  std::uint64_t length = 0;  // of the whole answer, 0: unknown
  std::uint64_t received = 0;
  net::ContentRange range;
  std::string body;                           // of a range
  std::unique_ptr<MetadataScan> scan;         // a stream that is only looked at
  std::unique_ptr<Unpacker> unpacker;         // a stream that is kept
  std::shared_ptr<StreamedUnpack> streaming;  // with `unpacker`
  std::unique_ptr<ArchiveSpool> archive;      // a source's stream that may have to be kept
  bool keep_archive = false;                  // it has to
  sched::OnceMap<FileKey, ArchivePtr>* archives = nullptr;  // with `archive`: who waits for it
  FileKey archive_key;
  bool broken = false;         // the archive broke a rule after METADATA was out
  bool delivered = false;      // METADATA was found and handed on
  std::optional<Error> error;  // of what was read

  ~Reading() {
    if (archive) archives->fulfil(archive_key, fail_cancelled());
    if (streaming) streaming->finish(nullptr);  // nobody is to wait for a stream that is gone
  }
};

}  // namespace pipit::distribution
