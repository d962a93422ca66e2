// From inputs and options to what the resolver is asked; and what is installed already, as far as
// it may stay.
#pragma once
#include <thread>
#include <vector>

#include "env/installed.h"
#include "operation/inputs.h"
#include "operation/install_target.h"
#include "operation/session.h"
#include "resolve/problem.h"

namespace pipit::operation {

/// Gets requirements files that are named by URL, by a small client of its own: it is gone before
/// the session opens. The references outlive what is returned.
FetchText fetch_with(const net::Options& options, base::Events& events, std::stop_token stop);

/// Roots, constraints, overrides and policy (for no one target when it is universal). Finds out
/// what paths and URLs are, for which they may have to be fetched or built: after the session has a
/// builder. `hash_mode`: before anything is fetched every requirement must have its hash.
Result<resolve::Problem> make_request(const Options& options, Session& session, const Place& place,
                                      Inputs& inputs, bool hash_mode);

/// Code::no_solution: a project or script is not for the place's Python.
Result<void> check_python_bounds(const Inputs& inputs, const pep::Target& target);

/// Opens connections and asks for the pages of what the user named, before it is known which Python
/// it is for: that may take a while to find out.
void start_early(Session& session, const Inputs& inputs);

/// start_early() on a thread of its own, if this object lives longer than a few milliseconds: an
/// interpreter whose facts are known is found sooner than that, and then what is installed may show
/// that no page is needed at all.
class LateStart {
 public:
  LateStart(Session& session, const Inputs& inputs);

 private:
  std::jthread thread_;  // stopped and joined with us
};

/// Fills Request::present from the installed set, minus what --upgrade, --reinstall and their like
/// ask anew.
void offer_installed(const Options& options, const std::vector<env::Installed>& installed,
                     resolve::Problem& request);

}  // namespace pipit::operation
