// Versions that are taken before others when they are allowed: those of earlier output, and those
// that finished forks have chosen, so that forks differ only where they must.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "resolve/problem.h"
#include "resolve/scope.h"

namespace pipit::resolve {

class Preferences {
 public:
  /// The problem outlives it.
  explicit Preferences(const Problem& problem) : problem_(problem) {}
  /// A finished fork has chosen this version.
  void add(const std::string& project, const pep::Version& version);
  /// The resolution begins again.
  void forget() { chosen_.clear(); }
  /// In the order in which they are to be tried: earlier output for the environments of `scope`,
  /// earlier output for others (universal only), other forks; the most wanted versions first.
  std::vector<pep::Version> of(const std::string& project, const Scope& scope,
                               MarkerMemo& memo) const;

 private:
  const Problem& problem_;
  std::map<std::string, std::vector<pep::Version>> chosen_;
};

}  // namespace pipit::resolve
