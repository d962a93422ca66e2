// The text behind "was not found", and what first-index left out.
#include "index/search_record.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace pipit::index {

SearchRecord::SearchRecord(std::vector<std::string> indexes, std::vector<std::string> find_links)
    : indexes_(std::move(indexes)), find_links_(std::move(find_links)) {}

void SearchRecord::note(const std::string& project, std::size_t index, IndexAnswer answer) {
  base::Lock lock(mu_);
  std::vector<IndexAnswer>& all = answers_[project];
  all.resize(indexes_.size());
  all[index] = std::move(answer);
}

std::vector<IndexAnswer> SearchRecord::answers(const std::string& project) const {
  base::Lock lock(mu_);
  const auto known = answers_.find(project);
  return known == answers_.end() ? std::vector<IndexAnswer>(indexes_.size()) : known->second;
}

std::string SearchRecord::where_in_vain(const std::string& project) const {
  if (indexes_.empty() && find_links_.empty())
    return "anywhere: no index was asked (--no-index), and there is no --find-links";
  const std::string links = base::join(find_links_, " or ");
  if (indexes_.empty()) return cat("in ", links, " (--no-index: no index was asked)");
  std::vector<std::string> places = indexes_;
  const std::vector<IndexAnswer> all = answers(project);
  for (std::size_t i = 0; i < places.size(); ++i)
    if (all[i].status != 0) places[i] += cat(" (", all[i].status, ")");
  return cat("on ", base::join(places, " or "), links.empty() ? "" : ", nor in ", links);
}

std::string SearchRecord::found_on(const std::string& project) const {
  const std::vector<IndexAnswer> all = answers(project);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].kind == IndexAnswer::Kind::found) return indexes_[i];
  return "";
}

std::vector<std::string> SearchRecord::barren() const {
  using Kind = IndexAnswer::Kind;
  base::Lock lock(mu_);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    bool was_asked = false, has_files = false;
    for (const auto& [project, answers] : answers_) {
      was_asked |= answers[i].kind == Kind::missing || answers[i].kind == Kind::found;
      has_files |= answers[i].has_files;
    }
    if (was_asked && !has_files) all.push_back(indexes_[i]);
  }
  return all;
}

std::vector<std::string> SearchRecord::not_asked(const std::string& project) const {
  const std::vector<IndexAnswer> all = answers(project);
  std::vector<std::string> left;
  bool found = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].is_elsewhere) return {};  // nobody knows that it has the name
    if (found && all[i].kind == IndexAnswer::Kind::not_asked) left.push_back(indexes_[i]);
    found = found || all[i].kind == IndexAnswer::Kind::found;
  }
  return left;
}

}  // namespace pipit::index
