// Results for programs: what --json and --report write.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/settings.h"
#include "env/installed.h"
#include "env/plan.h"
#include "operation/release_hashes.h"
#include "pep/target.h"
#include "resolve/resolution.h"

namespace pipit::cli {

/// pip's installation report, version "1", where --json or --report ask for it.
Result<void> write_install_report(const OutputOptions& output, const env::Plan& plan,
                                  const resolve::Resolution& resolution, const pep::Target& target);

/// {"packages": [{"name", "version", "via", …}]}: a resolution. `hashes`: empty when they are not
/// asked for.
std::string resolution_json(const resolve::Resolution& resolution,
                            const operation::ReleaseHashes& hashes);

/// {"removed": [{"name", "version", "location"}], "outside": [the same], "not_installed": […],
/// "dry_run": …}
std::string uninstall_json(const std::vector<env::Installed>& removed,
                           const std::vector<env::Installed>& outside,
                           const std::vector<std::string>& not_installed, bool dry_run);

/// {"files": [{"name", "version", "path"}], "dry_run": …}. `paths` are those of the resolution's
/// packages, in its order; none with a dry run.
std::string collection_json(const resolve::Resolution& resolution,
                            const std::vector<std::string>& paths, bool dry_run);

}  // namespace pipit::cli
