// A page is requested once per run, by the first who wants it: the resolution later finds what
// starts here.
#include "operation/delayed_prefetch.h"

#include <chrono>

#include "base/stop.h"
#include "base/thread.h"

namespace pipit::operation {
namespace {

constexpr std::chrono::milliseconds kDelay{5};

}  // namespace

void prefetch_pages(Session& session, const Inputs& inputs) {
  session.catalog.preconnect();
  for (const resolve::UserRequirement& wanted : inputs.roots)
    if (!wanted.source && wanted.requirement.marker.is_true())
      session.catalog.request(wanted.requirement.name, sched::Priority::soon);
}

void prefetch_missing(Session& session, const resolve::Problem& request) {
  for (const resolve::UserRequirement& wanted : request.roots)
    if (!wanted.source && !request.present.contains(wanted.requirement.name))
      session.catalog.request(wanted.requirement.name, sched::Priority::soon);
}

DelayedPrefetch::DelayedPrefetch(Session& session, const Inputs& inputs) {
  session.catalog.preconnect();
  // Without a thread the pages are asked for a little later.
  (void)base::start_thread(thread_, [&session, &inputs](std::stop_token stop) {
    if (base::pause(kDelay, stop)) prefetch_pages(session, inputs);
  });
}

}  // namespace pipit::operation
