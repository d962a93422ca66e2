// The [build-system] table of pyproject.toml (PEP 517, 518): what builds a source tree.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pep/requirement.h"

namespace pipit::pep {

struct BuildSystem {
  std::vector<Requirement> requires_build;
  std::string backend;            // "module" or "module:object"
  std::vector<std::string> path;  // backend-path: relative, normal, "." for the tree itself
};

/// The build system of a tree that names none: setuptools, run like setup.py.
BuildSystem default_build_system();
/// `text`: pyproject.toml's. Without the table, the default; without build-backend, the default's
/// backend. Code::parse names what has the wrong type, is missing (requires) or leads out of the
/// tree (backend-path); the rest of the document only has to be valid TOML.
Result<BuildSystem> parse_build_system(std::string_view text);
/// The normal name from the [project] table of pyproject.toml; "" when it gives none.
std::string named_project(std::string_view text);

}  // namespace pipit::pep
