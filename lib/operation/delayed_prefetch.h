// Work that needs no target: what the user named is needed by whatever Python it turns out to be.
#pragma once
#include <thread>

#include "operation/inputs.h"
#include "operation/session.h"
#include "resolve/problem.h"

namespace pipit::operation {

/// Opens connections and asks for the pages of what the user named, before it is known which Python
/// it is for: that may take a while to find out.
void prefetch_pages(Session& session, const Inputs& inputs);

/// Asks for the pages of the roots that are not installed: when it is known what is.
void prefetch_missing(Session& session, const resolve::Problem& request);

/// prefetch_pages() on a thread of its own, if this object lives longer than a few milliseconds: an
/// interpreter whose facts are known is found sooner than that, and then what is installed may show
/// that no page is needed at all.
class DelayedPrefetch {
 public:
  /// Both outlive it.
  DelayedPrefetch(Session& session, const Inputs& inputs);

 private:
  std::jthread thread_;  // stopped and joined with us
};

}  // namespace pipit::operation
