// All questions are asked at once, then answered in order: sources are fetched and built side by
// side, and the first error by order of lines is the one that is reported.
#include "operation/direct_references.h"

#include <algorithm>

#include "base/hash_spec.h"
#include "base/redact.h"
#include "base/text.h"
#include "pep/name.h"
#include "resolve/url_versions.h"

namespace pipit::operation {
namespace {

std::string place_of(const pep::RequirementLine& line) {
  if (!line.requirement) return line.path_or_url;
  return line.requirement->url.value_or("");
}

/// "requirements.in:3: …", once.
std::unexpected<Error> at_origin(const std::string& origin, Error error) {
  return fail(std::move(error).in(origin));
}

/// "-e" in front of it.
Result<void> make_editable(resolve::UserRequirement& wanted, const std::string& shown) {
  distribution::DirectReference& source = *wanted.source;
  source.editable = source.kind == distribution::DirectReference::Kind::directory;
  wanted.in_place = source.kind == distribution::DirectReference::Kind::git;
  if (!source.editable && !wanted.in_place)
    return fail(Code::parse,
                cat("-e ", shown, ": only a folder or a repository can be installed in place"));
  if (wanted.in_place && wanted.requirement.name.empty())
    return fail(Error{Code::parse, cat("-e ", shown, ": the checkout has no name")}.with_hint(
        "name the project with #egg=NAME behind the URL"));
  return {};
}

class DirectResolver {
 public:
  DirectResolver(Session& session, const resolve::Policy& policy, Inputs& inputs)
      : session_(session), policy_(policy), inputs_(inputs) {}

  Result<void> run() {
    for (const base::Url& url : inputs_.accesses) session_.client.add_credentials(url);
    expect_hashes();
    std::erase_if(inputs_.roots, [&](const resolve::UserRequirement& root) {
      return root.source && root.requirement.name.empty() && !counts(root);
    });
    let_editables_win();
    for (const ProjectToBuild& project : inputs_.built)
      session_.dists.request_direct(project.source, sched::Priority::blocking);
    PIPIT_TRY(request_roots());
    for (const ProjectToBuild& project : inputs_.built) PIPIT_TRY(take_requirements(project));
    PIPIT_TRY(request_roots());
    for (resolve::UserRequirement& root : inputs_.roots)
      if (is_open(root)) PIPIT_TRY(learn(root));
    return {};
  }

 private:
  bool counts(const resolve::UserRequirement& wanted) const {
    return resolve::applies(wanted, policy_);
  }
  bool is_open(const resolve::UserRequirement& root) const {
    return root.source && !root.direct && counts(root) && !is_overridden(root.requirement.name);
  }

  /// What an override replaces is not even looked at.
  bool is_overridden(const std::string& name) const {
    return std::ranges::any_of(inputs_.overrides, [&](const resolve::UserRequirement& one) {
      return one.requirement.name == name;
    });
  }

  void expect_hashes() {
    std::map<std::string, std::vector<base::HashSpec>> hashes;
    for (const auto* all : {&inputs_.roots, &inputs_.constraints, &inputs_.overrides})
      for (const resolve::UserRequirement& wanted : *all)
        if (counts(wanted))
          for (const base::HashSpec& hash : wanted.hashes)
            hashes[wanted.requirement.name].push_back(hash);
    hashes.erase("");
    for (auto& [name, all] : hashes) session_.dists.expect(name, std::move(all));
  }

  /// "-e ./x" and "./x" are one requirement, as in uv.
  void let_editables_win() {
    std::set<std::string> editable;
    for (const resolve::UserRequirement& root : inputs_.roots)
      if (root.source && root.source->editable && holds_everywhere(root))
        editable.insert(root.source->url);
    for (resolve::UserRequirement& root : inputs_.roots)
      if (root.source && root.source->kind == distribution::DirectReference::Kind::directory)
        root.source->editable = root.source->editable || editable.contains(root.source->url);
  }
  bool holds_everywhere(const resolve::UserRequirement& root) const {
    return policy_.target ? counts(root) : root.requirement.marker.is_true();
  }

  Result<void> check_allowed(const resolve::UserRequirement& root) const {
    auto allowed =
        resolve::check_binary_policy(policy_.binary, *root.source, root.requirement.name);
    if (!allowed) return at_origin(root.origin, std::move(allowed.error()));
    return {};
  }

