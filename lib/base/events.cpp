// Spans report their beginning and end to the sinks; the names of lanes; the steady clock.
#include "base/events.h"

#include <atomic>
#include <chrono>
#include <utility>

#include "base/text.h"

namespace pipit::base {

std::string_view lane_name(Lane lane) {
  switch (lane) {
    case Lane::page:
      return "page";
    case Lane::metadata:
      return "metadata";
    case Lane::fetch:
      return "fetch";
    case Lane::build:
      return "build";
    case Lane::disk:
      return "disk";
    case Lane::solve:
      return "solve";
    case Lane::command:
      return "command";
  }
  return "unknown";
}

std::int64_t now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::uint64_t thread_number() {
  static constinit std::atomic<std::uint64_t> next{1};
  thread_local const std::uint64_t mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

namespace {

std::uint64_t next_span_id() {
  static constinit std::atomic<std::uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

Span Events::span(Lane lane, std::string name) { return Span(*this, lane, std::move(name)); }

Span Events::build_span(SpanKind kind, std::string subject) {
  std::string name = cat(kind == SpanKind::build ? "build " : "prepare ", subject);
  return Span(*this, Lane::build, std::move(name), kind, std::move(subject));
}

Span::Span(Events& events, Lane lane, std::string name, SpanKind kind, std::string subject)
    : events_(&events) {
  record_.id = next_span_id();
  record_.lane = lane;
  record_.kind = kind;
  record_.subject = std::move(subject);
  record_.name = std::move(name);
  record_.outcome = "ok";
  record_.thread = thread_number();
  record_.start = now_us();
  events_->started(record_);
}

Span::Span(Span&& other) noexcept
    : events_(std::exchange(other.events_, nullptr)), record_(std::move(other.record_)) {}

Span::~Span() {
  if (!events_) return;
  record_.end = now_us();
  events_->finished(record_);
}

}  // namespace pipit::base
