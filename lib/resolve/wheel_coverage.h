// Which environments a wheel's tags name, for resolutions without a target.
#pragma once
#include <map>
#include <string>

#include "pep/dist_name.h"
#include "pep/marker/set.h"

namespace pipit::resolve {

/// Whether some Python from `lowest` on can use the wheel, on any platform.
bool is_for_python_from(const pep::WheelName& wheel, const pep::Version& lowest);

/// Wheels as sets of environments; remembers the sets of single tags. Not for several threads at
/// once.
class WheelCoverage {
 public:
  /// The environments that a wheel's tags name, as far as markers can say it: they cannot say the
  /// version of a libc or of a system. An unknown platform gives none, an unknown implementation of
  /// Python all.
  pep::MarkerSet of(const pep::WheelName& wheel);

 private:
  const pep::MarkerSet& platform(const std::string& tag);
  const pep::MarkerSet& python(const std::string& tag, bool stable_abi);

  std::map<std::string, pep::MarkerSet> platforms_;
  std::map<std::pair<std::string, bool>, pep::MarkerSet> pythons_;
};

}  // namespace pipit::resolve
