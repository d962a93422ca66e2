// Which files an option allows of which project (a name of its own outweighs "all"), and where the
// lowest version is wanted.
#include "resolve/policy.h"

#include "base/url.h"
#include "distribution/direct_reference.h"

namespace pipit::resolve {

bool BinaryPolicy::wheels_allowed(const std::string& project) const {
  if (no_binary.contains(project)) return false;
  return !all_no_binary || only_binary.contains(project);
}

bool BinaryPolicy::sdists_allowed(const std::string& project) const {
  if (only_binary.contains(project)) return false;
  return !all_only_binary || no_binary.contains(project);
}

std::optional<std::int64_t> Cutoffs::of(const std::string& project) const {
  const auto own = by_project.find(project);
  return own == by_project.end() ? all : own->second;
}

bool Cutoffs::admits(const std::string& project, const index::File& file) const {
  const auto cutoff = of(project);
  if (!cutoff || base::is_file_url(file.url) || distribution::is_direct(file)) return true;
  return file.upload_time == 0 ? unknown_counts : file.upload_time < *cutoff;
}

pep::MarkerSet Policy::lowest_where(const std::string& project, const Scope& scope,
                                    MarkerMemo& memo) const {
  if (preference == Preference::lowest) return pep::MarkerSet::all();
  pep::MarkerSet where;
  const auto named = direct.find(project);
  if (preference == Preference::highest || named == direct.end()) return where;
  for (const pep::Marker& marker : named->second) where = where | memo.where(marker, "", scope);
  return where;
}

}  // namespace pipit::resolve
