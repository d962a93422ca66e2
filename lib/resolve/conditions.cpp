// Looks for a reason to retry an environment's conflict with fewer environments: everything that
// the proof uses is checked once more for where it holds.
#include "resolve/conditions.h"

#include <set>

#include "resolve/fork.h"

namespace pipit::resolve {
namespace {

class Conditions {
 public:
  Conditions(Provider& provider, const Scope& scope, const solve::Derivation& proof)
      : provider_(provider), scope_(scope), proof_(proof) {}

  void look_at(const solve::Incompatibility& incompatibility) {
    switch (incompatibility.kind) {
      case solve::Incompatibility::Kind::root:
      case solve::Incompatibility::Kind::constraint:
        return note_needs(root_needs(provider_, scope_), name_of(incompatibility.object), by_user);
      case solve::Incompatibility::Kind::dependency:
      case solve::Incompatibility::Kind::unavailable:
        return look_at_releases(incompatibility);
      case solve::Incompatibility::Kind::no_version:
      case solve::Incompatibility::Kind::derived:
        return;
    }
  }

  std::set<pep::MarkerSet> by_user, by_packages;

 private:
  const std::string& name_of(solve::PackageId package) const {
    return proof_.packages[package].name;
  }

  void note(const pep::MarkerSet& where, std::set<pep::MarkerSet>& out) {
    if (overlap(scope_.environments(), where) == Overlap::part)
      out.insert(scope_.environments() & where);
  }

  void note_needs(const std::vector<Need>& needs, const std::string& name,
                  std::set<pep::MarkerSet>& out) {
    for (const Need& need : needs)
      if (need.requirement->name == name) note(need.where, out);
  }

  /// What the releases of the incompatibility say; those whose metadata was not read say nothing.
  void look_at_releases(const solve::Incompatibility& incompatibility) {
    const solve::Package& subject = proof_.packages[incompatibility.subject];
    for (const auto& one : provider_.url_versions().of(subject.name))
      if (incompatibility.subject_range.contains(one->stand_in))
        if (const auto release = provider_.release_of(subject.name, one->stand_in, scope_))
          look_at_release(incompatibility, subject, release->candidates->judge(0));
    const auto candidates = provider_.candidates_of(subject.name, scope_);
    if (!candidates) return;
    for (std::size_t at = 0; at < (*candidates)->size(); ++at)
      if (incompatibility.subject_range.contains((*candidates)->page().releases.version(at)))
        look_at_release(incompatibility, subject, (*candidates)->judge(at));
  }

  void look_at_release(const solve::Incompatibility& incompatibility, const solve::Package& subject,
                       const Judged& judged) {
    if (!judged.file) return;
    const pep::MetadataPtr metadata = provider_.known_metadata_of(judged);
    if (incompatibility.kind == solve::Incompatibility::Kind::unavailable) {
      note(judged.python, by_packages);
      if (metadata) note(provider_.memo().python_above(metadata->requires_python), by_packages);
    } else if (metadata) {
      std::vector<Need> needs = provider_.needs_of(*metadata, subject.extra, scope_);
      const std::vector<Need> constraints = provider_.conditional_constraints(needs, scope_);
      note_needs(constraints, name_of(incompatibility.object), by_user);
      note_needs(needs, name_of(incompatibility.object), by_packages);
    }
  }

  Provider& provider_;
  const Scope& scope_;
  const solve::Derivation& proof_;
};

}  // namespace

std::optional<pep::MarkerSet> condition_of(Provider& provider, const Scope& scope,
                                           const solve::Derivation& proof) {
  Conditions conditions(provider, scope, proof);
  for (const solve::Incompatibility& incompatibility : proof.incompatibilities)
    conditions.look_at(incompatibility);
  if (!conditions.by_user.empty()) return *conditions.by_user.begin();
  if (!conditions.by_packages.empty()) return *conditions.by_packages.begin();
  return std::nullopt;
}

}  // namespace pipit::resolve
