// One repository in the cache: a bare one that any number of processes share.
#pragma once
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "base/events.h"
#include "base/result.h"
#include "cache/store.h"
#include "distribution/git/command.h"
#include "distribution/git/git.h"

namespace pipit::distribution {

class GitRepository {
 public:
  /// All references outlive it. `hash_length`: 40, or 64 for a repository of SHA-256.
  GitRepository(const GitRemote& remote, std::size_t hash_length, cache::Store& store,
                const GitOptions& options, base::Events& events, std::stop_token stop);

  /// Puts the files of `commit` (its full name, or that of an annotated tag) into `directory`,
  /// which is absent or empty; fetches if need be. With `lfs`, large files as themselves.
  Result<void> checkout(const std::string& commit, const std::string& directory, bool lfs);
  /// The commit whose name begins with `digits`; nullopt when the history has none. Code::parse
  /// when several do.
  Result<std::optional<std::string>> find_commit(const std::string& digits);
  /// The repository's directory, which may not exist yet.
  std::string path() const;

 private:
  struct Checkout {
    std::string commit;     // "" : all branches and tags
    std::string directory;  // "" : nothing is checked out
    bool lfs = false;
  };
  Result<void> prepare(const Checkout& checkout);
  Result<void> renew(const std::string& old, const Checkout& checkout);
  Result<void> bring(const std::string& repository, const Checkout& checkout, bool is_new);
  Result<void> fetch(const std::string& repository, const std::vector<std::string>& refspecs,
                     bool whole);
  Result<void> fetch_commit(const std::string& repository, const std::string& commit);
  void fetch_content(const std::string& repository, const std::string& commit) const;
  Result<void> fill(const std::string& repository, const Checkout& checkout, bool network);
  Result<void> attach(const std::string& repository, const Checkout& checkout) const;
  Result<std::string> peel(const std::string& repository, const std::string& name) const;
  Result<void> write_config(const std::string& repository, bool bare, bool lfs) const;
  bool has_all(const std::string& repository, const Checkout& checkout) const;
  std::string mark(const std::string& repository, const Checkout& checkout) const;

  const GitRemote& remote_;
  const std::size_t hash_length_;
  cache::Store& store_;
  const GitOptions& options_;
  base::Events& events_;
  const std::stop_token stop_;
  const std::string key_;
};

}  // namespace pipit::distribution
