// The trees that builds use live on the cache, which may be emptied at any time. One that the user
// works in has to stand by itself, so it gets all it needs before it gets its name.
#include "operation/checkout.h"

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/process.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "distribution/git/git.h"

namespace pipit::operation {
namespace {

constexpr int kGitSeconds = 300;

class Checkouts {
 public:
  Checkouts(const Options& options, Session& session, const InstallTarget& target)
      : session_(session) {
    options_.offline = options.network.offline;
    options_.client = &session.client;
    const bool in_environment = target.interpreter && target.interpreter->is_virtual;
    const std::string usual =
        in_environment ? base::join_path(target.interpreter->prefix, "src") : std::string("src");
    base_ = base::absolute_path(options.target.src.value_or(usual));
  }

  Result<void> take(resolve::UserRequirement& wanted) {
    distribution::DirectReference source = *wanted.source;
    if (source.commit.empty()) {
      PIPIT_TRY(source.commit, distribution::git_commit(source, session_.store, options_,
                                                        session_.events, session_.stop));
    }
    std::string folder = base::join_path(base_, wanted.requirement.written_name);
    PIPIT_TRY(base::exists(folder) ? renew(source, folder) : check_out(source, folder));
    if (!source.subdirectory.empty()) folder = base::join_path(folder, source.subdirectory);
    PIPIT_TRY(wanted.source, distribution::parse_source(folder));
    wanted.source->editable = true;
    wanted.requirement.url = distribution::shown_source(*wanted.source);
    return {};
  }

 private:
  Result<std::string> git(const std::string& folder, const std::vector<std::string>& words) {
    return ask_git(folder, words, session_.stop);
  }

  /// A tree of the commit under a name of its own, independent of the cache.
  Result<void> fill(const distribution::DirectReference& source, const std::string& folder) {
    PIPIT_TRY(distribution::git_checkout(source, session_.store, folder, options_, session_.events,
                                         session_.stop));
    PIPIT_TRY(git(folder, {"repack", "-a", "-d", "-q"}));
    PIPIT_TRY(base::remove_file(base::join_path(folder, ".git/objects/info/alternates")));
    // Whatever remote there was, the one to be named is where it came from.
    (void)git(folder, {"remote", "remove", "origin"});
    PIPIT_TRY(git(folder, {"remote", "add", "origin", source.url}));
    return {};
  }

  Result<void> check_out(const distribution::DirectReference& source, const std::string& folder) {
    PIPIT_TRY(base::make_directories(base_));
    PIPIT_TRY(base::TempDir staging, base::TempDir::create(base_, ".checkout-"));
    const std::string fresh = base::join_path(staging.path(), "tree");
    PIPIT_TRY(fill(source, fresh));
    return base::rename_path(fresh, folder);
  }

  Result<void> renew(const distribution::DirectReference& source, const std::string& folder) {
    if (!base::exists(base::join_path(folder, ".git")))
      return fail(Code::bad_environment, cat(folder, ": already exists and is not a checkout of ",
                                             distribution::shown_source(source)));
    const auto remote = git(folder, {"config", "--get", "remote.origin.url"});
    const auto there = remote ? distribution::parse_source(cat("git+", *remote))
                              : Result<distribution::DirectReference>(fail(Code::parse, ""));
    if (!there || distribution::repository_place(*there) != distribution::repository_place(source))
      return fail(Code::bad_environment, cat(folder, ": is a checkout of another repository than ",
                                             distribution::shown_source(source)));
    PIPIT_TRY(const std::string head, git(folder, {"rev-parse", "HEAD"}));
    if (head == source.commit) return {};
    PIPIT_TRY(const std::string changes,
              git(folder, {"status", "--porcelain", "--untracked-files=no"}));
    if (!changes.empty())
      return fail(Error{Code::bad_environment,
                        cat(folder, ": holds changes, and ", source.commit, " is asked for")}
                      .with_hint("commit them, or put them elsewhere"));
    PIPIT_TRY(base::TempDir staging, base::TempDir::create(base_, ".checkout-"));
    const std::string fresh = base::join_path(staging.path(), "tree");
    PIPIT_TRY(distribution::git_checkout(source, session_.store, fresh, options_, session_.events,
                                         session_.stop));
    PIPIT_TRY(git(folder, {"fetch", "-q", "--", fresh, "HEAD"}));
    PIPIT_TRY(git(folder, {"checkout", "-q", "--detach", source.commit}));
    return {};
  }

  Session& session_;
  distribution::GitOptions options_;
  std::string base_;
};

}  // namespace

Result<void> check_out_editables(const Options& options, Session& session,
                                 const InstallTarget& target, Inputs& inputs) {
  for (const base::Url& url : inputs.accesses) session.client.add_credentials(url);
  Checkouts checkouts(options, session, target);
  for (resolve::UserRequirement& root : inputs.roots) {
    const bool counts =
        root.in_place && root.requirement.marker.evaluate(target.resolved_for->markers);
    if (!counts || inputs.excluded.contains(root.requirement.name)) continue;
    auto done = checkouts.take(root);
    if (done) {
      root.in_place = false;
      continue;
    }
    return fail(std::move(done.error()).in(root.origin));
  }
  return {};
}

Result<std::string> ask_git(const std::string& folder, const std::vector<std::string>& words,
                            const std::stop_token& stop) {
  base::Command command;
  command.argv = {"git"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.directory = folder;
  command.unset = distribution::repository_variables();
  command.timeout_seconds = kGitSeconds;
  PIPIT_TRY(const base::Outcome outcome, base::run_process(command, stop));
  if (outcome.exit_code != 0)
    return fail(Code::io, cat("git ", words.front(), ": ", base::trim(outcome.errors)));
  return std::string(base::trim(outcome.output));
}

}  // namespace pipit::operation
