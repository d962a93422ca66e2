// Finds the commit, and makes a tree with its submodules. The repository behind each is
// repository.cpp's.
#include "distribution/git/git.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "distribution/git/command.h"
#include "distribution/git/modules.h"
#include "distribution/git/repository.h"
#include "net/client.h"
#include "sched/gate.h"

namespace pipit::distribution {
namespace {

constexpr std::size_t kMaxModuleDepth = 16, kMaxTrees = 1000;

GitRemote remote_of(const DirectReference& source, const GitOptions& options) {
  GitRemote remote;
  remote.url = source.url;
  remote.place = repository_place(source);
  remote.shown = shown_source(source);
  remote.brief = base::printable(remote.place.substr(remote.place.find("://") + 3));
  const auto url = base::parse_url(source.url);
  if (url && options.client && url->scheme.starts_with("http"))
    remote.userinfo = options.client->userinfo(*url);
  return remote;
}

// --- which commit --------------------------------------------------------------------------------

/// git check-ref-format: what cannot be the name of a ref is not requested.
bool is_ref_name(std::string_view name) {
  if (name.empty() || name == "@" || name.ends_with('.') ||
      name.find("..") != std::string_view::npos || name.find("@{") != std::string_view::npos)
    return false;
  for (char c : name) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f ||
        std::string_view("~^:?*[\\").find(c) != std::string_view::npos)
      return false;
  }
  for (std::string_view part : base::split(name, '/')) {
    if (part.empty() || part.starts_with('.') || part.ends_with(".lock")) return false;
  }
  return true;
}

bool is_short_commit(std::string_view text) {
  return text.size() >= 4 && text.size() < 40 &&
         std::all_of(
             text.begin(), text.end(),
             [](char c) { return base::parse_hex(std::string_view(&c, 1)).has_value(); });
}

/// The refs that a revision may be, the most likely first.
std::vector<std::string> refs_of(const std::string& revision) {
  if (revision == "HEAD") return {"HEAD"};
  std::vector<std::string> refs;
  if (revision.starts_with("refs/")) refs.push_back(revision);
  for (const char* folder : {"refs/heads/", "refs/tags/", "refs/"})
    refs.push_back(cat(folder, revision));
  return refs;
}

struct Listing {
  std::vector<std::pair<std::string_view, std::string_view>> rows;  // ref, hash
  std::size_t hash_length = 40;

  std::optional<std::string> find(std::string_view ref) const {
    for (const auto& [name, hash] : rows) {
      if (name == ref) return std::string(hash);
    }
    return std::nullopt;
  }
};

/// Parses git ls-remote: "<hash>\t<ref>", a peeled tag as "<ref>^{}".
Listing read_listing(std::string_view output) {
  Listing out;
  for (std::string_view line : base::split(output, '\n')) {
    const auto row = base::split_once(line, '\t');
    if (!row || !is_full_commit(row->first)) continue;
    out.rows.emplace_back(row->second, row->first);
    out.hash_length = row->first.size();
  }
  return out;
}

Result<std::string> list_remote(const GitRemote& remote, const std::vector<std::string>& refs,
                                const GitOptions& options, base::Events& events,
                                std::stop_token stop) {
  sched::Permit permit;
  if (options.downloads) {
    permit = options.downloads->acquire(stop);
    if (!permit) return fail_cancelled();
  }
  base::Span span(events, base::Lane::fetch, cat("git ls-remote ", remote.brief),
                  base::SpanKind::git);
  GitCall call;
  call.arguments = {"ls-remote", "--quiet", "--", remote.url, "HEAD"};
  for (const std::string& ref : refs) {
    call.arguments.push_back(ref);
    call.arguments.push_back(cat(ref, "^{}"));
  }
  call.network = true;
  return run_git(call, remote, std::move(stop));
}

std::unexpected<Error> no_revision(const GitRemote& remote, std::string_view revision) {
  if (revision == "HEAD")
    return fail(Code::not_found, cat(remote.shown, ": the repository has no default branch"));
  return fail(Code::not_found,
              cat(remote.shown, ": no branch, tag or commit is named ", base::printable(revision)));
}

std::string named_key(const GitRemote& remote, std::string_view revision) {
  return cat("named/", base::sha256_hex(remote.place), "/", base::sha256_hex(revision));
}

// --- submodules ----------------------------------------------------------------------------------

struct Tree {
  DirectReference source;  // with commit
  std::string remote_url, directory;
  std::size_t depth = 0;
};

/// Finds a path in the rows "<mode> <type> <hash>\t<path>" of git ls-tree -z: its commit's hash.
std::optional<std::string> commit_at(std::string_view rows, std::string_view path) {
  for (std::string_view row : base::split(rows, '\0')) {
    const auto halves = base::split_once(row, '\t');
    if (!halves || halves->second != path) continue;
    const std::vector<std::string_view> words = base::split(halves->first, ' ');
    if (words.size() == 3 && words[0] == "160000" && is_full_commit(words[2]))
      return std::string(words[2]);
  }
  return std::nullopt;
}

/// Whether every folder on the way is a real folder, not a link out of the tree.
bool is_real_folder(const std::string& top, std::string_view path) {
  std::string at = top;
  for (std::string_view part : base::split(path, '/')) {
    at = base::join_path(at, part);
    const auto info = base::file_info(at);
    if (!info || !*info || (*info)->kind != base::FileInfo::Kind::directory) return false;
  }
  return true;
}

