// A project that is told again with the same file is no news: each of its extras is a decision.
#include "resolve/likely.h"

namespace pipit::resolve {

Likely::Likely(std::function<void(const LikelyRelease&)> tell, UserHashes hashes)
    : tell_(std::move(tell)), hashes_(std::move(hashes)) {}

bool Likely::is_news(const std::string& project, const index::File& file) {
  std::string key = index::file_key(file);
  base::Lock lock(mu_);
  if (is_over_) return false;
  const auto told = told_.find(project);
  if (told == told_.end()) return told_.emplace(project, std::move(key)).second;
  is_over_ = told->second != key;
  return false;
}

void Likely::tell(const std::string& project, const pep::Version& version,
                  const index::FilePtr& file) {
  if (!tell_ || !file || file->kind != index::FileKind::wheel || !is_news(project, *file)) return;
  static const std::vector<base::HashSpec> kNone;
  const auto hashes = hashes_.find(project);
  tell_({project, version, file, hashes == hashes_.end() ? kNone : hashes->second});
}

}  // namespace pipit::resolve
