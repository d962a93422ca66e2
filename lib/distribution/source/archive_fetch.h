// Fetches one source archive by HTTP, in as many exchanges as it takes.
#pragma once
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/url.h"
#include "distribution/dist_state.h"
#include "distribution/source/archive_file.h"

namespace pipit::distribution {

struct ArchiveRequest {
  base::Url url;
  ArchiveSpec spec;
  sched::SharedPriorityPtr priority;
  const net::Validators* known = nullptr;  // of the stored archive, for a conditional request
  bool reload = false;                     // bypasses caches on the way (--refresh)
};

struct ArchiveAnswer {
  ArchivePtr archive;          // null: the stored archive is still valid (304)
  net::Validators validators;  // of this response
};

/// Waits for the response on the calling thread, holding a download permit. A connection that
/// breaks is resumed where it broke. `begun`: bytes of a response that broke before.
/// Code::http_status for anything but 200, 206 and 304; errors of the spec.
Result<ArchiveAnswer> fetch_archive(DistState& context, ArchiveRequest request,
                                    std::unique_ptr<ArchiveSpool> begun, std::stop_token stop);

}  // namespace pipit::distribution
