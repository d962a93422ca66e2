// Joining keeps the store small where it would grow fastest. Hundreds of releases in a row have the
// same requirement; each adds it when its metadata arrives. Kept apart, every one would be an
// incompatibility to test whenever the required package changes, and a step in every proof.
//
//   told                  stored                         listed
//   a 2.0 needs b<2       1: { a 2.0, not b<2 }          1
//   a 2.1 needs b<2       2: { a 2.0 to 2.1, not b<2 }   2
//   a 2.2 needs b<3       3: { a 2.2, not b<3 }          2, 3
//   a 1.9 needs b<2       4: { a 1.9 to 2.1, not b<2 }   3, 4
//
// 1 and 2 stay in the store for the proofs that used them, but they are not listed any more. Only
// the newest few incompatibilities between two packages are tried for joining: equal requirements
// come from neighbours, and a package with different requirements in every release (one that pins
// its companion) would otherwise pay for a growing search.
#include "solve/incompatibility_store.h"

#include <algorithm>

namespace pipit::solve {

namespace {

constexpr std::size_t kJoinDepth = 8;

std::size_t place_of_term(const Incompatibility& incompatibility, PackageId package) {
  std::size_t i = 0;
  while (incompatibility.terms[i].first != package) ++i;
  return i;
}

/// Whether all is equal but the term of `versioned` and what follows from it.
bool can_join(const Incompatibility& a, const Incompatibility& b, PackageId versioned) {
  if (a.terms.size() != b.terms.size()) return false;
  if (a.kind == Incompatibility::Kind::unavailable && (a.reason != b.reason || a.text != b.text))
    return false;
  for (std::size_t i = 0; i < a.terms.size(); ++i) {
    if (a.terms[i].first != b.terms[i].first) return false;
    if (a.terms[i].first != versioned && !(a.terms[i].second == b.terms[i].second)) return false;
  }
  return true;
}

void tidy_terms(Incompatibility& incompatibility) {
  std::erase_if(incompatibility.terms, [](const auto& term) { return term.second.is_any(); });
  std::sort(incompatibility.terms.begin(), incompatibility.terms.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
}

}  // namespace

const Term& IncompatibilityStore::term_of(IncompatibilityId id, PackageId package) const {
  return all_[id]->terms[place_of_term(*all_[id], package)].second;
}

void IncompatibilityStore::list(IncompatibilityId id) {
  for (const auto& [package, term] : all_[id]->terms) {
    lists_[package].ids.push_back(id);
  }
}

void IncompatibilityStore::unlist(IncompatibilityId id) {
  for (const auto& [package, term] : all_[id]->terms) {
    std::vector<IncompatibilityId>& ids = lists_[package].ids;
    auto found = std::find(ids.rbegin(), ids.rend(), id);
    if (found != ids.rend()) ids.erase(std::next(found).base());
  }
}

IncompatibilityId IncompatibilityStore::add_unlisted(Incompatibility incompatibility) {
  tidy_terms(incompatibility);
  IncompatibilityId id = static_cast<IncompatibilityId>(all_.size());
  all_.push_back(std::make_shared<const Incompatibility>(std::move(incompatibility)));
  contradicted_.push_back(kNoLevel);
  return id;
}

IncompatibilityId IncompatibilityStore::add(Incompatibility incompatibility) {
  IncompatibilityId id = add_unlisted(std::move(incompatibility));
  list(id);
  return id;
}

IncompatibilityId IncompatibilityStore::add_joined(Incompatibility incompatibility,
                                                   PackageId versioned) {
  tidy_terms(incompatibility);
  std::vector<IncompatibilityId>& others =
      joinable_[{incompatibility.kind, incompatibility.subject, incompatibility.object}];
  std::size_t tried = 0;
  for (auto other = others.rbegin(); other != others.rend() && tried < kJoinDepth;
       ++other, ++tried) {
    const Incompatibility& earlier = *all_[*other];
    if (!can_join(earlier, incompatibility, versioned)) continue;
    Incompatibility joined = earlier;
    Range& wider = joined.terms[place_of_term(joined, versioned)].second.range;
    wider = wider | incompatibility.terms[place_of_term(incompatibility, versioned)].second.range;
    joined.subject_range = joined.subject_range | incompatibility.subject_range;
    unlist(*other);
    others.erase(std::next(other).base());
    IncompatibilityId id = add(std::move(joined));
    others.push_back(id);
    return id;
  }
  IncompatibilityId id = add(std::move(incompatibility));
  others.push_back(id);
  return id;
}

void IncompatibilityStore::contradict(IncompatibilityId id, std::uint32_t level) {
  if (contradicted_[id] != kNoLevel) return;
  contradicted_[id] = level;
  contradicted_trail_.push_back(id);
}

void IncompatibilityStore::undo_above(std::uint32_t level) {
  while (!contradicted_trail_.empty() && contradicted_[contradicted_trail_.back()] > level) {
    contradicted_[contradicted_trail_.back()] = kNoLevel;
    contradicted_trail_.pop_back();
  }
}

void IncompatibilityStore::tidy(PackageId package) {
  List& listed = lists_[package];
  if (listed.ids.size() < listed.tidy_at) return;
  std::erase_if(listed.ids, [this](IncompatibilityId id) { return contradicted_[id] == 0; });
  listed.tidy_at = std::max<std::size_t>(64, 2 * listed.ids.size());
}

Derivation IncompatibilityStore::proof(IncompatibilityId last) const {
  std::vector<IncompatibilityId> used{last};
  std::vector<bool> seen(all_.size(), false);
  seen[last] = true;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Incompatibility& incompatibility = *all_[used[i]];
    if (incompatibility.kind != Incompatibility::Kind::derived) continue;
    for (std::size_t cause : {incompatibility.left, incompatibility.right}) {
      if (seen[cause]) continue;
      seen[cause] = true;
      used.push_back(static_cast<IncompatibilityId>(cause));
    }
  }
  std::sort(used.begin(), used.end());  // causes have lower ids
  std::vector<std::size_t> place(all_.size(), 0);
  Derivation derivation;
  for (IncompatibilityId id : used) {
    Incompatibility incompatibility = *all_[id];
    if (incompatibility.kind == Incompatibility::Kind::derived) {
      incompatibility.left = place[incompatibility.left];
      incompatibility.right = place[incompatibility.right];
    }
    place[id] = derivation.incompatibilities.size();
    derivation.incompatibilities.push_back(std::move(incompatibility));
  }
  return derivation;
}

}  // namespace pipit::solve
