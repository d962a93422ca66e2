// The layout is that of pip-tools and uv, so that their users' differences stay small.
#include "operation/requirements_output.h"

#include <map>
#include <set>

#include "base/text.h"
#include "operation/origin.h"
#include "operation/pins.h"
#include "pep/name.h"

namespace pipit::operation {
namespace {

/// `name[extras]==version ; marker`, or with the path or URL it came from.
std::string pin_text(const resolve::Chosen& chosen, const std::vector<std::string>& extras,
                     const pep::Marker& marker) {
  const std::string behind = pep::extras_text(extras);
  std::string text;
  if (!chosen.source)
    text = cat(chosen.name, behind, "==", chosen.version.str());
  else if (is_named_by_path(chosen))
    text = cat(requirement_of(chosen), behind);
  else
    text = requirement_of(chosen).insert(chosen.name.size(), behind);
  if (!marker.is_true()) text += cat(" ; ", marker.str());
  return text;
}

/// One line, and with extras kept that are needed in fewer environments than the package, one for
/// each of those.
std::vector<std::string> pin_lines(const resolve::Chosen& chosen, bool keep_extras) {
  std::map<std::string, std::vector<std::string>> by_marker;  // marker text -> extras
  if (keep_extras)
    for (const std::string& extra : chosen.extras) {
      const auto marker = chosen.extra_markers.find(extra);
      by_marker[marker == chosen.extra_markers.end() ? "" : marker->second.str()].push_back(extra);
    }
  std::vector<std::string> lines{pin_text(chosen, by_marker[chosen.marker.str()], chosen.marker)};
  for (const auto& [text, extras] : by_marker)
    if (text != chosen.marker.str())
      lines.push_back(pin_text(chosen, extras, chosen.extra_markers.at(extras.front())));
  return lines;
}

std::string via_text(const resolve::Chosen& chosen) {
  if (chosen.via.empty()) return "";
  if (chosen.via.size() == 1) return cat("    # via ", *chosen.via.begin(), "\n");
  std::string out = "    # via\n";
  for (const std::string& via : chosen.via) out += cat("    #   ", via, "\n");
  return out;
}

/// Which branch or tag the commit was: read_pins() reads it, so that another one asked for later is
/// not taken for this.
std::string revision_text(const resolve::Chosen& chosen) {
  if (!chosen.source || chosen.source->revision.empty() ||
      chosen.source->revision == chosen.source->commit)
    return "";
  return cat("    ", kRevisionComment, base::printable(chosen.source->revision), "\n");
}

}  // namespace

std::vector<std::string> release_hashes(const resolve::Chosen& chosen) {
  std::set<std::string> digests;
  if (chosen.page)
    for (const index::File& file : chosen.page->files)
      if (chosen.page->releases[file.release].version == chosen.version && !file.sha256.empty())
        digests.insert(cat("sha256:", file.sha256));
  return {digests.begin(), digests.end()};
}

std::string requirements_text(const resolve::Resolution& resolution, const PinFormat& format) {
  std::string out;
  for (const resolve::Chosen& chosen : resolution.chosen) {
    for (const std::string& line : pin_lines(chosen, format.keep_extras)) {
      out += line;
      if (format.hashes)
        for (const std::string& hash : release_hashes(chosen)) out += cat(" \\\n    --hash=", hash);
      out += '\n';
    }
    if (format.annotate) out += cat(revision_text(chosen), via_text(chosen));
  }
  return out;
}

}  // namespace pipit::operation
