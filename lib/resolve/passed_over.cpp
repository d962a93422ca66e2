// Only a few are named: a project may have a hundred releases that are newer than what fits.
#include "resolve/passed_over.h"

#include "base/text.h"

namespace pipit::resolve {
namespace {

constexpr std::size_t kNamed = 3;

std::string why(const Judged& judged, const pep::Version& version) {
  const std::string text = reason_text(judged.reason, base::printable(judged.detail));
  if (!text.empty()) return text;
  return version.is_prerelease() ? "is a pre-release" : "does not fit";
}

}  // namespace

std::string passed_over(Candidates& candidates, const pep::Version& taken) {
  std::vector<std::string> named;
  std::size_t newer = 0;
  for (std::size_t at = 0; at < candidates.size(); ++at) {
    const pep::Version& version = candidates.page().releases.version(at);
    if (!(taken < version)) continue;
    if (++newer > kNamed) continue;
    named.push_back(cat(version.str(), " ", why(candidates.judge(at), version)));
  }
  if (newer > kNamed) named.push_back(cat(newer - kNamed, " more"));
  return base::join(named, ", ");
}

}  // namespace pipit::resolve
