// A meter announces itself and says when it is gone; all else is left to whoever looks at it.
#include "base/meter.h"

#include <utility>

namespace pipit::base {

Meter::Meter(Events& events, MeterFacts facts) : events_(events), facts_(std::move(facts)) {
  events_.watch(*this);
}

Meter::~Meter() { events_.unwatch(*this); }

bool Meter::is_phase() const {
  return facts_.kind != MeterFacts::Kind::request && facts_.kind != MeterFacts::Kind::pause;
}

void Meter::set_subject(const std::string& subject) {
  Lock lock(mu_);
  subject_ = subject;
}

std::string Meter::subject() const {
  Lock lock(mu_);
  return subject_;
}

}  // namespace pipit::base
