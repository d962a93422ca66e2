// What projects needed when they were last resolved, and where indexes keep their files: a table to
// guess from. Nothing is decided by it.
#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pep/specifier.h"

namespace pipit::resolve {

/// Without user information.
using IndexUrls = std::set<std::string, std::less<>>;

/// Lines "key<TAB>item<TAB>item …" below a first line that says what it is, sorted by key, each key
/// once (docs/formats/learned.md). A key is a project in normal form, its items are "@" with the
/// URL of the index that told, and what it needs ("name" or "name specifier"); or it is an index's
/// URL, and its items are origins of files with words about them.
class LearnedTree {
 public:
  /// Anything else than such a text gives an empty table.
  static LearnedTree parse(std::string text);
  bool empty() const { return lines_ == 0; }
  /// The items of a key; empty when it is not there.
  std::vector<std::string_view> items(std::string_view key) const;
  /// The text with these keys' items in place of former ones. "" when nothing would be different.
  std::string with(const std::map<std::string, std::vector<std::string>>& learned) const;
  const std::string& text() const { return text_; }

 private:
  std::string_view line_of(std::string_view key) const;
  std::string text_;
  std::size_t begin_ = 0, lines_ = 0;
};

/// What a resolution of `roots` may come to: they, what they need, and so on, with what is known to
/// be asked of each. The first table that knows a project counts. At most `limit` projects. Of the
/// first table, our own, only what these `indexes` have told counts: another's names are not for
/// them to see.
std::map<std::string, pep::SpecifierSet> predicted(const std::vector<LearnedTree>& tables,
                                                   const std::set<std::string>& roots,
                                                   const IndexUrls& indexes,
                                                   std::size_t limit);

}  // namespace pipit::resolve
