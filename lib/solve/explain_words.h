// Single external incompatibilities, called facts here, in words.
#pragma once
#include <string>

#include "solve/derivation.h"

namespace pipit::solve {

/// The phrases that explanations are made of; the derivation must outlive it.
class Words {
 public:
  explicit Words(const Derivation& derivation) : why_(derivation) {}

  /// "a 2", "a>=2", "every version of a", "a[x] 2".
  std::string subject(PackageId package, const Range& range) const;
  /// A fact from outside: "a 2 needs b>=2", "there is no b>=5", "b 2 needs python>=3.13"; of a root
  /// what follows "you need": "b<2 (requirements.in:3)"; "" of a step of a proof.
  std::string fact(const Incompatibility& fact) const;
  /// What a root, constraint or dependency asks for, and where it is written.
  std::string need(const Incompatibility& fact) const;
  /// The requirement of a root, constraint or dependency: its text, or package and range.
  std::string requirement(const Incompatibility& fact) const;

 private:
  const Package& package(PackageId id) const { return why_.packages[id]; }
  const std::vector<pep::Version>* versions(PackageId package) const;

  const Derivation& why_;
};

}  // namespace pipit::solve
