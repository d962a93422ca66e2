// Changes that would help after a resolution without a solution.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "resolve/problem.h"
#include "resolve/what_if.h"
#include "solve/minimal.h"

namespace pipit::resolve {

/// Single changes of the problem, of which `core` is the cause, that were tried and give a
/// solution: none, one, or one and another Python; behind them what could not be tried without a
/// build. `outcome` ends each hint: "gives a solution".
std::vector<std::string> find_hints(const Problem& problem, const solve::Core& core,
                                    WhatIf& what_if, std::string_view outcome);

/// The problem with only these inputs.
Problem reduced(const Problem& problem, const solve::Inputs& inputs);

}  // namespace pipit::resolve
