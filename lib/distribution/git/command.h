// One call of git, protected from all that a foreign repository or an environment could use against
// us.
#pragma once
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/events.h"
#include "base/result.h"

namespace pipit::distribution {

/// A remote repository.
struct GitRemote {
  std::string url;       // for git: a URL without user information but ssh's, or scp's host:path
  std::string place;     // repository_place(): names its entry in the cache
  std::string shown;     // for messages: "git+https://host/owner/repo@v1"
  std::string brief;     // for spans: "host/owner/repo"
  std::string userinfo;  // of http(s): percent-encoded, a secret; "" for none
};

/// git-lfs's filter that turns a large file into what git stores of it.
inline constexpr std::string_view kLfsClean = "git-lfs clean -- %f";

struct GitCall {
  std::vector<std::string> arguments;      // after "git" and our options; begins with the command
  std::vector<std::string> settings = {};  // "name=value", as by git -c
  std::string repository = {};             // its folder; "" : the call needs none
  std::string work_tree = {}, index = {};
  bool network = false;  // false: git may use no transport at all
  bool need_lfs = false;
};

/// Its output when it succeeded. Errors name `remote.shown` and give git's reason. For calls that
/// use the network: Code::network when the repository could not be reached, Code::http_status when
/// the server was reached and refused (another request may succeed). For others: Code::parse for an
/// ambiguous name, else Code::io. Code::not_found without git; Code::cancelled.
Result<std::string> run_git(const GitCall& call, const GitRemote& remote, std::stop_token stop);

/// Code::not_found when there is no git-lfs.
Result<void> check_git_lfs(const GitRemote& remote);

/// git's reason for a failure, as one line without control characters and secrets.
std::string git_reason(std::string_view errors, const GitRemote& remote);

}  // namespace pipit::distribution
