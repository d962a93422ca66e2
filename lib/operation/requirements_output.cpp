// The layout is that of pip-tools and uv, so that their users' differences stay small.
#include "operation/requirements_output.h"

#include <map>
#include <set>

#include "base/redact.h"
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

/// Behind the line, as pip-tools and uv place it; behind hashes it takes a line of its own.
std::string via_in_line(const resolve::Chosen& chosen, const std::string& line, bool has_hashes) {
  constexpr std::size_t kColumn = 24;
  if (chosen.via.empty()) return "";
  const std::size_t blanks = 2 + (line.size() < kColumn ? kColumn - line.size() : 0);
  return cat(has_hashes ? "\n    " : std::string(blanks, ' '), "# via ", chosen.via_text());
}

std::string via_below(const resolve::Chosen& chosen) {
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

/// Of what comes from an index or a folder of files.
std::string index_text(const resolve::Chosen& chosen) {
  if (chosen.source || !chosen.file || !chosen.page) return "";
  const std::string_view own = chosen.file->index_url;
  return cat("    # from ", base::redact_url(own.empty() ? chosen.page->index_url : own), "\n");
}

std::string chosen_text(const resolve::Chosen& chosen, const std::set<std::string>& hashes,
                        const PinFormat& format) {
  std::string out;
  for (const std::string& line : pin_lines(chosen, format.keep_extras)) {
    out += line;
    for (const std::string& hash : hashes) out += cat(" \\\n    --hash=", hash);
    if (format.annotate && format.in_line) out += via_in_line(chosen, line, !hashes.empty());
    out += '\n';
  }
  if (format.annotate) out += revision_text(chosen);
  if (format.annotate && !format.in_line) out += via_below(chosen);
  if (format.indexes) out += index_text(chosen);
  return out;
}

}  // namespace

std::string requirements_text(const resolve::Resolution& resolution, const ReleaseHashes& hashes,
                              const PinFormat& format) {
  std::string out, left_out;
  for (std::size_t i = 0; i < resolution.chosen.size(); ++i) {
    const resolve::Chosen& chosen = resolution.chosen[i];
    if (!format.left_out.contains(chosen.name))
      out += chosen_text(chosen, i < hashes.size() ? hashes[i] : std::set<std::string>(), format);
    else
      left_out += cat("# ", chosen.name, "\n");
  }
  if (left_out.empty()) return out;
  return cat(out, "\n# The following packages were excluded from the output:\n", left_out);
}

}  // namespace pipit::operation
