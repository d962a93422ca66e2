// Where the files of a release are of use, and where other releases replace it: environments that
// must have wheels (Policy::required_environments), and local versions, which are often built for
// some systems only.
#pragma once
#include <optional>

#include "resolve/fork_answer.h"
#include "resolve/sources.h"

namespace pipit::resolve {

/// Why a release cannot be used in `scope`, where all environments are required ones and it has
/// no file for any of them ("has no wheel where …"); nullopt: it can be used, or uncovered() judges
/// it.
std::optional<solve::Reason> why_uncovered(const Policy& policy, const Scope& scope,
                                           const Judged& judged);

/// Where in `scope` the release without the local part ("2.5" for "2.5+cpu") is to be preferred:
/// it has a file, and the one with a local part has none. A system without any file of the latter
/// counts as a whole. none() for a release that is not local.
pep::MarkerSet better_without_local(Candidates& candidates, std::size_t at, const Scope& scope);

/// Environments of the answer's scope that are to be resolved by themselves, in which something of
/// it is needed that has no file for them: the first required ones, or those in which a local
/// version should stand back and does not bind the others; nullopt: there are none. Errors of
/// chosen_for().
Result<std::optional<pep::MarkerSet>> uncovered(Sources& sources, const ForkAnswer& answer);

}  // namespace pipit::resolve
