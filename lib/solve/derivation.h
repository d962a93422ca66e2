// A proof that there is no solution.
#pragma once
#include <memory>
#include <vector>

#include "pep/version.h"
#include "solve/incompatibility.h"
#include "solve/package.h"

namespace pipit::solve {

/// The last incompatibility is the contradiction; every other one is used.
struct Derivation {
  std::vector<Incompatibility> incompatibilities;  // causes before effects
  std::vector<Package> packages;                   // by id
  /// By id; null where they are not known.
  std::vector<std::shared_ptr<const std::vector<pep::Version>>> versions;
};

}  // namespace pipit::solve
