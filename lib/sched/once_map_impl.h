// The bodies of OnceMap's members; only once_map.h includes it.
//
// Entries are never removed, so a reference to one stays valid outside the lock, and a value never
// changes once it is set. The lock covers the map and the entries' other fields; it is never held
// while a continuation or a job runs.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "sched/once_map.h"
#include "sched/wait_graph.h"

namespace pipit::sched {

template <class Key, class V>
typename OnceMap<Key, V>::Entry& OnceMap<Key, V>::entry_for(const Key& key, Priority priority) {
  std::unique_ptr<Entry>& entry = entries_[key];
  if (!entry) {
    entry = std::make_unique<Entry>();
    entry->priority = make_priority(priority);
  }
  entry->priority->raise(priority);
  return *entry;
}

template <class Key, class V>
typename OnceMap<Key, V>::Claim OnceMap<Key, V>::claim(const Key& key, Priority priority) {
  base::Lock lock(mu_);
  Entry& entry = entry_for(key, priority);
  const bool first = !entry.value && !entry.running;
  if (first) entry.running = true;
  return Claim{first, entry.priority, &entry};
}

template <class Key, class V>
void OnceMap<Key, V>::fulfil(const Key& key, Value value) {
  std::vector<Callback> callbacks;
  const Value* settled = nullptr;
  {
    base::Lock lock(mu_);
    Entry& entry = entry_for(key, Priority::speculative);
    entry.running = false;
    if (!value && value.error().code == Code::cancelled) {
      ++entry.round;
    } else if (!entry.value) {  // the first result holds
      entry.value = std::move(value);
      settled = &*entry.value;
      callbacks.swap(entry.callbacks);
    }
    changed_.notify_all();
  }
  for (const Callback& callback : callbacks) callback(*settled);
}

template <class Key, class V>
void OnceMap<Key, V>::then(const Key& key, Callback fn) {
  const Value* settled = nullptr;
  {
    base::Lock lock(mu_);
    Entry& entry = entry_for(key, Priority::speculative);
    if (!entry.value) {
      entry.callbacks.push_back(std::move(fn));
      return;
    }
    settled = &*entry.value;
  }
  fn(*settled);
}

template <class Key, class V>
std::optional<typename OnceMap<Key, V>::Value> OnceMap<Key, V>::peek(const Key& key) const {
  base::Lock lock(mu_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return found->second->value;
}

template <class Key, class V>
typename OnceMap<Key, V>::Value OnceMap<Key, V>::wait(const Key& key, std::stop_token stop) {
  Entry* entry = nullptr;
  {
    base::Lock lock(mu_);
    entry = &entry_for(key, Priority::blocking);
    if (entry->value) return *entry->value;
  }
  PIPIT_TRY(graph_.begin_wait(entry));
  Value value = await(*entry, std::move(stop));
  graph_.end_wait(entry);
  return value;
}

template <class Key, class V>
typename OnceMap<Key, V>::Value OnceMap<Key, V>::await(Entry& entry, std::stop_token stop) {
  base::Lock lock(mu_);
  const unsigned round = entry.round;
  changed_.wait(mu_, std::move(stop), [&]() PIPIT_REQUIRES(mu_) {
    return entry.value || !entry.running || entry.round != round;
  });
  if (entry.value) return *entry.value;
  return fail_cancelled();
}

template <class Key, class V>
template <class Run>
typename OnceMap<Key, V>::Value OnceMap<Key, V>::get(const Key& key, std::string_view name,
                                                     std::stop_token stop, Run run) {
  while (true) {
    const Claim mine = claim(key, Priority::blocking);
    if (mine.first) {
      Value value = [&]() -> Value {
        const WaitGraph::Working working(graph_, mine.job, std::string(name));
        return run();
      }();
      fulfil(key, value);
      return value;
    }
    Value value = wait(key, stop);
    const bool cancelled = !value && value.error().code == Code::cancelled;
    if (!cancelled || stop.stop_requested()) return value;
  }
}

}  // namespace pipit::sched
