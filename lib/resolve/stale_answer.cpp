// Upload times show when backtracking ended at a release from another time, which is rarely wanted.
#include "resolve/stale_answer.h"

#include "base/text.h"

namespace pipit::resolve {
namespace {

constexpr std::int64_t kYear = 365 * 24 * 3600;

}  // namespace

std::string stale_answer_warning(const Chosen& chosen, const std::string& compile_command) {
  if (!chosen.page || !chosen.file || chosen.file->upload_time == 0) return {};
  for (const index::Release& release : chosen.page->releases) {  // newest first
    if (release.version <= chosen.version) break;
    if (release.version.is_prerelease() || release.files.empty()) continue;
    const std::int64_t uploaded = release.files.front().upload_time;
    const std::int64_t years = (uploaded - chosen.file->upload_time) / kYear;
    if (uploaded == 0 || years < 2) return {};
    const std::string newest = release.version.str();
    return cat(chosen.name, " ", chosen.version.str(), ": is ", years, " years older than ", newest,
               ", which does not fit the other requirements",
               compile_command.empty() ? ""
                                       : cat(" (`", compile_command, " --why-not ", chosen.name,
                                             "==", newest, "` says why)"));
  }
  return {};
}

}  // namespace pipit::resolve
