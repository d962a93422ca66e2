// Who owns a file among the distributions a transaction leaves alone. Inside env only.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "env/installed.h"
#include "env/places.h"

namespace pipit::env {

/// Reads RECORDs when first asked. Not thread-safe.
class Neighbours {
 public:
  /// `staying`: what is installed and stays; must outlive this.
  Neighbours(const std::vector<Installed>& staying, Places& places)
      : staying_(staying), places_(places) {}
  /// The distribution whose RECORD lists `path` (canonical); nullptr when none does.
  const Installed* owner(const std::string& path);

 private:
  void read_all();
  const std::vector<Installed>& staying_;
  Places& places_;
  bool read_ = false;
  std::map<std::string, const Installed*> owners_;
};

}  // namespace pipit::env