class Checkout {
 public:
  Checkout(cache::Store& store, const GitOptions& options, base::Events& events,
           std::stop_token stop)
      : store_(store), options_(options), events_(events), stop_(std::move(stop)) {}

  Result<void> run(Tree first) {
    todo_.push_back(std::move(first));
    for (std::size_t count = 0; !todo_.empty(); ++count) {
      const Tree tree = std::move(todo_.front());
      todo_.pop_front();
      if (count >= kMaxTrees || tree.depth > kMaxModuleDepth)
        return fail(Code::bad_archive,
                    cat(shown_source(tree.source), ": too many submodules or too deep"));
      PIPIT_TRY(take(tree));
    }
    return {};
  }

 private:
  Result<void> take(const Tree& tree) {
    GitRemote remote = remote_of(tree.source, options_);
    if (!tree.remote_url.empty()) remote.url = tree.remote_url;
    GitRepository repository(remote, tree.source.commit.size(), store_, options_, events_, stop_);
    PIPIT_TRY(repository.checkout(tree.source.commit, tree.directory, tree.source.lfs));
    const std::string file = base::join_path(tree.directory, ".gitmodules");
    const auto info = base::file_info(file);
    if (!info || !*info || (*info)->kind != base::FileInfo::Kind::file) return {};
    return add_modules(tree, remote, repository.path(), file);
  }

  Result<void> add_modules(const Tree& tree, const GitRemote& remote, const std::string& repository,
                           const std::string& file) {
    GitCall list;
    list.arguments = {"config", "-z", "--file", file, "--list"};
    PIPIT_TRY(const std::string output, run_git(list, remote, stop_));
    auto modules = parse_git_modules(output);
    if (!modules) return fail(std::move(modules.error()).in(remote.shown));
    GitCall rows;
    rows.arguments = {"ls-tree", "-z", tree.source.commit, "--"};
    for (const GitModule& module : *modules) rows.arguments.push_back(module.path);
    rows.repository = repository;
    if (modules->empty()) return {};
    PIPIT_TRY(const std::string entries, run_git(rows, remote, stop_));
    for (const GitModule& module : *modules) {
      const std::optional<std::string> commit = commit_at(entries, module.path);
      if (commit && module.update) PIPIT_TRY(add_module(tree, remote, module, *commit));
    }
    return {};
  }

  Result<void> add_module(const Tree& tree, const GitRemote& remote, const GitModule& module,
                          const std::string& commit) {
    const std::string name = cat(remote.shown, ": submodule ", base::printable(module.path));
    const std::optional<ModulePlace> place = locate_module(module.url, remote.url);
    if (!place)
      return fail(Code::unsupported,
                  cat(name, ": ", base::printable(base::redact_url(module.url.substr(0, 300))),
                      ": not a URL that submodules are fetched from"));
    if (!is_real_folder(tree.directory, module.path))
      return fail(Code::bad_archive, cat(name, ": not a folder"));
    auto source = parse_source(cat("git+", place->url, "@", commit));
    if (!source) return fail(std::move(source.error()).in(name));
    source->lfs = tree.source.lfs;
    events_.note(cat(name, ": ", shown_source(*source)));
    const bool is_scp = place->remote != place->url;
    todo_.push_back({std::move(*source), is_scp ? place->remote : "",
                     base::join_path(tree.directory, module.path), tree.depth + 1});
    return {};
  }

  cache::Store& store_;
  const GitOptions& options_;
  base::Events& events_;
  const std::stop_token stop_;
  std::deque<Tree> todo_;
};

}  // namespace

Result<std::string> git_commit(const DirectReference& source, cache::Store& store,
                               const GitOptions& options, base::Events& events,
                               std::stop_token stop) {
  if (!source.commit.empty()) return source.commit;
  const GitRemote remote = remote_of(source, options);
  const std::string revision = source.revision.empty() ? "HEAD" : source.revision;
  if (!is_ref_name(revision)) return no_revision(remote, revision);
  const std::string key = named_key(remote, revision);
  if (options.offline) {
    const std::optional<std::string> known = store.read(cache::Bucket::git, key, 64);
    if (known && is_full_commit(*known)) return *known;
    return fail(Code::offline,
                cat(remote.shown, ": its commit is not known, and --offline forbids asking"));
  }
  PIPIT_TRY(const std::string output,
            list_remote(remote, refs_of(revision), options, events, stop));
  const Listing listing = read_listing(output);
  std::optional<std::string> commit;
  for (const std::string& ref : refs_of(revision)) {
    if (!commit) commit = listing.find(cat(ref, "^{}"));
    if (!commit) commit = listing.find(ref);
  }
  if (!commit && is_short_commit(revision)) {
    GitRepository repository(remote, listing.hash_length, store, options, events, stop);
    PIPIT_TRY(commit, repository.find_commit(base::to_lower(revision)));
  }
  if (!commit) return no_revision(remote, revision);
  store.write(cache::Bucket::git, key, *commit);
  return *commit;
}

Result<void> git_checkout(const DirectReference& source, cache::Store& store,
                          const std::string& directory, const GitOptions& options,
                          base::Events& events, std::stop_token stop) {
  if (!is_full_commit(source.commit))
    return fail(Code::internal, cat(shown_source(source), ": the commit is not known"));
  return Checkout(store, options, events, std::move(stop)).run({source, "", directory, 0});
}

}  // namespace pipit::distribution
