// Why a version is not in an answer.
#pragma once
#include <stop_token>
#include <string>
#include <vector>

#include "distribution/database.h"
#include "index/catalog.h"
#include "resolve/problem.h"
#include "resolve/resolution.h"

namespace pipit::resolve {

/// Lines that say why `version` of `name` (normal form) is not in `found`, the solution of
/// `problem`: it does not exist, cannot be used, contradicts the rest, or another version is
/// preferred. May fetch pages and metadata; Code::offline and network errors as they are.
Result<std::vector<std::string>> why_not(const Problem& problem, const Resolution& found,
                                         const std::string& name, const pep::Version& version,
                                         index::Catalog& catalog, distribution::Database& dists,
                                         std::stop_token stop);

}  // namespace pipit::resolve
