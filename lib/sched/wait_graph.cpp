// Deadlocks as errors. The vertices are jobs; an edge A -> B says that A cannot go on before B is
// done: a thread working on A waits for B, or has put A aside to run B itself. Before an edge is
// added we walk from B: if A can be reached, the edge would close a cycle, and the wait is refused
// with the cycle's names. All this is under one lock, so of two waits that would close it together
// the second sees the first. Graphs have as many edges as threads wait, a few dozen; a plain walk
// is enough.
//
// A thread that works on no job (the solver's) adds no edges: nobody can wait for it.
#include "sched/wait_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace pipit::sched {

using base::Lock;

struct WaitGraph::State {
  base::Mutex mu;
  std::map<std::thread::id, Job> current PIPIT_GUARDED_BY(mu);
  std::multimap<Job, Job> edges PIPIT_GUARDED_BY(mu);
  std::map<Job, std::string> names PIPIT_GUARDED_BY(mu);

  Job job_of_this_thread() PIPIT_REQUIRES(mu) {
    const auto found = current.find(std::this_thread::get_id());
    return found == current.end() ? nullptr : found->second;
  }

  void set_job_of_this_thread(Job job) PIPIT_REQUIRES(mu) {
    if (job)
      current[std::this_thread::get_id()] = job;
    else
      current.erase(std::this_thread::get_id());
  }

  void remove_edge(Job from, Job to) PIPIT_REQUIRES(mu) {
    const auto [first, last] = edges.equal_range(from);
    const auto found =
        std::find_if(first, last, [to](const auto& edge) { return edge.second == to; });
    if (found != last) edges.erase(found);
  }

  /// Whether `to` can be reached; `path` then holds the jobs from `from` to `to`, both included.
  bool find_path(Job from, Job to, std::set<Job>& seen, std::vector<Job>& path) PIPIT_REQUIRES(mu) {
    path.push_back(from);
    if (from == to) return true;
    if (seen.insert(from).second) {
      const auto [first, last] = edges.equal_range(from);
      for (auto edge = first; edge != last; ++edge) {
        if (find_path(edge->second, to, seen, path)) return true;
      }
    }
    path.pop_back();
    return false;
  }

  std::string describe_cycle(Job start, const std::vector<Job>& path) PIPIT_REQUIRES(mu) {
    std::string out = names[start];
    for (std::size_t i = 0; i < path.size(); ++i) {
      out.append(i == 0 ? " needs " : ", which needs ").append(names[path[i]]);
    }
    return out;
  }
};

WaitGraph::WaitGraph() : state_(std::make_unique<State>()) {}
WaitGraph::~WaitGraph() = default;

WaitGraph::Working::Working(WaitGraph& graph, Job job, std::string name)
    : graph_(graph), job_(job) {
  State& state = *graph_.state_;
  Lock lock(state.mu);
  previous_ = state.job_of_this_thread();
  state.set_job_of_this_thread(job_);
  state.names[job_] = std::move(name);
  if (previous_ && previous_ != job_) state.edges.emplace(previous_, job_);
}

WaitGraph::Working::~Working() {
  State& state = *graph_.state_;
  Lock lock(state.mu);
  if (previous_ && previous_ != job_) state.remove_edge(previous_, job_);
  state.set_job_of_this_thread(previous_);
}

Result<void> WaitGraph::begin_wait(Job job) {
  Lock lock(state_->mu);
  const Job mine = state_->job_of_this_thread();
  if (!mine) return {};
  std::set<Job> seen;
  std::vector<Job> path;
  if (state_->find_path(job, mine, seen, path)) {
    return fail(Code::cycle, state_->describe_cycle(mine, path));
  }
  state_->edges.emplace(mine, job);
  return {};
}

void WaitGraph::end_wait(Job job) {
  Lock lock(state_->mu);
  if (const Job mine = state_->job_of_this_thread()) state_->remove_edge(mine, job);
}

WaitGraph::Job WaitGraph::current() const {
  Lock lock(state_->mu);
  return state_->job_of_this_thread();
}

std::vector<WaitGraph::Job> WaitGraph::waiting_for(Job job) const {
  Lock lock(state_->mu);
  std::vector<Job> found{job};
  for (std::size_t at = 0; at < found.size(); ++at) {
    for (const auto& [from, to] : state_->edges)
      if (to == found[at] && std::find(found.begin(), found.end(), from) == found.end())
        found.push_back(from);
  }
  found.erase(found.begin());
  return found;
}

}  // namespace pipit::sched
