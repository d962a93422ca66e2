// Calls git. Git reads its environment, the user's configuration and what a server sends, runs
// programs for transports, hooks, filters and credentials, and likes to ask questions. So:
//
//   - variables in our environment that name a repository (we may run in a hook) are removed;
//   - no hook and no file monitor runs, nothing is collected or maintained in the background;
//   - only the transports we ask for are allowed; ext:: never. A call that needs none gets none,
//     so when git itself wants to fetch what a partial clone lacks, it fails instead;
//   - git cannot ask anyone: it has no terminal (a session of its own) and no askpass program but
//     the one that the user named for git;
//   - user information of a URL is not on the command line, which every process can see. Git asks
//     a credential helper when a server wants authentication; for this one origin the helper is
//     two lines of shell that print variables of our environment. (Fields set by http.extraHeader
//     would also be sent to wherever a redirect leads.)
//
// The user's configuration stays in force: mirrors (insteadOf), proxies, certificates, helpers.
#include "distribution/git/command.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/environ.h"
#include "base/process.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/url.h"
#include "distribution/git/git.h"

namespace pipit::distribution {
namespace {

constexpr std::size_t kMaxGitOutput = 64u << 20;
constexpr std::size_t kMaxReason = 400;

constexpr std::string_view kSettings[] = {"core.hooksPath=/dev/null", "core.fsmonitor=false",
                                          "protocol.ext.allow=never", "gc.auto=0",
                                          "maintenance.auto=false",   "submodule.recurse=false",
                                          "fetch.prune=false",        "fetch.recurseSubmodules=no"};

/// Variables that point at a repository, change the meaning of arguments, or let git ask a person.
constexpr std::string_view kUnset[] = {"GIT_DIR",
                                       "GIT_WORK_TREE",
                                       "GIT_IMPLICIT_WORK_TREE",
                                       "GIT_INDEX_FILE",
                                       "GIT_OBJECT_DIRECTORY",
                                       "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                       "GIT_COMMON_DIR",
                                       "GIT_NAMESPACE",
                                       "GIT_PREFIX",
                                       "GIT_SHALLOW_FILE",
                                       "GIT_GRAFT_FILE",
                                       "GIT_REPLACE_REF_BASE",
                                       "GIT_QUARANTINE_PATH",
                                       "GIT_ATTR_SOURCE",
                                       "GIT_NO_LAZY_FETCH",
                                       "GIT_GLOB_PATHSPECS",
                                       "GIT_NOGLOB_PATHSPECS",
                                       "GIT_ICASE_PATHSPECS",
                                       "LANGUAGE",
                                       "SSH_ASKPASS"};

constexpr std::string_view kHelper =
    "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' "
    "\"$PIPIT_GIT_USERNAME\" \"$PIPIT_GIT_PASSWORD\"; }; f";

struct Login {
  std::string user, password;
};

/// nullopt when there is none, or one that git's protocol for helpers cannot carry.
std::optional<Login> login_of(const GitRemote& remote) {
  if (remote.userinfo.empty()) return std::nullopt;
  const std::size_t colon = std::min(remote.userinfo.find(':'), remote.userinfo.size());
  const std::string_view text = remote.userinfo;
  Login login{base::percent_decode(text.substr(0, colon)),
              base::percent_decode(text.substr(std::min(colon + 1, text.size())))};
  const std::string both = cat(login.user, login.password);
  if (both.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) return std::nullopt;
  return login;
}

void set_default(base::Command& command, const char* name, std::string_view value) {
  if (!base::environment_variable(name)) command.environment.push_back(cat(name, "=", value));
}

void add_environment(base::Command& command, const GitCall& call, bool lfs) {
  for (std::string_view name : kUnset) command.unset.emplace_back(name);
  for (const char* fixed : {"GIT_TERMINAL_PROMPT=0", "SSH_ASKPASS_REQUIRE=never",
                            "GCM_INTERACTIVE=never", "GIT_LITERAL_PATHSPECS=1", "LC_ALL=C"})
    command.environment.emplace_back(fixed);
  if (!call.index.empty()) command.environment.push_back(cat("GIT_INDEX_FILE=", call.index));
  if (call.network) {
    set_default(command, "GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file");
    // Gives up on a server that has gone silent, as our own downloads do.
    set_default(command, "GIT_HTTP_LOW_SPEED_LIMIT", "1");
    set_default(command, "GIT_HTTP_LOW_SPEED_TIME", "60");
  } else {
    command.environment.emplace_back("GIT_ALLOW_PROTOCOL=none");
    command.environment.emplace_back("GIT_NO_LAZY_FETCH=1");
  }
  if (lfs) command.unset.emplace_back("GIT_LFS_SKIP_SMUDGE");
}

void add_setting(base::Command& command, std::string setting) {
  command.argv.emplace_back("-c");
  command.argv.push_back(std::move(setting));
}

void add_login(base::Command& command, const GitRemote& remote) {
  const std::optional<Login> login = login_of(remote);
  const auto url = base::parse_url(remote.url);
  if (!login || !url) return;
  base::Url origin;
  origin.scheme = url->scheme;
  origin.host = url->host;
  origin.port = url->port;
  std::string name = cat("credential.", base::to_string(origin), ".helper=");
  add_setting(command, name);  // drops earlier helpers: this login was given for it
  add_setting(command, name.append(kHelper));
  command.environment.push_back(cat("PIPIT_GIT_USERNAME=", login->user));
  command.environment.push_back(cat("PIPIT_GIT_PASSWORD=", login->password));
}

/// As `git lfs install` would set it up, for users who have not run it.
void add_lfs(base::Command& command) {
  add_setting(command, cat("filter.lfs.clean=", kLfsClean));
  add_setting(command, "filter.lfs.smudge=git-lfs smudge -- %f");
  add_setting(command, "filter.lfs.process=git-lfs filter-process");
  add_setting(command, "filter.lfs.required=true");
}

base::Command command_of(const GitCall& call, const GitRemote& remote) {
  base::Command command;
  command.argv.emplace_back("git");
  command.directory = call.repository.empty() ? "/" : call.repository;
  command.max_output = kMaxGitOutput;
  for (std::string_view setting : kSettings) add_setting(command, std::string(setting));
  for (const std::string& setting : call.settings) add_setting(command, setting);
  if (call.network) add_login(command, remote);
  // Keeps git-lfs from fetching large files that are not in the cache.
  if (!call.network) add_setting(command, "lfs.url=file:///dev/null/offline");
  if (call.need_lfs) add_lfs(command);
  if (!call.repository.empty()) command.argv.push_back(cat("--git-dir=", call.repository));
  if (!call.work_tree.empty()) command.argv.push_back(cat("--work-tree=", call.work_tree));
  command.argv.insert(command.argv.end(), call.arguments.begin(), call.arguments.end());
  add_environment(command, call, call.need_lfs);
  return command;
}

std::unexpected<Error> no_git(const GitRemote& remote, std::string_view program) {
  return fail(Error{Code::not_found,
                    cat(remote.shown, ": ", program, " is needed for this and was not found")}
                  .with_hint(cat("install ", program, ", or put the folder it is in on PATH")));
}

/// git's words for failures that another request would not cure.
constexpr std::string_view kUnreachable[] = {
    "Could not resolve",       "unable to access",
    "Connection refused",      "timed out",
    "Authentication failed",   "could not read Username",
    "could not read Password", "Permission denied",
    "Host key verification",   "does not appear to be a git",
    "Repository not found",    "not allowed"};

/// git's exit code is 128 for everything, so only its words distinguish kinds of failure; this is
/// the only place that reads them.
Code code_of(const GitCall& call, std::string_view reason) {
  if (!call.network) return reason.contains("is ambiguous") ? Code::parse : Code::io;
  const bool is_unreachable =
      std::any_of(std::begin(kUnreachable), std::end(kUnreachable),
                  [&](std::string_view words) { return reason.contains(words); });
  return is_unreachable ? Code::network : Code::http_status;
}

bool tells_why(std::string_view line) {
  for (std::string_view start :
       {"fatal:", "error:", "remote:", "ERROR:", "ssh:", "batch response:"})
    if (line.starts_with(start)) return true;
  return line.find("Permission denied") != std::string_view::npos ||
         line.find("Host key verification failed") != std::string_view::npos;
}

}  // namespace

std::string git_reason(std::string_view errors, const GitRemote& remote) {
  std::string out;
  std::string_view last;
  for (std::string_view line : base::split(errors, '\n')) {
    line = base::trim(line);
    if (line.empty()) continue;
    last = line;
    if (tells_why(line) && out.size() < kMaxReason)
      out.append(out.empty() ? "" : "; ").append(line);
  }
  if (out.empty()) out = last;
  out = base::redact_text(out);
  if (const std::optional<Login> login = login_of(remote)) {
    for (const std::string& secret : {login->password, login->user}) {
      if (secret.size() > 3) out = base::replace_all(out, secret, "****");
    }
  }
  return base::printable(out.substr(0, kMaxReason));
}

std::vector<std::string> repository_variables() {
  std::vector<std::string> out;
  for (std::string_view name : kUnset)
    if (name.starts_with("GIT_")) out.emplace_back(name);
  return out;
}

Result<std::string> run_git(const GitCall& call, const GitRemote& remote, std::stop_token stop) {
  auto outcome = base::run_process(command_of(call, remote), std::move(stop));
  if (!outcome) {
    if (outcome.error().code == Code::not_found) return no_git(remote, "git");
    return fail(std::move(outcome.error()));
  }
  if (outcome->exit_code == 0) return std::move(outcome->output);
  const std::string reason = git_reason(outcome->errors, remote);
  return fail(code_of(call, reason),
              cat(remote.shown, ": git ", call.arguments.front(), ": ",
                  reason.empty() ? cat("exit code ", outcome->exit_code) : reason));
}

Result<void> check_git_lfs(const GitRemote& remote) {
  if (!base::find_program("git-lfs")) return no_git(remote, "git-lfs");
  return {};
}

}  // namespace pipit::distribution
