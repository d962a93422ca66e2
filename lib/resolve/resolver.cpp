#include "resolve/resolver.h"

#include "base/text.h"
#include "resolve/collect.h"
#include "resolve/fork.h"

namespace pipit::resolve {
namespace {

Result<Resolution> solve_for_target(Sources& sources) {
  Fork fork(sources);
  PIPIT_TRY(const solve::Solved solved, fork.run());
  Resolution out;
  PIPIT_TRY(out.chosen, collect(sources, solved));
  out.steps = fork.counts().decisions;
  out.conflicts = fork.counts().conflicts;
  return out;
}

}  // namespace

Result<Resolution> solve(const Request& request, index::Catalog& catalog, dist::Database& dists,
                         base::Events& events, std::stop_token stop) {
  auto span = events.span(base::Lane::solve, "solve");
  Sources sources(request, catalog, dists, events, std::move(stop));
  if (request.prefetch && !request.no_deps) sources.send_scout();
  auto answer = solve_for_target(sources);
  span.set_outcome(answer
                       ? cat(answer->chosen.size(), " packages, ", answer->conflicts, " conflicts")
                       : "error");
  return answer;
}

}  // namespace pipit::resolve
