// A page is requested once per run, by the first who wants it: the resolution later finds what
// starts here.
#include "operation/prefetch.h"

#include <utility>

namespace pipit::operation {

void prefetch_pages(Session& session, const Inputs& inputs) {
  session.catalog.preconnect();
  for (const resolve::UserRequirement& wanted : inputs.roots)
    if (!wanted.source && wanted.requirement.marker.is_true())
      session.catalog.request(wanted.requirement.name, sched::Priority::soon);
}

void prefetch_missing(Session& session, const Inputs& inputs,
                      const std::vector<env::Installed>& installed) {
  bool is_connected = false;
  for (const resolve::UserRequirement& wanted : inputs.roots) {
    if (wanted.source || !wanted.requirement.marker.is_true()) continue;
    const env::Installed* there = env::find_installed(installed, wanted.requirement.name);
    if (there && there->version && wanted.requirement.specifier.contains(*there->version)) continue;
    if (!std::exchange(is_connected, true)) session.catalog.preconnect();
    session.catalog.request(wanted.requirement.name, sched::Priority::soon);
  }
}

}  // namespace pipit::operation
