// Releases that are as good as chosen, told while the resolution goes on: what is done for them
// early is rarely done in vain.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/hash_spec.h"
#include "base/mutex.h"
#include "index/page.h"
#include "pep/version.h"
#include "resolve/problem.h"

namespace pipit::resolve {

/// The user's hashes by project, of all his requirements that hold.
using UserHashes = std::map<std::string, std::vector<base::HashSpec>>;

/// Passes on what is likely to Problem::likely, each project once. The first that turns out to be
/// another release than was told ends it: where the solver goes back, nothing is likely. For
/// several threads.
class Likely {
 public:
  /// `tell` may be null: then nothing is told.
  Likely(std::function<void(const LikelyRelease&)> tell, UserHashes hashes);
  bool is_told() const { return tell_ != nullptr; }
  /// Source distributions are not told: they are built for what is chosen.
  void tell(const std::string& project, const pep::Version& version, const index::FilePtr& file);

 private:
  bool is_news(const std::string& project, const index::File& file);

  const std::function<void(const LikelyRelease&)> tell_;
  const UserHashes hashes_;
  base::Mutex mu_;
  std::map<std::string, std::string> told_ PIPIT_GUARDED_BY(mu_);  // project -> file key
  bool is_over_ PIPIT_GUARDED_BY(mu_) = false;
};

}  // namespace pipit::resolve