  /// What the policy forbids is not even fetched; of what has no name yet, unless some name may be
  /// an exception.
  Result<void> request_roots() {
    const bool has_exceptions =
        !policy_.binary.no_binary.empty() || !policy_.binary.only_binary.empty();
    for (const resolve::UserRequirement& root : inputs_.roots) {
      if (!is_open(root)) continue;
      if (!root.requirement.name.empty() || !has_exceptions) PIPIT_TRY(check_allowed(root));
      session_.dists.call(*root.source, root.written);
      session_.dists.expect_project(*root.source, root.requirement.name);
      session_.dists.request_direct(with_hashes(root), sched::Priority::blocking);
    }
    return {};
  }

  /// Hashes behind a requirement (--hash) are checked before anything of an archive is run.
  static distribution::DirectReference with_hashes(const resolve::UserRequirement& root) {
    distribution::DirectReference source = *root.source;
    if (source.is_file() && source.hashes.empty()) source.hashes = root.hashes;
    return source;
  }

  Result<void> learn(resolve::UserRequirement& root) {
    auto found = session_.dists.direct(with_hashes(root), session_.stop);
    if (!found) return at_origin(root.origin, std::move(found.error()));
    const distribution::ResolvedDirect& direct = **found;
    pep::Requirement& requirement = root.requirement;
    const std::string& name = direct.page->project;
    const std::string place = distribution::shown_source(*root.source);
    if (!requirement.name.empty() && requirement.name != name)
      return at_origin(root.origin, Error{Code::parse, cat(requirement.written_name, ": ", place,
                                                           " is the project ", name, ", not ",
                                                           requirement.written_name)});
    requirement.name = name;
    if (requirement.written_name.empty()) requirement.written_name = name;
    PIPIT_TRY(check_allowed(root));
    requirement.url = place;
    std::vector<base::HashSpec> own = std::move(root.source->hashes);
    root.source = direct.source;
    root.source->hashes = std::move(own);
    root.direct = direct.page;
    return {};
  }

  /// What a project asks for, as roots; "project[extra]" inside it gives that extra's.
  Result<void> take_requirements(const ProjectToBuild& project) {
    auto direct = session_.dists.direct(project.source, session_.stop);
    if (!direct) return at_origin(project.name, std::move(direct.error()));
    auto metadata = session_.dists.metadata(index::only_file((*direct)->page), session_.stop);
    if (!metadata) return at_origin(project.name, std::move(metadata.error()));
    const pep::Metadata& data = **metadata;
    PIPIT_TRY(const std::vector<std::string> extras, extras_of(project, data));
    if (!data.requires_python_text.empty())
      inputs_.requires_python.push_back(
          {data.requires_python, data.requires_python_text, project.name});
    for (const pep::Requirement& one : data.requires_dist) {
      const pep::MarkerSet where = pep::MarkerSet::of(one.marker, extras);
      if (where.is_none() || one.name == data.name) continue;
      pep::Requirement wanted = one;
      PIPIT_TRY(wanted.marker, where.simplified());
      PIPIT_TRY(take_requirement(std::move(wanted), cat(data.name, " (", project.name, ")"),
                                 project.name));
    }
    return {};
  }

  Result<void> take_requirement(pep::Requirement requirement, std::string via,
                                const std::string& origin) {
    resolve::UserRequirement wanted;
    if (requirement.url) {
      pep::RequirementLine line;
      line.requirement = std::move(requirement);
      auto direct = direct_requirement(std::move(line), "", inputs_.accesses);
      if (!direct) return at_origin(origin, std::move(direct.error()));
      wanted = std::move(*direct);
      for (const base::Url& url : inputs_.accesses) session_.client.add_credentials(url);
    } else {
      wanted.requirement = std::move(requirement);
    }
    wanted.via = std::move(via);
    wanted.origin = origin;
    inputs_.roots.push_back(std::move(wanted));
    return {};
  }

  /// Those asked for, and those that they ask for.
  static Result<std::vector<std::string>> extras_of(const ProjectToBuild& project,
                                                    const pep::Metadata& data) {
    std::set<std::string> all = project.extras;
    const std::set<std::string> known(data.provides_extra.begin(), data.provides_extra.end());
    if (project.all_extras) all.insert(known.begin(), known.end());
    for (std::size_t before = 0; before != all.size();) {
      before = all.size();
      const std::vector<std::string> active(all.begin(), all.end());
      for (const pep::Requirement& one : data.requires_dist)
        if (one.name == data.name && !pep::MarkerSet::of(one.marker, active).is_none())
          all.insert(one.extras.begin(), one.extras.end());
    }
    for (const std::string& extra : project.extras)
      if (!known.contains(extra))
        return fail(Code::not_found,
                    cat("no extra named ", base::printable(extra), " in ", project.name));
    return std::vector<std::string>(all.begin(), all.end());
  }

