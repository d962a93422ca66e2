// What a wheel's tags say of the environments it is for, when there is no one target.
#pragma once
#include <map>
#include <string>

#include "pep/dist_name.h"
#include "pep/marker_set.h"

namespace pipit::resolve {

/// Whether some Python that is `lowest` or newer can use the wheel, on whatever platform.
bool is_for_python_from(const pep::WheelName& wheel, const pep::Version& lowest);

/// Wheels as sets of environments, the sets of single tags remembered. Not for several threads at
/// once.
class WheelReach {
 public:
  /// The environments that a wheel's tags name, as far as markers can say it: the version of a
  /// libc or of a system counts for nothing. A platform that is not known gives none, another
  /// implementation of Python every one.
  pep::MarkerSet of(const pep::WheelName& wheel);

 private:
  const pep::MarkerSet& platform(const std::string& tag);
  const pep::MarkerSet& python(const std::string& tag, bool stable_abi);

  std::map<std::string, pep::MarkerSet> platforms_;
  std::map<std::pair<std::string, bool>, pep::MarkerSet> pythons_;
};

}  // namespace pipit::resolve
