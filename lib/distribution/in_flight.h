// Who asks first starts the work.
#pragma once
#include <memory>
#include <stop_token>
#include <string>

#include "distribution/dist_state.h"

namespace pipit::distribution {

/// Claims the metadata and, when that is news, starts what leads to it. The key in
/// DistState::metadata.
FileKey claim_metadata(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                       sched::Priority priority);
/// The same for the wheel, in DistState::wheels. `fresh`: what was unpacked in this run is not
/// taken.
WheelKey claim_wheel(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                     const Expected& expected, sched::Priority priority, bool fresh = false);
/// The same for a direct source, in DistState::directs.
DirectKey claim_direct(const std::shared_ptr<DistState>& context, const DirectReference& source,
                       sched::Priority priority);

/// Claims and waits, again when whoever had claimed it gave up.
Result<pep::MetadataPtr> await_metadata(const std::shared_ptr<DistState>& context,
                                        const index::FilePtr& file, std::stop_token stop);

}  // namespace pipit::distribution
