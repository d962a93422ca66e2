// Before the resolution the roots are looked at, after it everything that came along.
#include "operation/hash_mode.h"

#include <algorithm>
#include <map>

#include "base/hash_spec.h"
#include "base/text.h"

namespace pipit::operation {
namespace {

using Hashes = std::vector<base::HashSpec>;

constexpr std::string_view kHowToTurnOff = "--no-require-hashes turns this off";

bool names_hash(const Hashes& hashes, const base::HashSpec& wanted) {
  return std::any_of(hashes.begin(), hashes.end(), [&](const base::HashSpec& hash) {
    return hash.algorithm == wanted.algorithm && hash.hex == wanted.hex;
  });
}

std::string shown_root(const resolve::UserRequirement& wanted) {
  const std::string text = wanted.requirement.name.empty()
                               ? distribution::shown_source(*wanted.source)
                               : wanted.requirement.str();
  return wanted.origin.empty() ? text : cat(text, " (", wanted.origin, ")");
}

bool is_strong(const base::HashSpec& hash) {
  return hash.algorithm != "md5" && hash.algorithm != "sha1";
}

/// Folders and repositories have no hash of their own: pip and uv refuse them, too.
bool can_be_hashed(const std::optional<distribution::DirectReference>& source) {
  return !source || source->is_file();
}

std::unexpected<Error> unhashable(const std::string& shown,
                                  const distribution::DirectReference& source) {
  const bool is_git = source.kind == distribution::DirectReference::Kind::git;
  return fail(Error{
      Code::hash_mismatch,
      cat(shown, ": hashes are required, and a ", is_git ? "repository" : "folder", " has none"),
      {std::string(kHowToTurnOff)}});
}

}  // namespace

bool is_covered(const std::vector<base::HashSpec>& hashes) {
  return std::any_of(hashes.begin(), hashes.end(), is_strong);
}

bool hashes_required(const ResolutionOptions& options, const Inputs& inputs) {
  return options.require_hashes.value_or(inputs.any_hashes);
}

void take_fragment_hashes(std::vector<resolve::UserRequirement>& wanted) {
  for (resolve::UserRequirement& one : wanted)
    if (one.source && one.hashes.empty()) one.hashes = one.source->hashes;
}

Result<void> merge_constraint_hashes(std::vector<resolve::UserRequirement>& roots,
                                     std::vector<resolve::UserRequirement>& constraints,
                                     const resolve::Policy& policy) {
  std::map<std::string, Hashes> constrained;
  for (const resolve::UserRequirement& wanted : constraints) {
    if (!resolve::applies(wanted, policy)) continue;
    Hashes& all = constrained[wanted.requirement.name];
    all.insert(all.end(), wanted.hashes.begin(), wanted.hashes.end());
  }
  for (resolve::UserRequirement& root : roots) {
    const Hashes& allowed = constrained[root.requirement.name];
    if (allowed.empty() || !resolve::applies(root, policy)) continue;
    const bool had_some = !root.hashes.empty();
    std::erase_if(root.hashes,
                  [&](const base::HashSpec& hash) { return !names_hash(allowed, hash); });
    if (had_some && root.hashes.empty())
      return fail(Code::hash_mismatch,
                  cat(shown_root(root), ": none of its hashes is one of the constraints'"));
    if (!had_some) root.hashes = allowed;
  }
  // What a root always carries now need not be said a second time: it would be said wider.
  for (const resolve::UserRequirement& root : roots)
    if (root.requirement.marker.is_true())
      for (resolve::UserRequirement& wanted : constraints)
        if (wanted.requirement.name == root.requirement.name) wanted.hashes.clear();
  return {};
}

Result<void> check_root_hashes(const std::vector<resolve::UserRequirement>& roots,
                               const resolve::Policy& policy) {
  for (const resolve::UserRequirement& wanted : roots) {
    if (!resolve::applies(wanted, policy)) continue;
    if (!can_be_hashed(wanted.source)) return unhashable(shown_root(wanted), *wanted.source);
    if (is_covered(wanted.hashes)) continue;
    const bool pinned = wanted.source || wanted.requirement.specifier.is_pinned();
    return fail(Error{
        pinned ? Code::hash_mismatch : Code::parse,
        cat(shown_root(wanted), pinned ? ": hashes are required, and it has none"
                                       : ": hashes are required, so it must be pinned with =="),
        {std::string(kHowToTurnOff)}});
  }
  return {};
}

Result<void> check_answer_hashes(const resolve::Resolution& resolution) {
  for (const resolve::Chosen& chosen : resolution.chosen) {
    if (chosen.file && !can_be_hashed(chosen.source))
      return unhashable(cat(chosen.name, " (needed by ", chosen.via_text(), ")"), *chosen.source);
    if (!chosen.file || is_covered(chosen.hashes)) continue;
    return fail(Error{Code::hash_mismatch,
                      cat(chosen.name, " ", chosen.version.str(), " (needed by ", chosen.via_text(),
                          "): hashes are required, and it has none")}
                    .with_hint("list it with its hash too")
                    .with_hint(std::string(kHowToTurnOff)));
  }
  return {};
}

}  // namespace pipit::operation
