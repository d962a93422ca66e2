// Shared work in flight: the first caller starts it.
#pragma once
#include <memory>
#include <stop_token>
#include <string>

#include "distribution/dist_state.h"

namespace pipit::distribution {

/// Claims the metadata and starts the work that leads to it if the claim is the first. Returns the
/// key in DistState::metadata.
FileKey claim_metadata(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                       sched::Priority priority);
/// The same for the wheel, in DistState::wheels. `fresh`: does not accept what was unpacked in this
/// run. `unless` gives up what this claim starts, as long as nobody wants it for certain.
WheelKey claim_wheel(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                     const Expected& expected, sched::Priority priority, bool fresh = false,
                     const std::stop_token& unless = {});
/// The same for a direct reference, in DistState::directs.
DirectKey claim_direct(const std::shared_ptr<DistState>& context, const DirectReference& source,
                       sched::Priority priority);

/// Claims and waits; claims again when the job it waited for was given up.
Result<pep::MetadataPtr> await_metadata(const std::shared_ptr<DistState>& context,
                                        const index::FilePtr& file, std::stop_token stop);

}  // namespace pipit::distribution
