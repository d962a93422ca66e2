// Where projects were looked for and what came of it: for messages, which have to say what was
// searched.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/url.h"

namespace pipit::index {

/// What one index said of one project.
struct IndexAnswer {
  enum class Kind : std::uint8_t { not_asked, missing, found, failed } kind = Kind::not_asked;
  /// missing: 404 or 410; 0 for a folder
  int status = 0;
  bool has_files = false;  // found, and its page names some
  /// found: a page without files that a redirect led to, perhaps no page of the project at all
  bool is_elsewhere = false;
};

/// Filled while pages arrive, by any thread.
class SearchRecord {
 public:
  /// Both in the order in which they are searched, as people are to see them.
  SearchRecord(std::vector<std::string> indexes, std::vector<std::string> find_links);

  void note(const std::string& project, std::size_t index, IndexAnswer answer);

  /// Where a project was looked for in vain, to follow "was not found": "on http://a/simple (404),
  /// nor in ./wheels".
  std::string where_in_vain(const std::string& project) const;
  /// The first index that has it; "" : none.
  std::string found_on(const std::string& project) const;
  /// Indexes that named no file of any project so far, of those that were asked.
  std::vector<std::string> barren() const;
  /// Indexes that were not asked for it, as one before them has it (first-index); none where that
  /// one's answer may be a login page.
  std::vector<std::string> not_asked(const std::string& project) const;

 private:
  std::vector<IndexAnswer> answers(const std::string& project) const;

  const std::vector<std::string> indexes_, find_links_;
  mutable base::Mutex mu_;
  std::map<std::string, std::vector<IndexAnswer>> answers_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::index
