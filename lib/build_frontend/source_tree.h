// A source tree with its build environment.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "build_frontend/environment.h"
#include "build_frontend/hooks.h"
#include "distribution/builder.h"

namespace pipit::build_frontend {

inline constexpr std::uint64_t kMaxProjectFile = 16u << 20;  // bytes of a pyproject.toml

/// The options that concern one project's build.
struct TreeSettings {
  base::Json config;  // for hooks: an object, or null
  bool isolated = true;
  env::Interpreter base;  // isolated: what the environment is made from; else what runs the hooks
};

/// `needs`, `options`, `ground` and `gate` outlive it.
std::unique_ptr<distribution::BuildTree> make_tree(
    const distribution::BuildOrder& order, TreeSettings settings, BuildRequirements& requirements,
    const Options& options, const BuildServices& services, sched::Gate& gate);

}  // namespace pipit::build_frontend
