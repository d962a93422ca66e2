// Incompatibilities: the one form of the solver's knowledge.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "solve/package.h"
#include "solve/term.h"

namespace pipit::solve {

/// Why versions cannot be used. The solver returns it unchanged: `text` is for a person, following
/// the package's name ("requires Python >=3.13"); `code` is for the driver and has no meaning here.
struct Reason {
  std::string text;
  int code = 0;
};

/// "These terms cannot all hold." An external one (a fact, in messages) comes from the driver; a
/// derived one follows from two earlier ones, its causes.
struct Incompatibility {
  enum class Kind : std::uint8_t { root, dependency, constraint, no_version, unavailable, derived };
  Kind kind = Kind::derived;
  std::vector<std::pair<PackageId, Term>> terms;  // sorted by id
  // The rest is filled in as far as the kind has it.
  PackageId subject = 0;  // what has the requirement, or cannot be used
  Range subject_range;
  PackageId object = 0;             // what is required or constrained
  std::string text;                 // the requirement, or the reason's
  int reason = 0;                   // Reason::code; of a requirement: Dependency::code
  std::string origin;               // where the user wrote the requirement or constraint
  std::size_t left = 0, right = 0;  // derived: the causes
};

}  // namespace pipit::solve
