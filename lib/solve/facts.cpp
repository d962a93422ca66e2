// Joining keeps the store small where it would grow fastest. Hundreds of releases in a row need the
// same thing; each tells so on its own when its metadata arrives. Kept apart, every one would be a
// statement to test whenever the needed package changes, and a step in every proof. So "2.1 needs
// b<2" replaces "2.0 needs b<2" by "2.0 to 2.1 need b<2". Only the newest few statements between
// two packages are tried: equal needs come from neighbours, and a package whose needs differ in
// every release (one that pins its companion) would else pay for a growing search.
#include "solve/facts.h"

#include <algorithm>

namespace pipit::solve {

namespace {

constexpr std::size_t kJoinDepth = 8;

std::size_t place_of_term(const Statement& statement, PackageId package) {
  std::size_t i = 0;
  while (statement.terms[i].first != package) ++i;
  return i;
}

/// Everything equal but the term of `versioned` and what follows from it.
bool can_join(const Statement& a, const Statement& b, PackageId versioned) {
  if (a.terms.size() != b.terms.size()) return false;
  if (a.kind == Statement::Kind::unavailable && a.text != b.text) return false;
  for (std::size_t i = 0; i < a.terms.size(); ++i) {
    if (a.terms[i].first != b.terms[i].first) return false;
    if (a.terms[i].first != versioned && !(a.terms[i].second == b.terms[i].second)) return false;
  }
  return true;
}

void tidy_terms(Statement& statement) {
  std::erase_if(statement.terms, [](const auto& term) { return term.second.is_any(); });
  std::sort(statement.terms.begin(), statement.terms.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
}

}  // namespace

const Term& Facts::term_of(FactId id, PackageId package) const {
  return all_[id]->terms[place_of_term(*all_[id], package)].second;
}

void Facts::list(FactId id) {
  for (const auto& [package, term] : all_[id]->terms) {
    lists_[package].ids.push_back(id);
  }
}

void Facts::unlist(FactId id) {
  for (const auto& [package, term] : all_[id]->terms) {
    std::vector<FactId>& ids = lists_[package].ids;
    auto found = std::find(ids.rbegin(), ids.rend(), id);
    if (found != ids.rend()) ids.erase(std::next(found).base());
  }
}

FactId Facts::store(Statement statement) {
  tidy_terms(statement);
  FactId id = static_cast<FactId>(all_.size());
  all_.push_back(std::make_shared<const Statement>(std::move(statement)));
  contradicted_.push_back(kNoLevel);
  return id;
}

FactId Facts::add(Statement statement) {
  FactId id = store(std::move(statement));
  list(id);
  return id;
}

FactId Facts::add_joined(Statement statement, PackageId versioned) {
  tidy_terms(statement);
  std::vector<FactId>& others = joinable_[{statement.kind, statement.subject, statement.object}];
  std::size_t tried = 0;
  for (auto other = others.rbegin(); other != others.rend() && tried < kJoinDepth;
       ++other, ++tried) {
    const Statement& earlier = *all_[*other];
    if (!can_join(earlier, statement, versioned)) continue;
    Statement joined = earlier;
    Range& wider = joined.terms[place_of_term(joined, versioned)].second.range;
    wider = wider | statement.terms[place_of_term(statement, versioned)].second.range;
    joined.subject_range = joined.subject_range | statement.subject_range;
    unlist(*other);
    others.erase(std::next(other).base());
    FactId id = add(std::move(joined));
    others.push_back(id);
    return id;
  }
  FactId id = add(std::move(statement));
  others.push_back(id);
  return id;
}

void Facts::contradict(FactId id, std::uint32_t level) {
  if (contradicted_[id] != kNoLevel) return;
  contradicted_[id] = level;
  contradicted_trail_.push_back(id);
}

void Facts::undo_above(std::uint32_t level) {
  while (!contradicted_trail_.empty() && contradicted_[contradicted_trail_.back()] > level) {
    contradicted_[contradicted_trail_.back()] = kNoLevel;
    contradicted_trail_.pop_back();
  }
}

void Facts::tidy(PackageId package) {
  List& listed = lists_[package];
  if (listed.ids.size() < listed.tidy_at) return;
  std::erase_if(listed.ids, [this](FactId id) { return contradicted_[id] == 0; });
  listed.tidy_at = std::max<std::size_t>(64, 2 * listed.ids.size());
}

Derivation Facts::proof(FactId last) const {
  std::vector<FactId> used{last};
  std::vector<bool> seen(all_.size(), false);
  seen[last] = true;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Statement& statement = *all_[used[i]];
    if (statement.kind != Statement::Kind::derived) continue;
    for (std::size_t cause : {statement.left, statement.right}) {
      if (seen[cause]) continue;
      seen[cause] = true;
      used.push_back(static_cast<FactId>(cause));
    }
  }
  std::sort(used.begin(), used.end());  // causes have lower ids
  std::vector<std::size_t> place(all_.size(), 0);
  Derivation derivation;
  for (FactId id : used) {
    Statement statement = *all_[id];
    if (statement.kind == Statement::Kind::derived) {
      statement.left = place[statement.left];
      statement.right = place[statement.right];
    }
    place[id] = derivation.statements.size();
    derivation.statements.push_back(std::move(statement));
  }
  return derivation;
}

}  // namespace pipit::solve
