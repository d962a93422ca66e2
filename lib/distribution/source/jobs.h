// The jobs of sources, each on a thread of its own.
#pragma once
#include <memory>
#include <string>

#include "distribution/dist_state.h"
#include "distribution/source/build.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {

/// A claimed key of a OnceMap: its holder must lead to fulfil().
template <class Key>
struct Job {
  Key key;
  sched::WaitGraph::Job job = nullptr;
  sched::SharedPriorityPtr priority;
};

/// The shared state of the source behind a file of kind sdist.
std::shared_ptr<SourceBuild> source_of_file(const std::shared_ptr<DistState>& context,
                                            const index::FilePtr& file);
/// Fulfils DistState::metadata. If this run has already built this project on speculation, a
/// speculative job waits until the result is needed: a resolver that backtracks through versions
/// must not get them all built in advance.
void start_source_metadata(const std::shared_ptr<DistState>& context,
                           std::shared_ptr<SourceBuild> source, const Job<FileKey>& job);
/// Fulfils DistState::wheels, once the metadata is known and the content is as expected.
void start_source_wheel(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                        const Job<WheelKey>& job);
/// Fulfils DistState::directs and, for a source that is not a wheel, DistState::metadata.
void start_direct(const std::shared_ptr<DistState>& context, const DirectReference& source,
                  const Job<DirectKey>& job);

}  // namespace pipit::distribution
