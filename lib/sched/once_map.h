// In-flight de-duplication: a key's job runs once, everyone shares its result.
//
//   auto claim = pages.claim(name, priority);       // the scout and the solver both do this
//   if (claim.first) start_fetch(name);         // one of them only; it MUST lead to fulfil()
//   pages.then(name, [](const auto& page) {});  // continue on arrival: never blocks a thread
//   Result<Page> page = pages.wait(name, stop); // or wait
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "sched/shared_priority.h"
#include "sched/wait_graph.h"

namespace pipit::sched {

/// V must be cheap to copy (a shared_ptr, a small struct). Results, errors included, stay for the
/// map's life. Code::cancelled is the exception: it is never shared but frees the key. The next to
/// claim it is `first` again, and continuations stay for that claim's result. All callers of wait()
/// wake up with Code::cancelled; those that were not stopped themselves should claim again (get()
/// does so: the quickest of them runs the job, the others wait for it).
template <class Key, class V>
class OnceMap {
 public:
  using Value = Result<V>;
  using Callback = std::function<void(const Value&)>;
  explicit OnceMap(WaitGraph& graph) : graph_(graph) {}

  struct Claim {
    bool first = false;            // the caller must run the job and call fulfil()
    SharedPriorityPtr priority;    // shared by all that want this key
    WaitGraph::Job job = nullptr;  // for WaitGraph::Working around the job
  };
  /// Registers interest; raises the priority.
  Claim claim(const Key& key, Priority priority);
  /// Sets the job's result. Runs the continuations on the calling thread, outside the lock.
  void fulfil(const Key& key, Value value);
  /// Runs `fn` when the value is there: at once (on this thread) if it already is. The key must
  /// have been claimed.
  void then(const Key& key, Callback fn);
  /// The value if it is there already.
  std::optional<Value> peek(const Key& key) const;
  /// Waits for a claimed key and raises its priority to blocking. Code::cancelled when `stop` is
  /// requested first (the job goes on) or when nobody runs the job (any more), Code::cycle when the
  /// wait would close a cycle.
  Value wait(const Key& key, std::stop_token stop);
  /// claim(); if first, `run()` on this thread and fulfil(); else wait(). For jobs that the
  /// caller's thread runs. Messages about a cycle call the job `name`. Code::cancelled only by
  /// `stop` or by `run` itself.
  template <class Run>
  Value get(const Key& key, std::string_view name, std::stop_token stop, Run run);

 private:
  struct Entry {
    SharedPriorityPtr priority;
    std::optional<Value> value;
    std::vector<Callback> callbacks;
    bool running = false;  // claimed, not yet fulfilled
    unsigned round = 0;    // grows when a job was cancelled
  };
  Entry& entry_for(const Key& key, Priority priority) PIPIT_REQUIRES(mu_);
  /// The second half of wait(), when the wait is in the graph.
  Value await(Entry& entry, std::stop_token stop);
  WaitGraph& graph_;
  mutable base::Mutex mu_;
  base::Condition changed_;
  std::map<Key, std::unique_ptr<Entry>> entries_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::sched

#include "sched/once_map_impl.h"
