// Who waits for whom: a wait that would never end is an error that names the cycle.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace pipit::sched {

/// Covers all OnceMaps that share it. A thread that works on a job and waits for another one, or
/// begins another one before it is done, adds an edge; a wait that would close a cycle is refused.
/// Any thread; outlives the maps.
class WaitGraph {
 public:
  using Job = const void*;
  WaitGraph();
  ~WaitGraph();
  /// Marks the calling thread (until the scope ends) as working on `job`, which messages call
  /// `name`.
  class Working {
   public:
    Working(WaitGraph& graph, Job job, std::string name);
    ~Working();
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;

   private:
    WaitGraph& graph_;
    Job job_, previous_;
  };
  /// Code::cycle, naming the jobs of the cycle, when the job this thread works on is (indirectly)
  /// awaited by `job`.
  Result<void> begin_wait(Job job);
  void end_wait(Job job);
  /// What the calling thread works on; null when nothing.
  Job current() const;
  /// All jobs that wait for `job`, directly or through others.
  std::vector<Job> waiting_for(Job job) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  friend class Working;
};

}  // namespace pipit::sched
