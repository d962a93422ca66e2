// Environments that the files of a chosen release do not cover: those that must have wheels
// (Policy::required_environments), and systems for which a local version was not built.
#pragma once
#include <optional>

#include "resolve/fork_answer.h"
#include "resolve/provider.h"

namespace pipit::resolve {

/// Why a release cannot be used in `scope`, where all environments are required ones and it has
/// no file for any of them ("has no wheel where …"); nullopt: it can be used, or uncovered() judges
/// it.
std::optional<solve::Reason> why_uncovered(const Policy& policy, const Scope& scope,
                                           const Judged& judged);

/// Where in `scope` the release without the local part ("2.5" for "2.5+cpu") is better: it has a
/// file there, and the one with a local part has none. If the latter has no file for a system, the
/// whole system counts. none() for a release that is not local.
pep::MarkerSet better_without_local(Candidates& candidates, std::size_t at, const Scope& scope);

/// Environments of the answer's scope that must be resolved by themselves, because something needed
/// there has no file for them: the first required ones, or those in which the release without a
/// local part is better. nullopt: there are none. Errors of chosen_for().
Result<std::optional<pep::MarkerSet>> uncovered(Provider& provider, const ForkAnswer& answer);

}  // namespace pipit::resolve