  Session& session_;
  const resolve::Policy& policy_;
  Inputs& inputs_;
};

std::string placed(const resolve::UserRequirement& wanted) {
  const std::string place = cat(wanted.source->editable ? "-e " : "", shown_source(*wanted.source));
  return wanted.origin.empty() ? place : cat(place, " (", wanted.origin, ")");
}

}  // namespace

Result<resolve::UserRequirement> direct_requirement(pep::RequirementLine line,
                                                    const std::string& written,
                                                    std::vector<base::Url>& accesses) {
  const std::string place = place_of(line);
  PIPIT_TRY(distribution::ParsedReference reference, distribution::parse_reference(place));
  resolve::UserRequirement wanted;
  if (line.requirement) {
    wanted.requirement = std::move(*line.requirement);
  } else {
    wanted.requirement.extras = std::move(line.extras);
    wanted.requirement.marker = std::move(line.marker);
  }
  if (!reference.access.userinfo.empty()) accesses.push_back(std::move(reference.access));
  wanted.requirement.url = distribution::shown_source(reference.source);
  wanted.source = std::move(reference.source);
  if (line.editable) PIPIT_TRY(make_editable(wanted, base::redact_text(place)));
  wanted.written = written.empty() ? place : written;
  return wanted;
}

std::vector<std::string> places_as_written(std::string_view text, const std::string& file,
                                           const std::vector<pep::RequirementsItem>& items) {
  std::vector<std::string> places(items.size());
  const auto note = [&](const std::vector<pep::RequirementsItem>& from) {
    for (std::size_t i = 0; i < from.size(); ++i)
      if (const auto* line = std::get_if<pep::RequirementLine>(&from[i]))
        if (!line->requirement || line->requirement->url) places[i] = place_of(*line);
  };
  note(items);
  if (text.find("${") == std::string_view::npos) return places;
  const auto raw =
      pep::parse_requirements_txt(text, file, [](const std::string&) { return std::nullopt; });
  if (raw && raw->size() == items.size()) note(*raw);
  return places;
}

Result<void> resolve_direct_references(Session& session, const resolve::Policy& policy,
                                       Inputs& inputs) {
  return DirectResolver(session, policy, inputs).run();
}

Result<void> check_one_place_each(Session& session, const resolve::Problem& request) {
  std::map<std::string, std::vector<const resolve::UserRequirement*>> roots;
  for (const resolve::UserRequirement& root : request.roots)
    if (root.direct) roots[root.requirement.name].push_back(&root);
  const auto meet = [&](const resolve::UserRequirement& a, const resolve::UserRequirement& b) {
    const pep::Marker &x = a.requirement.marker, &y = b.requirement.marker;
    if (const auto& target = request.policy.target)
      return x.evaluate(target->markers) && y.evaluate(target->markers);
    return !(pep::MarkerSet::of(x) & pep::MarkerSet::of(y))
                .is_disjoint_from(request.policy.environments);
  };
  const auto clash = [](const resolve::UserRequirement& a, const resolve::UserRequirement& b) {
    std::vector<std::string> places{placed(a), placed(b)};
    std::sort(places.begin(), places.end());
    return fail(
        Code::no_solution,
        cat(a.requirement.name, ": is asked for from two places: ", base::join(places, " and ")));
  };
  for (const auto& [name, same] : roots)
    for (const resolve::UserRequirement* one : same)
      if (!resolve::is_same_source(*one->source, *same.front()->source) &&
          meet(*one, *same.front()))
        return clash(*same.front(), *one);
  for (const resolve::UserRequirement& constraint : request.constraints) {
    const auto named = roots.find(constraint.requirement.name);
    if (!constraint.source || named == roots.end()) continue;
    for (const resolve::UserRequirement* root : named->second) {
      if (!meet(*root, constraint)) continue;
      if (canonical_place(*root->source) != canonical_place(*constraint.source))
        return clash(*root, constraint);
      PIPIT_TRY(const auto found, session.dists.direct(*constraint.source, session.stop));
      distribution::DirectReference meant = found->source;
      meant.editable = root->source->editable;
      if (!resolve::is_same_source(*root->source, meant)) return clash(*root, constraint);
    }
  }
  return {};
}

}  // namespace pipit::operation
