// A file that cannot be read as what it should be holds no pins; check_output() has refused it
// where it would be replaced.
#include "operation/pins.h"

#include "base/file.h"
#include "base/text.h"
#include "base/url.h"
#include "pep/pylock.h"
#include "pep/requirements_txt.h"

namespace pipit::operation {
namespace {

constexpr std::uint64_t kMaxPinsBytes = 16u << 20;

void pin_commit(const std::string& name, const std::string& url, std::string revision, Pins& pins) {
  const auto source = distribution::parse_source(url);
  if (!source || source->kind != distribution::DirectReference::Kind::git || source->commit.empty())
    return;
  pins.commits[name].push_back(
      {distribution::canonical_place(*source), std::move(revision), source->commit});
}

Pins pins_of_lock(const std::string& text) {
  Pins pins;
  const auto lock = pep::parse_pylock(text);
  if (!lock) return pins;
  for (const pep::LockedPackage& package : lock->packages) {
    if (package.vcs && package.vcs->type == "git" && !package.vcs->url.empty()) {
      const pep::LockedVcs& vcs = *package.vcs;
      std::string url = cat("git+", vcs.url, "@", vcs.commit_id);
      if (!vcs.subdirectory.empty())
        url += cat("#subdirectory=", base::percent_encode_path(vcs.subdirectory));
      pin_commit(package.name, url, vcs.requested_revision, pins);
    }
    if (package.version && !package.archive && !package.vcs && !package.directory)
      pins.versions[package.name].push_back({*package.version, package.marker});
  }
  return pins;
}

void pin_hashes(const pep::RequirementLine& line, Pins& pins) {
  const pep::Requirement& requirement = *line.requirement;
  PinnedHashes pin;
  if (requirement.url)
    pin.url = *requirement.url;
  else if (requirement.specifier.is_pinned())
    pin.version = requirement.specifier.clauses().front().version;
  if (line.hashes.empty() || (pin.url.empty() && !pin.version)) return;
  for (const base::HashSpec& hash : line.hashes)
    pin.hashes.insert(cat(hash.algorithm, ":", hash.hex));
  pins.hashes[requirement.name].push_back(std::move(pin));
}

/// Of the comments below a line: those of an output are indented.
std::string revision_below(const std::vector<std::string_view>& lines, std::size_t line) {
  for (std::size_t at = line; at < lines.size(); ++at) {
    const std::string_view text = base::trim(lines[at]);
    if (text.starts_with(kRevisionComment))
      return std::string(text.substr(kRevisionComment.size()));
    if (!lines[at].starts_with("    ")) break;
  }
  return "";
}

}  // namespace

Result<Pins> read_pins(const std::string& path) {
  auto text = base::read_file(path, kMaxPinsBytes);
  if (!text) {
    if (text.error().code == Code::not_found) return Pins();
    return fail(std::move(text.error()));
  }
  if (input_kind(path) == InputKind::lock) return pins_of_lock(*text);
  Pins pins;
  auto items =
      pep::parse_requirements_txt(*text, path, [](const std::string&) { return std::nullopt; });
  if (!items) return pins;
  const std::vector<std::string_view> lines = base::split(*text, '\n');
  for (const pep::RequirementsItem& item : *items) {
    const auto* line = std::get_if<pep::RequirementLine>(&item);
    if (!line || !line->requirement) continue;
    const pep::Requirement& requirement = *line->requirement;
    pin_hashes(*line, pins);
    if (requirement.url)
      pin_commit(requirement.name, *requirement.url, revision_below(lines, line->where.line), pins);
    if (!requirement.specifier.is_pinned()) continue;
    const auto& clause = requirement.specifier.clauses().front();
    if (clause.version)
      pins.versions[requirement.name].push_back({*clause.version, requirement.marker});
  }
  return pins;
}

Result<Pins> earlier_pins(const std::string& output, const ResolutionOptions& options) {
  if (options.upgrade || base::is_written_into(output)) return Pins();
  PIPIT_TRY(Pins pins, read_pins(output));
  for (const pep::Requirement& upgrade : options.upgrades) {
    pins.versions.erase(upgrade.name);
    pins.commits.erase(upgrade.name);
    pins.hashes.erase(upgrade.name);
  }
  return pins;
}

void prefer_pins(Pins pins, resolve::Problem& request) {
  request.preferred = std::move(pins.versions);
  for (const auto& [name, versions] : request.preferred)
    for (const resolve::Preferred& pin : versions) request.policy.pinned[name].insert(pin.version);
}

void keep_commits(const Pins& pins, Inputs& inputs) {
  for (resolve::UserRequirement& root : inputs.roots) {
    if (!root.source || root.source->kind != distribution::DirectReference::Kind::git) continue;
    // One without a name can only be known by its place.
    for (const auto& [name, commits] : pins.commits) {
      if (!root.requirement.name.empty() && root.requirement.name != name) continue;
      for (const PinnedCommit& pin : commits)
        if (root.source->commit.empty() && pin.revision == root.source->revision &&
            pin.place == distribution::canonical_place(*root.source))
          root.source->commit = pin.commit;
    }
  }
}

}  // namespace pipit::operation
