// What stands at the end of what a command says: what was done, where it came from, where it went.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "distribution/database.h"
#include "operation/install_target.h"
#include "operation/session.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// How the files of an operation came to be there.
struct Totals {
  std::size_t downloaded = 0, built = 0, from_cache = 0, local = 0;
  std::uint64_t bytes = 0;  // fetched over the network, for whatever
};
Totals totals_of(const Session& session, const std::vector<index::FilePtr>& files);
/// " (8 downloaded, 1 built, 3 from cache, 30.2 MB fetched)": what is 0 is left out, "" if all is.
std::string shown_totals(const Totals& totals);

/// How many packages come, of these in place of another version, and go.
struct ChangeCounts {
  std::size_t added = 0, changed = 0, removed = 0;
};
/// "Installed 12 (3 changed), removed 4 packages", "Would remove 1 package".
std::string shown_counts(const ChangeCounts& counts, bool dry_run);

/// A folder as it is told: relative to the working directory, if it lies below that.
std::string shown_place(const std::string& path);
/// "Environment: .venv (Python 3.11.7)"; "Target: lib", "Prefix: …" and "Root: …" when such a
/// folder was named, without a Python if it is for another. "" : nothing is known.
std::string environment_line(const TargetOptions& options, const InstallTarget& target);

/// "numpy 2.1.0: downloaded from https://…": for -v.
std::string origin_line(const resolve::Chosen& chosen, distribution::Obtained how);

}  // namespace pipit::operation
