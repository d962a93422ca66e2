// The work of sources, each on a thread of its own.
#pragma once
#include <memory>
#include <string>

#include "distribution/dist_state.h"
#include "distribution/source/build.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {

/// A claimed key of a OnceMap: who holds it must lead to fulfil().
template <class Key>
struct Job {
  Key key;
  sched::WaitGraph::Job job = nullptr;
  sched::SharedPriorityPtr priority;
};

/// What is known of the source behind a file of kind sdist.
std::shared_ptr<SourceBuild> source_of_file(const std::shared_ptr<DistState>& context,
                                            const index::FilePtr& file);
/// Fulfils DistState::metadata. A speculative job waits until somebody needs it when this run has
/// already built something of that project on speculation: a resolver that goes back through
/// versions is not to build them all beforehand.
void start_source_metadata(const std::shared_ptr<DistState>& context,
                           std::shared_ptr<SourceBuild> source, const Job<FileKey>& job);
/// Fulfils DistState::wheels, after the metadata is known and the content is what is expected.
void start_source_wheel(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                        const Job<WheelKey>& job);
/// Fulfils DistState::directs and, of a source that is no wheel, DistState::metadata.
void start_direct(const std::shared_ptr<DistState>& context, const DirectReference& source,
                  const Job<DirectKey>& job);

}  // namespace pipit::distribution
