// Repositories in the cache.
//
// What is fetched. A build needs the files of one commit, but many builds also ask git for a
// version, and the result (git describe) depends on the history: a shallow clone would give another
// than a full clone. So history is fetched without its content: commits and tags (filter tree:0),
// then the trees of the one commit, then those of its files that are missing, the latter two by
// git's own means for partial clones. When a branch has moved, only what changed is fetched.
// Servers that cannot filter send everything, as they do to other tools. For a repository that is
// new here these are three conversations with the server, one after the other; so the files are
// fetched at the same time as the history, by a clone of depth 1 beside it, whose pack is moved
// over.
//
// Any server of this decade serves a commit by its name alone; where that is refused, all branches
// and tags are fetched, then every ref there is.
//
// Locking. Whoever fetches holds the repository's lock. A complete commit has a mark, and a process
// that finds it needs neither lock nor network. A repository appears by rename, so a new one is
// never half-made; a fetch that was killed leaves lock files (our lock is free, so they are
// removed) and no mark. When git cannot work in a cached repository, it is made again once.
//
// The working tree has a .git of its own that borrows the objects (objects/info/alternates), with
// HEAD at the commit and the tags. We write it, not git clone: five files, and no other program's
// guess about what to copy.
#include "distribution/git/repository.h"

#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/file_lock.h"
#include "base/file_tree.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/thread.h"
#include "sched/gate.h"

