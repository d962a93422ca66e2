// Git repositories as sources: which commit is meant, and its files.
#pragma once
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "cache/store.h"
#include "distribution/direct_reference.h"

namespace pipit::net {
class Client;
}
namespace pipit::sched {
class Gate;
}

namespace pipit::distribution {

struct GitOptions {
  bool offline = false;              // no network is used, whatever git would do
  net::Client* client = nullptr;     // its credentials may be sent by git, each to its own origin
  sched::Gate* downloads = nullptr;  // a permit is held while git uses the network
};

/// The full commit that `source` (of kind git) means now. A full commit name needs no network;
/// whether it exists is not checked. For a branch, a tag (peeled) or the default branch the server
/// is asked, every time; a branch wins over a tag of the same name, as in pip. A shortened commit
/// is looked up in the history, which is fetched if need be. Offline: what the name meant last
/// time. Code::not_found when there is no git, or no such revision; Code::offline; Code::network or
/// Code::http_status with git's reason. No message contains credentials. Any thread; waits.
Result<std::string> git_commit(const DirectReference& source, cache::Store& store,
                               const GitOptions& options, base::Events& events,
                               std::stop_token stop);

/// Fills `directory` (absolute; empty or absent) with the files of `source.commit`, which must be
/// set: with submodules, recursively, and without running hooks. It is a working tree of its own
/// that borrows the cache's objects, with history and tags for builds that derive a version from
/// git. Of any number of threads and processes one fetches, the others wait for its result; a
/// repository that is damaged or half-made is made again. Errors as above; a subdirectory is
/// ignored.
Result<void> git_checkout(const DirectReference& source, cache::Store& store,
                          const std::string& directory, const GitOptions& options,
                          base::Events& events, std::stop_token stop);

/// The variables that point git at a repository: in a git hook they are set, and mean the hook's.
std::vector<std::string> repository_variables();

}  // namespace pipit::distribution
