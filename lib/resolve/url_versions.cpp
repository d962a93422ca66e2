// URLs are compared by what they lead to: two spellings of one place at one commit are one version.
#include "resolve/url_versions.h"

#include "base/redact.h"
#include "base/text.h"

namespace pipit::resolve {
namespace {

/// Sorts right after the version itself, so that PEP 440's ranges include it too, and is a version
/// that no project would publish. The same source gets the same one in every resolution.
pep::Version stand_in_for(const pep::Version& version,
                          const distribution::DirectReference& source) {
  const std::string text = cat(version.str(), version.has_local() ? "." : "+", "from.url.x",
                               base::sha256_hex(distribution::source_text(source)).substr(0, 16));
  return pep::Version::parse(text).value_or(version);
}

std::string shown_place(const std::string& url) { return base::redact_text(base::printable(url)); }

}  // namespace

bool is_same_source(const distribution::DirectReference& a,
                    const distribution::DirectReference& b) {
  return a.kind == b.kind && a.commit == b.commit && a.editable == b.editable &&
         distribution::canonical_place(a) == distribution::canonical_place(b);
}

Result<void> check_binary_policy(const BinaryPolicy& policy,
                                 const distribution::DirectReference& source,
                                 const std::string& name) {
  if (!policy.holds_for_direct || source.editable) return {};
  const bool is_wheel = source.kind == distribution::DirectReference::Kind::wheel;
  if (is_wheel ? policy.wheels_allowed(name) : policy.sdists_allowed(name)) return {};
  const std::string place = distribution::shown_source(source);
  const std::string what = name.empty() ? place : cat(name, " (", place, ")");
  return fail(Code::unsupported,
              is_wheel ? cat(what, ": is a wheel, which --no-binary does not allow")
                       : cat(what, ": would have to be built, which --only-binary does not allow"));
}

Result<distribution::ResolvedDirectPtr> UrlVersions::look_up(const pep::Requirement& requirement,
                                                             const std::stop_token& stop) {
  const std::string& url = *requirement.url;
  const std::string shown = cat(requirement.name, " @ ", shown_place(url));
  if (!base::parse_url(url)) return fail(Code::bad_metadata, cat(shown, ": not a URL"));
  auto source = distribution::parse_source(url);
  if (!source)
    return fail(Code::bad_metadata, cat(requirement.name, " @ ", source.error().message));
  if (auto allowed = check_binary_policy(binary_, *source, requirement.name); !allowed)
    return fail(Code::bad_metadata, std::move(allowed.error().message));
  if (!budget_.spend_on_reference(url)) return fail(Code::offline, cat(shown, ": not asked for"));
  dists_.expect_project(*source, requirement.name);
  PIPIT_TRY(auto direct, dists_.direct(*source, stop));
  if (direct->page->project != requirement.name)
    return fail(Code::bad_metadata,
                cat(shown, ": is another project (", direct->page->project, ")"));
  return direct;
}

Result<UrlVersion*> UrlVersions::find(const pep::Requirement& requirement,
                                      const std::stop_token& stop) {
  const Named named{requirement.name, *requirement.url};
  if (const auto known = by_name_.find(named); known != by_name_.end()) return known->second;
  PIPIT_TRY(const auto direct, look_up(requirement, stop));
  auto& all = by_project_[requirement.name];
  for (const auto& one : all)
    if (is_same_source(one->source, direct->source)) return by_name_[named] = one.get();
  const pep::Version version = direct->page->releases.front().version;
  all.push_back(std::make_unique<UrlVersion>(
      UrlVersion{version, stand_in_for(version, direct->source), direct->page, direct->source}));
  return by_name_[named] = all.back().get();
}

std::span<const std::unique_ptr<UrlVersion>> UrlVersions::of(const std::string& project) const {
  const auto known = by_project_.find(project);
  if (known == by_project_.end()) return {};
  return known->second;
}

UrlVersion* UrlVersions::as(const std::string& project, const pep::Version& version) const {
  for (const auto& one : of(project))
    if (one->stand_in == version) return one.get();
  return nullptr;
}

UrlVersion* UrlVersions::only_one_in(const std::string& project, const solve::Range& range) const {
  for (const auto& one : of(project))
    if (range.contains(one->stand_in) && range.is_subset_of(solve::Range::exactly(one->stand_in)))
      return one.get();
  return nullptr;
}

UrlVersion* UrlVersions::filling_in(const std::string& project, const solve::Range& range) const {
  for (const auto& one : of(project))
    if (one->fills_in && range.contains(one->stand_in)) return one.get();
  return nullptr;
}

solve::Range UrlVersions::with_stand_ins(const std::string& project, solve::Range range) const {
  for (const auto& one : of(project)) {
    const solve::Range point = solve::Range::exactly(one->stand_in);
    range = range.contains(one->version) ? range | point : range - point;
  }
  return range;
}

std::string UrlVersions::shown(std::string text) const {
  for (const auto& [project, all] : by_project_)
    for (const auto& one : all)
      text = base::replace_all(
          text, one->stand_in.str(),
          cat(one->version.str(), " (", distribution::shown_source(one->source), ")"));
  return text;
}

}  // namespace pipit::resolve
