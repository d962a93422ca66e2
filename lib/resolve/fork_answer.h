// What one fork of a resolution decided.
#pragma once
#include "resolve/scope.h"
#include "solve/solver.h"

namespace pipit::resolve {

/// What was decided for some environments.
struct ForkAnswer {
  Scope scope;
  solve::Solved solved;
};

}  // namespace pipit::resolve
