// What happens while pipit works. Every job reports to the one Events object that it was given;
// progress lines, the trace and the tests' accounting are its sinks. There are no globals and no
// logger.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace pipit::base {

enum class Lane : std::uint8_t { page, metadata, fetch, build, disk, solve, command };
std::string_view lane_name(Lane lane);

/// What a job is, for sinks that show some kinds in a special way.
enum class SpanKind : std::uint8_t {
  other,
  build,    // of a wheel, hooks and all; named "build <subject>"
  prepare,  // of metadata, by a hook; named "prepare <subject>"
  git,      // a program that speaks to a repository
};

/// One job from its start to its end. Times are microseconds of the steady clock.
struct SpanRecord {
  std::uint64_t id = 0;  // of this span alone; moves with it
  Lane lane = Lane::command;
  SpanKind kind = SpanKind::other;
  std::string subject;  // of a build or a preparation: "demo==1.0"
  /// For people: "GET page requests", "unpack black-26.1.0-py3-none-any.whl". No credentials.
  std::string name;
  std::string outcome;  // "ok", "304", "error: …"
  std::int64_t start = 0, end = 0;
  std::uint64_t bytes = 0;
  std::uint64_t thread = 0;  // small number, one per thread
};

class Meter;
class Span;

/// Implemented by sinks. All functions may be called from any thread.
class Events {
 public:
  virtual ~Events() = default;
  virtual void started(const SpanRecord& span) = 0;
  virtual void finished(const SpanRecord& span) = 0;
  /// A job that may be looked at from here on (base/meter.h), until unwatch().
  virtual void watch(const Meter&) {}
  virtual void unwatch(const Meter&) {}
  /// Each text is shown once, at any verbosity but -qq.
  virtual void warn(std::string_view message) = 0;
  /// Why something happened: shown with -v.
  virtual void note(std::string_view message) = 0;
  /// More of the same: shown with -vv.
  virtual void detail(std::string_view) {}
  /// Whether somebody wants details: they need not be put together for nobody.
  virtual bool wants_detail() const { return false; }
  /// A line of the command's summary ("Resolved 7 packages in 120 ms"): not shown with -q.
  virtual void say(std::string_view) {}

  /// Starts a span; its destructor ends it.
  Span span(Lane lane, std::string name);
  /// A span of the build lane.
  Span build_span(SpanKind kind, std::string subject);
};

/// Drops everything; base of partial sinks in tests.
class NoEvents : public Events {
 public:
  void started(const SpanRecord&) override {}
  void finished(const SpanRecord&) override {}
  void warn(std::string_view) override {}
  void note(std::string_view) override {}
};

class Span {
 public:
  Span(Events& events, Lane lane, std::string name, SpanKind kind = SpanKind::other,
       std::string subject = {});
  Span(Span&& other) noexcept;
  Span& operator=(Span&&) = delete;
  ~Span();
  void add_bytes(std::uint64_t count) { record_.bytes += count; }
  void set_outcome(std::string outcome) { record_.outcome = std::move(outcome); }

 private:
  Events* events_;
  SpanRecord record_;
};

/// Steady clock, microseconds.
std::int64_t now_us();
/// A small number for the calling thread, given out in order of first use.
std::uint64_t thread_number();

}  // namespace pipit::base
