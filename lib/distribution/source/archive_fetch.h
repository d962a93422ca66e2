// One source archive by HTTP, in as many exchanges as it takes.
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
  const net::Validators* known = nullptr;  // of what is there already: asked whether it still holds
  bool reload = false;                     // caches on the way are to be passed by (--refresh)
};

struct ArchiveAnswer {
  ArchivePtr archive;          // null: what is there already still holds (304)
  net::Validators validators;  // of this answer
};

/// Waits for the answer, on the calling thread, holding a download permit. A connection that breaks
/// is gone on with where it broke. `begun`: bytes of an answer that broke before. Code::http_status
/// for anything but 200, 206 and 304; errors of the spec.
Result<ArchiveAnswer> fetch_archive(DistState& context, ArchiveRequest request,
                                    std::unique_ptr<ArchiveSpool> begun, std::stop_token stop);

}  // namespace pipit::distribution
