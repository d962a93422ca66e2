// The key of a resolution is the sorted text of the requirements: neither the order in which a
// project lists them nor which of two projects asks first may change a result.
#include "build_frontend/build_requirements.h"

#include <algorithm>

#include "base/text.h"
#include "distribution/direct_reference.h"

namespace pipit::build_frontend {
namespace {

std::vector<std::string> texts_of(const std::vector<pep::Requirement>& requirements) {
  std::vector<std::string> out;
  for (const pep::Requirement& one : requirements) out.push_back(one.str());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<pep::Requirement> sorted_by(const std::vector<std::string>& texts) {
  std::vector<pep::Requirement> out;
  for (const std::string& text : texts)
    if (auto one = pep::parse_requirement(text)) out.push_back(std::move(*one));
  return out;
}

}  // namespace

BuildRequirements::BuildRequirements(const Options& options, const BuildServices& services,
                                     std::shared_ptr<const pep::Target> target)
    : options_(options), services_(services), target_(std::move(target)), known_(services.graph) {}

Result<resolve::Problem> BuildRequirements::make_request(
    const std::vector<pep::Requirement>& wanted, std::stop_token stop) const {
  resolve::Problem request;
  request.policy = options_.policy;
  request.policy.target = target_;
  request.constraints = options_.constraints;
  for (const pep::Requirement& requirement : wanted) {
    if (!requirement.marker.evaluate(target_->markers)) continue;
    resolve::UserRequirement one;
    one.requirement = requirement;
    if (requirement.url) {
      PIPIT_TRY(const distribution::DirectReference source,
                distribution::parse_source(*requirement.url));
      services_.dists.expect_project(source, requirement.name);
      PIPIT_TRY(const distribution::ResolvedDirectPtr direct, services_.dists.direct(source, stop));
      if (direct->page->project != requirement.name)
        return fail(Code::bad_metadata,
                    cat(requirement.name, ": the URL leads to another project (",
                        direct->page->project, ")"));
      one.requirement.url.reset();
      one.direct = direct->page;
      one.source = direct->source;
    }
    request.roots.push_back(std::move(one));
  }
  for (const auto* wishes : {&request.roots, &request.constraints})
    for (const resolve::UserRequirement& one : *wishes)
      resolve::apply_to_policy(one, request.policy);
  return request;
}

Result<ResolutionPtr> BuildRequirements::resolve(const std::vector<pep::Requirement>& requirements,
                                                 const std::vector<pep::Requirement>& more,
                                                 const ResolutionPtr& before,
                                                 std::stop_token stop) {
  std::vector<std::string> texts = texts_of(requirements);
  const std::string shown = base::join(texts, ", ");
  const std::vector<std::string> later = texts_of(more);
  const std::string key = cat(base::join(texts, "\n"), "\n\n", base::join(later, "\n"));
  texts.insert(texts.end(), later.begin(), later.end());
  return known_.get(
      key, cat("the build requirement ", shown), stop, [&]() -> Result<ResolutionPtr> {
        PIPIT_TRY(resolve::Problem request, make_request(sorted_by(texts), stop));
        if (before)
          for (const resolve::Chosen& chosen : before->chosen)
            request.preferred[chosen.name].push_back({chosen.version, pep::Marker()});
        PIPIT_TRY(
            resolve::Resolution found,
            resolve::solve(request, services_.catalog, services_.dists, services_.events, stop));
        return std::make_shared<const resolve::Resolution>(std::move(found));
      });
}

}  // namespace pipit::build_frontend
