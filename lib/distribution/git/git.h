// Repositories of git as sources: which commit is meant, and its files.
#pragma once
#include <stop_token>
#include <string>

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
  bool offline = false;              // nothing is asked of any network, whatever git would do
  net::Client* client = nullptr;     // whose credentials git may send, each to its own origin
  sched::Gate* downloads = nullptr;  // a permit is held while git is at the network
};

/// The full commit that `source` (of kind git) means now. One that is named in full needs no
/// network; it is not asked whether it is there. A branch, a tag (peeled) or the default branch is
/// asked of the server, every time; of the same name the branch is meant, as with pip. A shortened
/// commit is looked for in the history, which is fetched when it has to be. Offline: what the name
/// meant when it was last asked for. Code::not_found when there is no git, or no such revision;
/// Code::offline; Code::network or Code::http_status with git's reason. No message holds
/// credentials. Any thread; waits.
Result<std::string> git_commit(const DirectReference& source, cache::Store& store,
                               const GitOptions& options, base::Events& events,
                               std::stop_token stop);

/// Fills `directory` (absolute; empty or not there) with the files of `source.commit`, which must
/// be set: submodules and theirs included, no hook run. It is a working tree of its own, with
/// history and tags for those who ask git for a version, and lives on what is in the cache. Of any
/// number of threads and processes one fetches, the others wait and find it there; a repository
/// that is damaged or was left half-made is made anew. Errors as above; a subdirectory is not
/// looked at.
Result<void> git_checkout(const DirectReference& source, cache::Store& store,
                          const std::string& directory, const GitOptions& options,
                          base::Events& events, std::stop_token stop);

}  // namespace pipit::distribution
