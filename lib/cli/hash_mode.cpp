#include "cli/hash_mode.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace pipit::cli {
namespace {

using Hashes = std::vector<base::HashSpec>;

constexpr std::string_view kHowToTurnOff = "--no-require-hashes turns this off";

bool names_hash(const Hashes& hashes, const base::HashSpec& wanted) {
  return std::any_of(hashes.begin(), hashes.end(), [&](const base::HashSpec& hash) {
    return hash.algorithm == wanted.algorithm && hash.hex == wanted.hex;
  });
}

std::string shown_root(const resolve::Wanted& wanted) {
  const std::string text = wanted.requirement.str();
  return wanted.origin.empty() ? text : cat(text, " (", wanted.origin, ")");
}

/// A hash behind the '#' of a URL counts; weak ones do not.
bool is_covered(const Hashes& hashes, const index::File* direct) {
  if (direct && !direct->sha256.empty()) return true;
  return std::any_of(hashes.begin(), hashes.end(), [](const base::HashSpec& hash) {
    return hash.algorithm != "md5" && hash.algorithm != "sha1";
  });
}

}  // namespace

bool hashes_required(const Layers& layers, const Inputs& inputs) {
  return layers.stronger("require-hashes", "no-require-hashes",
                         inputs.any_hashes && !layers.flag("no-require-hashes"));
}

Result<void> merge_constraint_hashes(std::vector<resolve::Wanted>& roots,
                                     std::vector<resolve::Wanted>& constraints) {
  std::map<std::string, Hashes> constrained;
  for (const resolve::Wanted& wanted : constraints) {
    Hashes& all = constrained[wanted.requirement.name];
    all.insert(all.end(), wanted.hashes.begin(), wanted.hashes.end());
  }
  for (resolve::Wanted& root : roots) {
    const Hashes& allowed = constrained[root.requirement.name];
    if (allowed.empty()) continue;
    const bool had_some = !root.hashes.empty();
    std::erase_if(root.hashes,
                  [&](const base::HashSpec& hash) { return !names_hash(allowed, hash); });
    if (had_some && root.hashes.empty())
      return fail(Code::hash_mismatch,
                  cat(shown_root(root), ": none of its hashes is one of the constraints'"));
    if (!had_some) root.hashes = allowed;
  }
  // What a root always carries now need not be said a second time: it would be said wider.
  for (const resolve::Wanted& root : roots)
    if (root.requirement.marker.is_true())
      for (resolve::Wanted& wanted : constraints)
        if (wanted.requirement.name == root.requirement.name) wanted.hashes.clear();
  return {};
}

Result<void> check_root_hashes(const std::vector<resolve::Wanted>& roots) {
  for (const resolve::Wanted& wanted : roots) {
    if (is_covered(wanted.hashes, wanted.direct ? &wanted.direct->files.front() : nullptr))
      continue;
    const bool pinned = wanted.direct || wanted.requirement.specifier.is_pinned();
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
    if (!chosen.file || is_covered(chosen.hashes, chosen.direct ? chosen.file.get() : nullptr))
      continue;
    const std::vector<std::string> via(chosen.via.begin(), chosen.via.end());
    return fail(Error{Code::hash_mismatch,
                      cat(chosen.name, " ", chosen.version.str(), " (needed by ",
                          base::join(via, ", "), "): hashes are required, and it has none"),
                      {"list it with its hash too", std::string(kHowToTurnOff)}});
  }
  return {};
}

}  // namespace pipit::cli
