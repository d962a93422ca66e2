#include "resolve/conditions.h"

#include <set>

#include "resolve/fork.h"

namespace pipit::resolve {
namespace {

class Conditions {
 public:
  Conditions(Sources& sources, const Scope& scope, const solve::Derivation& proof)
      : sources_(sources), scope_(scope), proof_(proof) {}

  void look_at(const solve::Statement& statement) {
    switch (statement.kind) {
      case solve::Statement::Kind::root:
      case solve::Statement::Kind::constraint:
        return note_needs(root_needs(sources_, scope_), name_of(statement.object), by_user);
      case solve::Statement::Kind::dependency:
      case solve::Statement::Kind::unavailable:
        return look_at_releases(statement);
      case solve::Statement::Kind::no_version:
      case solve::Statement::Kind::derived:
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

  /// What the releases of the statement say; of those whose metadata nobody has read yet, nothing.
  void look_at_releases(const solve::Statement& statement) {
    const solve::Package& subject = proof_.packages[statement.subject];
    for (const auto& one : sources_.url_versions().of(subject.name))
      if (statement.subject_range.contains(one->stand_in))
        if (const auto spot = sources_.spot_of(subject.name, one->stand_in, scope_))
          look_at_release(statement, subject, spot->candidates->judge(0));
    const auto candidates = sources_.candidates_of(subject.name, scope_);
    if (!candidates) return;
    for (std::size_t at = 0; at < (*candidates)->size(); ++at)
      if (statement.subject_range.contains((*candidates)->page().releases[at].version))
        look_at_release(statement, subject, (*candidates)->judge(at));
  }

  void look_at_release(const solve::Statement& statement, const solve::Package& subject,
                       const Judged& judged) {
    if (!judged.file) return;
    const pep::MetadataPtr metadata = sources_.known_metadata_of(judged);
    if (statement.kind == solve::Statement::Kind::unavailable) {
      note(judged.python, by_packages);
      if (metadata) note(sources_.memo().python_above(metadata->requires_python), by_packages);
    } else if (metadata) {
      std::vector<Need> needs = sources_.needs_of(*metadata, subject.extra, scope_);
      const std::vector<Need> constraints = sources_.conditional_constraints(needs, scope_);
      note_needs(constraints, name_of(statement.object), by_user);
      note_needs(needs, name_of(statement.object), by_packages);
    }
  }

  Sources& sources_;
  const Scope& scope_;
  const solve::Derivation& proof_;
};

}  // namespace

std::optional<pep::MarkerSet> condition_of(Sources& sources, const Scope& scope,
                                           const solve::Derivation& proof) {
  Conditions conditions(sources, scope, proof);
  for (const solve::Statement& statement : proof.statements) conditions.look_at(statement);
  if (!conditions.by_user.empty()) return *conditions.by_user.begin();
  if (!conditions.by_packages.empty()) return *conditions.by_packages.begin();
  return std::nullopt;
}

}  // namespace pipit::resolve
