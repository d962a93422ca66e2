// Which listed names are files of this project, and which version each one is. A big page names
// 12,000 files of 2,000 versions, so the version text is cut out first and each text parsed once;
// the full name is parsed later, for the few files that become candidates.
#include "index/page_builder.h"

#include <algorithm>

#include "base/text.h"
#include "pep/name.h"

namespace pipit::index {

namespace {

/// "foo_bar" for "Foo.Bar-1.0…": whether `name` is the project in some spelling. The normal form
/// (PEP 503) of the name is compared without writing it: this runs for every link of every page.
bool is_project(std::string_view name, std::string_view project) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = base::to_lower(name[i]);
    const bool separator = c == '-' || c == '_' || c == '.';
    if (separator && i > 0 && (name[i - 1] == '-' || name[i - 1] == '_' || name[i - 1] == '.'))
      continue;
    if (at >= project.size() || project[at] != (separator ? '-' : c)) return false;
    ++at;
  }
  return at == project.size();
}

/// A wheel's name has five parts, or six with a build tag (PEP 427), and its first part holds no
/// dash.
std::optional<NamedVersion> version_in_wheel_name(std::string_view file_name,
                                                  std::string_view project) {
  const std::string_view stem = file_name.substr(0, file_name.size() - 4);
  const auto dashes = std::count(stem.begin(), stem.end(), '-');
  if (dashes != 4 && dashes != 5) return std::nullopt;
  const std::size_t first = stem.find('-');
  if (!is_project(stem.substr(0, first), project)) return std::nullopt;
  const std::size_t second = stem.find('-', first + 1);
  return NamedVersion{FileKind::wheel, stem.substr(first + 1, second - first - 1)};
}

/// The name itself may contain dashes (old sdists): it ends where the project's letters are used
/// up.
std::optional<NamedVersion> version_in_sdist_name(std::string_view stem, std::string_view project) {
  for (std::size_t dash = stem.find('-'); dash != std::string_view::npos;
       dash = stem.find('-', dash + 1))
    if (is_project(stem.substr(0, dash), project))
      return NamedVersion{FileKind::sdist, stem.substr(dash + 1)};
  return std::nullopt;
}

}  // namespace

std::optional<NamedVersion> version_in_name(std::string_view file_name, std::string_view project) {
  if (file_name.ends_with(".whl")) return version_in_wheel_name(file_name, project);
  for (const std::string_view extension : {".tar.gz", ".zip"})
    if (file_name.ends_with(extension))
      return version_in_sdist_name(file_name.substr(0, file_name.size() - extension.size()),
                                   project);
  return std::nullopt;
}

PageBuilder::PageBuilder(std::string project, std::string index_url)
    : draft_{std::move(project), std::move(index_url), {}, {}, {}} {}

void PageBuilder::add(const RawFile& file) {
  const auto named = version_in_name(file.name, draft_.project);
  if (!named) return;
  auto known = release_of_text_.find(named->version);
  if (known == release_of_text_.end()) {
    auto version = pep::Version::parse(named->version);
    if (!version) return;  // older than PEP 440: no requirement could name it
    // "1.0" and "1.0.0" are one release: files of both spellings belong to it.
    const auto [place, fresh] = release_of_version_.try_emplace(*version, draft_.releases.size());
    if (fresh) draft_.releases.emplace_back(std::move(*version));
    known = release_of_text_.emplace(std::string(named->version), place->second).first;
  }
  draft_.releases[known->second].add(file, named->kind);
}

void PageBuilder::set_status(std::string status, std::string reason) {
  draft_.status = std::move(status);
  draft_.status_reason = std::move(reason);
}

}  // namespace pipit::index
