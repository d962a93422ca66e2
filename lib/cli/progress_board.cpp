// A request is waited for when nothing has come of it for two seconds, and we are free to take what
// would come. One that is still queued has nobody to blame as long as its server answers others: it
// counts from the last sign of life of the server. So a name that cannot be looked up and a host
// that takes no connection show like a server that is silent.
#include "cli/progress_board.h"

#include <algorithm>

#include "base/text.h"
#include "pep/name.h"

namespace pipit::cli {
namespace {

using MeterKind = base::MeterFacts::Kind;

constexpr std::int64_t kSilence = 2'000'000;
constexpr std::uint64_t kLargeAnswer = 200'000;  // an answer that is worth a line of its own
constexpr double kRateMemory = 2.0;              // seconds

std::string_view server_of(std::string_view place) {
  const std::size_t host = place.find("://");
  return host == std::string_view::npos ? place : place.substr(0, place.find('/', host + 3));
}

/// "wheel numpy-2.1.0-cp311-….whl" -> "numpy 2.1.0"; "sdist a-1.tar.gz" -> "a 1".
std::string shown_file(std::string_view what) {
  const std::size_t blank = what.find(' ');
  const std::string_view file = blank == std::string_view::npos ? what : what.substr(blank + 1);
  if (what.starts_with("page ")) return base::printable(what);
  std::string_view stem = file;
  for (const std::string_view end : {".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz"})
    if (stem.ends_with(end)) stem.remove_suffix(end.size());
  const bool wheel = file.ends_with(".whl");
  const std::size_t dash = wheel ? stem.find('-') : stem.rfind('-');
  if (dash == std::string_view::npos || stem.size() == file.size()) return base::printable(file);
  const std::string_view version = stem.substr(dash + 1);
  return base::printable(
      cat(pep::normalize_name(stem.substr(0, dash)), " ", version.substr(0, version.find('-'))));
}

bool is_large(const base::Meter& meter) {
  return meter.facts().is_file || std::max(meter.total(), meter.done()) >= kLargeAnswer;
}

std::string task_name(const base::SpanRecord& span) {
  switch (span.kind) {
    case base::SpanKind::build:
      return cat("Building ", base::printable(span.subject));
    case base::SpanKind::prepare:
      return cat("Preparing metadata of ", base::printable(span.subject));
    case base::SpanKind::git:
      return base::printable(span.name);
    case base::SpanKind::other:
      break;
  }
  return "";
}

/// One line for all requests that wait for the same server: the one that waits longest.
void add_wait(ProgressState& state, ProgressState::Wait wait) {
  for (ProgressState::Wait& known : state.waits) {
    if (known.server != wait.server || known.is_pause != wait.is_pause) continue;
    const std::size_t others = known.others + 1;
    if (wait.time > known.time) known = std::move(wait);
    known.others = others;
    return;
  }
  state.waits.push_back(std::move(wait));
}

ProgressState::Phase phase_of(const base::Meter& meter, std::int64_t now) {
  const base::MeterFacts& facts = meter.facts();
  ProgressState::Phase phase;
  phase.kind = facts.kind == MeterKind::resolve  ? ProgressState::Phase::Kind::resolve
               : facts.kind == MeterKind::gather ? ProgressState::Phase::Kind::gather
                                                 : ProgressState::Phase::Kind::change;
  phase.verb = facts.what;
  phase.noun = facts.noun;
  phase.subject = base::printable(meter.subject());
  phase.done = meter.done();
  phase.total = meter.total();
  phase.time = now - meter.began();
  return phase;
}

}  // namespace

void ProgressBoard::watch(const base::Meter& meter) {
  base::Lock lock(mu_);
  meters_[&meter] = {};
  meters_[&meter].number = ++begun_;
  if (meter.is_phase()) ++phases_;
}

bool ProgressBoard::unwatch(const base::Meter& meter) {
  base::Lock lock(mu_);
  meters_.erase(&meter);
  if (meter.is_phase()) return --phases_ == 0;
  bytes_ += meter.done();
  hear_of(meter);
  return false;
}

void ProgressBoard::begin(const base::SpanRecord& span) {
  std::string name = task_name(span);
  if (name.empty()) return;
  base::Lock lock(mu_);
  tasks_[span.id] = {std::move(name), span.start};
}

void ProgressBoard::end(const base::SpanRecord& span) {
  if (span.kind == base::SpanKind::other) return;
  base::Lock lock(mu_);
  tasks_.erase(span.id);
}

void ProgressBoard::hear_of(const base::Meter& meter) {
  if (meter.heard() == 0) return;
  std::int64_t& last = heard_[std::string(server_of(meter.facts().place))];
  last = std::max(last, meter.heard());
}

std::int64_t ProgressBoard::silent_since(const base::Meter& meter) const {
  if (meter.heard() > 0) return meter.heard();
  const auto origin = heard_.find(std::string(server_of(meter.facts().place)));
  return std::max(meter.began(), origin == heard_.end() ? 0 : origin->second);
}

/// Smoothed: a rate that jumps about cannot be read.
std::uint64_t ProgressBoard::rate_of(const base::Meter& meter, std::int64_t now) {
  Rate& rate = meters_[&meter];
  const std::int64_t from = rate.at > 0 ? rate.at : meter.began();
  const double seconds = static_cast<double>(std::max<std::int64_t>(now - from, 1)) / 1e6;
  const double fresh = static_cast<double>(meter.done() - rate.done) / seconds;
  const double weight = rate.known ? std::min(1.0, seconds / kRateMemory) : 1.0;
  rate = {now, meter.done(), rate.per_second + (fresh - rate.per_second) * weight,
          rate.known || meter.done() > 0, rate.number};
  return static_cast<std::uint64_t>(rate.per_second);
}

void ProgressBoard::look_at_request(const base::Meter& meter, std::int64_t now,
                                    ProgressState& state) {
  const base::MeterFacts& facts = meter.facts();
  ProgressState::Wait wait{base::printable(server_of(facts.place)), base::printable(facts.place), 0,
                           facts.attempt, facts.attempts};
  if (facts.kind == MeterKind::pause) {
    wait.is_pause = true;
    wait.time = std::max<std::int64_t>(facts.until - now + 999'999, 0);
    if (now - meter.began() >= kSilence || wait.time > kSilence) add_wait(state, std::move(wait));
    return;
  }
  state.bytes += meter.done();
  wait.time = now - silent_since(meter);
  if (wait.time >= kSilence && !meter.busy()) return add_wait(state, std::move(wait));
  if (!is_large(meter)) return;
  if (meter.heard() > 0)
    state.transfers.push_back(
        {shown_file(facts.what), meter.done(), meter.total(), rate_of(meter, now)});
}

ProgressState ProgressBoard::look(std::int64_t now) {
  base::Lock lock(mu_);
  ProgressState state;
  state.bytes = bytes_;
  // In the order in which they began, so that lines keep their places.
  std::map<std::uint64_t, const base::Meter*> meters;
  for (const auto& [meter, rate] : meters_) meters.emplace(rate.number, meter);
  for (const auto& [number, meter] : meters) hear_of(*meter);
  for (const auto& [number, meter] : meters) {
    if (meter->is_phase())
      state.phase = phase_of(*meter, now);
    else
      look_at_request(*meter, now, state);
  }
  for (const auto& [id, task] : tasks_) state.tasks.push_back({task.name, now - task.began});
  return state;
}

}  // namespace pipit::cli