namespace pipit::distribution {
namespace {

constexpr std::string_view kTags = "+refs/tags/*:refs/tags/*";
constexpr std::string_view kBranches = "+refs/heads/*:refs/remotes/origin/*";
constexpr std::string_view kEverything = "+refs/*:refs/all/*";

/// Quotes a value for git's configuration files.
std::string quoted_value(std::string_view text) {
  return cat("\"", base::replace_all(base::replace_all(text, "\\", "\\\\"), "\"", "\\\""), "\"");
}

bool is_repository(const std::string& path) {
  return !path.empty() && base::exists(base::join_path(path, "HEAD"));
}

/// No process works in it (we hold our lock): lock files are left over from a killed process.
void remove_leftovers(const std::string& repository) {
  const auto files = base::list_tree(repository);
  if (!files) return;
  for (const std::string& file : *files) {
    const bool is_partial =
        file.starts_with("objects/") && base::base_name(file).starts_with("tmp_");
    if (file.ends_with(".lock") || is_partial)
      (void)base::remove_file(base::join_path(repository, file));
  }
}

Result<void> make_repository(const std::string& path) {
  for (const char* folder : {"objects/info", "objects/pack", "refs", "whole"})
    PIPIT_TRY(base::make_directories(base::join_path(path, folder)));
  return base::write_file(base::join_path(path, "HEAD"), "ref: refs/heads/none\n");
}

}  // namespace

GitRepository::GitRepository(const GitRemote& remote, std::size_t hash_length, cache::Store& store,
                             const GitOptions& options, base::Events& events, std::stop_token stop)
    : remote_(remote),
      hash_length_(hash_length),
      store_(store),
      options_(options),
      events_(events),
      stop_(std::move(stop)),
      key_(base::sha256_hex(remote.place)) {}

std::string GitRepository::path() const { return store_.entry_path(cache::Bucket::git, key_); }

std::string GitRepository::mark(const std::string& repository, const Checkout& checkout) const {
  return cat(repository, "/whole/", checkout.commit, checkout.lfs ? ".lfs" : "");
}

bool GitRepository::has_all(const std::string& repository, const Checkout& checkout) const {
  return !checkout.commit.empty() && is_repository(repository) &&
         base::exists(mark(repository, checkout));
}

Result<void> GitRepository::checkout(const std::string& commit, const std::string& directory,
                                     bool lfs) {
  if (lfs) PIPIT_TRY(check_git_lfs(remote_));
  const Checkout checkout{commit, directory, lfs};
  if (has_all(path(), checkout)) {
    auto done = fill(path(), checkout, false);
    if (done || done.error().code == Code::cancelled) return done;
    if (options_.offline)
      return fail(Code::offline, cat(done.error().message, "; --offline forbids fetching it"));
    events_.note(cat(done.error().message, "; fetched again"));
    PIPIT_TRY(base::remove_tree(directory));
    PIPIT_TRY(base::remove_file(mark(path(), checkout)));
  }
  return prepare(checkout);
}

Result<std::optional<std::string>> GitRepository::find_commit(const std::string& digits) {
  const auto look = [&]() -> Result<std::optional<std::string>> {
    if (!is_repository(path())) return std::nullopt;
    auto found = peel(path(), digits);
    if (found) return *found;
    if (found.error().code == Code::parse)
      return fail(Code::parse, cat(remote_.shown, ": several commits begin with ", digits));
    if (found.error().code != Code::io) return fail(std::move(found.error()));
    return std::nullopt;
  };
  PIPIT_TRY(const auto known, look());
  if (known) return known;
  PIPIT_TRY(prepare({}));
  return look();
}

/// Under the lock: fetches what is wanted into the existing repository, else into a new one.
Result<void> GitRepository::prepare(const Checkout& checkout) {
  if (options_.offline)
    return fail(Code::offline,
                cat(remote_.shown, ": not cached, and --offline forbids fetching it"));
  sched::Permit permit;
  if (options_.downloads) {
    permit = options_.downloads->acquire(stop_);
    if (!permit) return fail_cancelled();
  }
  const base::StopFd stop_fd(stop_);
  PIPIT_TRY(const base::FileLock lock,
            store_.lock(cache::Bucket::git, key_, base::FileLock::Mode::exclusive, stop_fd.fd()));
  const std::string repository = path();
  if (has_all(repository, checkout))
    return fill(repository, checkout, false);  // another process was faster
  base::Span span(events_, base::Lane::fetch, cat("git fetch ", remote_.brief),
                  base::SpanKind::git);
  if (is_repository(repository) && ::access(repository.c_str(), W_OK) == 0) {
    remove_leftovers(repository);
    auto done = bring(repository, checkout, false);
    if (done && !checkout.directory.empty()) done = attach(repository, checkout);
    const bool is_final = done || done.error().code == Code::cancelled ||
                          done.error().code == Code::not_found ||
                          done.error().code == Code::no_space || done.error().code == Code::network;
    if (is_final) return done;
    events_.note(cat(done.error().message, "; the repository is made again"));
    if (!checkout.directory.empty()) PIPIT_TRY(base::remove_tree(checkout.directory));
  }
  return renew(repository, checkout);
}

Result<void> GitRepository::renew(const std::string& old, const Checkout& checkout) {
  PIPIT_TRY(const std::string staging, store_.staging_directory(cache::Bucket::git));
  auto done = make_repository(staging);
  if (done) done = bring(staging, checkout, true);
  if (!done) {
    (void)base::remove_tree(staging);
    return done;
  }
  std::string aside;
  if (base::exists(old) && ::access(old.c_str(), W_OK) == 0) {
    aside = base::join_path(base::parent_path(old), base::unique_name(".staging-"));
    PIPIT_TRY(base::rename_path(old, aside));
  }
  PIPIT_TRY(const std::string repository, store_.publish(cache::Bucket::git, staging, key_));
  if (!aside.empty()) (void)base::remove_tree(aside);
  return checkout.directory.empty() ? Result<void>() : attach(repository, checkout);
}

Result<void> GitRepository::bring(const std::string& repository, const Checkout& checkout,
                                  bool is_new) {
  PIPIT_TRY(write_config(repository, true, false));
  if (checkout.commit.empty()) {
    const std::vector<std::string> refspecs = {std::string(kBranches), std::string(kTags)};
    auto filtered = fetch(repository, refspecs, false);
    if (filtered || filtered.error().code != Code::http_status) return filtered;
    return fetch(repository, refspecs, true);
  }
  std::jthread content;
  // In a repository on this machine everything is as near as a part of it.
  if (is_new && !base::is_file_url(remote_.url))
    (void)base::start_thread(content,
                             [&](std::stop_token) { fetch_content(repository, checkout.commit); });
  const auto fetched = fetch_commit(repository, checkout.commit);
  if (content.joinable()) content.join();
  if (!fetched) return fetched;
  PIPIT_TRY(const std::string commit, peel(repository, checkout.commit));
  PIPIT_TRY(fill(repository, checkout, true));
  return base::write_file_atomically(mark(repository, checkout), commit);
}

Result<void> GitRepository::fetch(const std::string& repository,
                                  const std::vector<std::string>& refspecs, bool whole) {
  GitCall call;
  call.arguments = {"fetch", "--quiet", "--force", "--no-tags"};
  call.arguments.emplace_back(whole ? "--no-filter" : "--filter=tree:0");
  call.arguments.emplace_back("origin");
  call.arguments.insert(call.arguments.end(), refspecs.begin(), refspecs.end());
  call.repository = repository;
  call.network = true;
  PIPIT_TRY(run_git(call, remote_, stop_));
  return {};
}

Result<void> GitRepository::fetch_commit(const std::string& repository, const std::string& commit) {
  const std::string tags(kTags);
  auto by_name = fetch(repository, {cat(commit, ":refs/commits/", commit), tags}, false);
  if (by_name || by_name.error().code != Code::http_status) return by_name;
  events_.note(cat(by_name.error().message, "; all branches and tags are asked for"));
  for (std::string_view refs : {kBranches, kEverything}) {
    auto done = fetch(repository, {std::string(refs), tags}, true);
    if (!done) return done;
    if (peel(repository, commit)) return done;
  }
  return fail(Code::not_found, cat(remote_.shown, ": the repository has no commit ", commit));
}

/// Fetches the files of the commit alone, through a repository of depth 1. If that fails they are
/// fetched when they are missed.
void GitRepository::fetch_content(const std::string& repository, const std::string& commit) const {
  const std::string side = base::join_path(repository, "side");
  GitCall call;
  call.arguments = {"fetch", "--quiet", "--no-tags", "--no-filter", "--depth=1", "origin", commit};
  call.settings = {"fetch.unpackLimit=1"};  // a pack, however small
  call.repository = side;
  call.network = true;
  if (make_repository(side) && write_config(side, true, false) && run_git(call, remote_, stop_)) {
    const std::string packs = base::join_path(side, "objects/pack");
    const auto files = base::list_directory(packs);
    // Git looks for *.idx, so the files that belong to it must be there first.
    for (const bool index : {false, true}) {
      for (const base::DirEntry& file : files ? *files : std::vector<base::DirEntry>()) {
        if (file.name.ends_with(".idx") == index)
          (void)base::rename_path(base::join_path(packs, file.name),
                                  cat(repository, "/objects/pack/", file.name));
      }
    }
  }
  (void)base::remove_tree(side);
}

/// The commit that the name of a commit or tag means here.
Result<std::string> GitRepository::peel(const std::string& repository,
                                        const std::string& name) const {
  GitCall call;
  call.arguments = {"rev-parse", "--verify", cat(name, "^{commit}")};
  call.repository = repository;
  PIPIT_TRY(const std::string output, run_git(call, remote_, stop_));
  std::string commit(base::trim(output));
  if (!is_full_commit(commit))
    return fail(Code::io, cat(remote_.shown, ": git rev-parse: not the name of a commit"));
  return commit;
}

/// With `network` the bare repository fetches what it lacks; without, a lack is an error.
Result<void> GitRepository::fill(const std::string& repository, const Checkout& checkout,
                                 bool network) {
  const std::string git = base::join_path(checkout.directory, ".git");
  PIPIT_TRY(base::make_directories(git));
  GitCall call;
  call.arguments = {"read-tree", "--reset", "-u", "--no-recurse-submodules", checkout.commit};
  call.repository = repository;
  call.work_tree = checkout.directory;
  call.index = base::join_path(git, "index");
  call.network = network;
  call.need_lfs = checkout.lfs;
  PIPIT_TRY(run_git(call, remote_, stop_));
  return network ? Result<void>() : attach(repository, checkout);
}

Result<void> GitRepository::attach(const std::string& repository, const Checkout& checkout) const {
  GitCall call;
  call.arguments = {"for-each-ref", "--format=%(objectname) %(refname)", "refs/tags"};
  call.repository = repository;
  PIPIT_TRY(const std::string tags, run_git(call, remote_, stop_));
  PIPIT_TRY(const std::string commit,
            base::read_file(mark(repository, checkout), checkout.commit.size() + 1));
  const std::string git = base::join_path(checkout.directory, ".git");
  for (const char* folder : {"objects/info", "objects/pack", "refs"})
    PIPIT_TRY(base::make_directories(base::join_path(git, folder)));
  PIPIT_TRY(base::write_file(base::join_path(git, "objects/info/alternates"),
                             cat(repository, "/objects\n")));
  PIPIT_TRY(base::write_file(base::join_path(git, "packed-refs"), tags));
  PIPIT_TRY(write_config(git, false, checkout.lfs));
  return base::write_file(base::join_path(git, "HEAD"), cat(commit, "\n"));
}

/// All of the configuration is ours, so the URL is this run's: two spellings of one place share an
/// entry.
Result<void> GitRepository::write_config(const std::string& repository, bool bare, bool lfs) const {
  // Offline, a working tree must not fetch what it lacks either.
  const bool partial = bare || !options_.offline;
  std::string text =
      cat("[core]\n\trepositoryformatversion = 1\n\tbare = ", bare ? "true" : "false",
          "\n[extensions]\n");
  if (partial) text += "\tpartialClone = origin\n";
  if (hash_length_ == 64) text += "\tobjectFormat = sha256\n";
  text += cat("[remote \"origin\"]\n\turl = ", quoted_value(remote_.url), "\n");
  if (partial) text += "\tpromisor = true\n\tpartialclonefilter = tree:0\n";
  // Otherwise git would report every large file of the tree as changed.
  if (lfs) text += cat("[filter \"lfs\"]\n\tclean = ", kLfsClean, "\n\trequired = true\n");
  return base::write_file_atomically(base::join_path(repository, "config"), text);
}

}  // namespace pipit::distribution
