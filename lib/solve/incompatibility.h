// The one form in which the solver knows things.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "solve/package.h"
#include "solve/term.h"

namespace pipit::solve {

/// Why versions cannot be used. The solver hands it back as it was told: `text` is for a person,
/// following the package's name ("requires Python >=3.13"); `code` is for the driver, and means
/// nothing here.
struct Reason {
  std::string text;
  int code = 0;
};

/// "These terms cannot all hold." The driver told of an external one (a fact, where messages are
/// made); a derived one follows from two earlier ones, its causes.
struct Incompatibility {
  enum class Kind : std::uint8_t { root, dependency, constraint, no_version, unavailable, derived };
  Kind kind = Kind::derived;
  std::vector<std::pair<PackageId, Term>> terms;  // sorted by id
  // The rest is filled in as far as the kind has it.
  PackageId subject = 0;  // what has the need, or cannot be used
  Range subject_range;
  PackageId object = 0;             // what is needed or constrained
  std::string text;                 // the requirement, or the reason's
  int reason = 0;                   // Reason::code; of a requirement: Dependency::code
  std::string origin;               // where the user wrote what is needed or constrained
  std::size_t left = 0, right = 0;  // derived: the causes
};

}  // namespace pipit::solve
