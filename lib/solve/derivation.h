// What the solver knows, in single statements, and what a proof made of them looks like.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pep/version.h"
#include "solve/package.h"
#include "solve/term.h"

namespace pipit::solve {

/// One statement "these terms cannot all hold": a fact from outside, or what follows from two
/// earlier statements.
struct Statement {
  enum class Kind : std::uint8_t { root, dependency, constraint, no_version, unavailable, derived };
  Kind kind = Kind::derived;
  std::vector<std::pair<PackageId, Term>> terms;  // sorted by id
  // What follows is there as far as the kind has it.
  PackageId subject = 0;  // who needs, or cannot be used
  Range subject_range;
  PackageId object = 0;             // what is needed or constrained
  std::string text;                 // requirement text or reason
  std::string origin;               // where the user wrote what is needed or constrained
  std::size_t left = 0, right = 0;  // derived: earlier statements
};

/// A proof that there is no solution. The last statement is the contradiction; every other one is
/// used.
struct Derivation {
  std::vector<Statement> statements;  // causes before effects
  std::vector<Package> packages;      // by id
  /// By id; null where not known.
  std::vector<std::shared_ptr<const std::vector<pep::Version>>> versions;
};

}  // namespace pipit::solve
