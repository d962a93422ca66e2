// What an earlier output pinned, read back so that it changes only where it must.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "operation/inputs.h"
#include "resolve/problem.h"

namespace pipit::operation {

/// Begins the comment below a pinned commit that names the branch or tag it was found by.
inline constexpr std::string_view kRevisionComment = "# revision ";

/// A repository as it was pinned: place, revision asked for ("" : the default branch, or not known
/// to have been another), commit.
struct PinnedCommit {
  std::string place, revision, commit;
};

/// The hashes behind a pin.
struct PinnedHashes {
  std::optional<pep::Version> version;  // else:
  std::string url;                      // as it was written
  std::set<std::string> hashes;         // "sha256:…"
};
using KeptHashes = std::map<std::string, std::vector<PinnedHashes>>;  // by normal name

/// By normal name.
struct Pins {
  std::map<std::string, std::vector<resolve::Preferred>> versions;
  std::map<std::string, std::vector<PinnedCommit>> commits;
  KeptHashes hashes;
};

/// The pins of a requirements file or a lock; lines that are something else are passed over. Empty
/// when the file is not there.
Result<Pins> read_pins(const std::string& path);

/// The pins of the file that is going to be written, less those that the options upgrade.
Result<Pins> earlier_pins(const std::string& output, const ResolutionOptions& options);

/// Repositories among the inputs whose commit was pinned at the same place for the same revision
/// keep it; the network is not asked for it again.
void keep_commits(const Pins& pins, Inputs& inputs);

/// Pinned versions are tried before others; one that is yanked by now stays usable.
void prefer_pins(Pins pins, resolve::Problem& request);

}  // namespace pipit::operation
