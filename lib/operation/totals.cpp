// Counts of nothing are left out: "0 downloaded" is no news. Bytes are all that came over the
// network in the whole run, as its time is the whole run's: pages, metadata, what builds need.
#include "operation/totals.h"

#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"

namespace pipit::operation {

Totals totals_of(const Session& session, const std::vector<index::FilePtr>& files) {
  Totals totals;
  for (const index::FilePtr& file : files) {
    switch (session.dists.obtained(*file)) {
      case distribution::Obtained::downloaded:
        ++totals.downloaded;
        break;
      case distribution::Obtained::built:
        ++totals.built;
        break;
      case distribution::Obtained::from_cache:
        ++totals.from_cache;
        break;
      case distribution::Obtained::on_this_machine:
        ++totals.local;
    }
  }
  totals.bytes = session.client.traffic().bytes;
  return totals;
}

std::string shown_totals(const Totals& totals) {
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) parts.push_back(cat(count, what));
  };
  add(totals.downloaded, " downloaded");
  add(totals.built, " built");
  add(totals.from_cache, " from cache");
  add(totals.local, totals.local == 1 ? " local file" : " local files");
  if (totals.bytes > 0) parts.push_back(cat(base::format_bytes(totals.bytes), " fetched"));
  return parts.empty() ? "" : cat(" (", base::join(parts, ", "), ")");
}

std::string shown_counts(const ChangeCounts& counts, bool dry_run) {
  const std::string removed =
      counts.removed == 0 ? "" : cat("remove", dry_run ? " " : "d ", counts.removed);
  if (counts.added == 0)
    return cat(dry_run ? "Would r" : "R", removed.substr(1), " package",
               counts.removed == 1 ? "" : "s");
  const std::string changed = counts.changed == 0 ? "" : cat(" (", counts.changed, " changed)");
  const std::string verb = dry_run ? "Would install " : "Installed ";
  if (removed.empty()) return cat(verb, base::counted(counts.added, "package"), changed);
  return cat(verb, counts.added, changed, ", ", removed, " package",
             counts.removed == 1 ? "" : "s");
}

std::string shown_place(const std::string& path) {
  std::string nearby = base::relative_path(base::absolute_path("."), path);
  return nearby.starts_with("..") ? path : nearby;
}

std::string environment_line(const TargetOptions& options, const InstallTarget& target) {
  std::string_view what = "Environment";
  std::string place = target.interpreter ? target.interpreter->prefix : "";
  if (options.directory || options.prefix) {
    what = options.directory ? "Target" : "Prefix";
    place = options.directory ? target.layout.scheme.purelib : target.layout.prefix;
  } else if (options.user) {
    place = target.layout.scheme.purelib;
  } else if (options.root) {
    what = "Root";
    place = base::absolute_path(*options.root);
  }
  if (place.empty()) return "";
  const bool is_its_python = target.interpreter && !options.foreign.any();
  return cat(what, ": ", shown_place(place),
             is_its_python ? cat(" (Python ", target.interpreter->version.str(), ")") : "");
}

std::string origin_line(const resolve::Chosen& chosen, distribution::Obtained how) {
  const std::string from = chosen.source ? distribution::shown_source(*chosen.source)
                                         : base::redact_url(chosen.file->url);
  const std::string what = cat(chosen.name, " ", chosen.version.str(), ": ");
  switch (how) {
    case distribution::Obtained::downloaded:
      return cat(what, "downloaded from ", from);
    case distribution::Obtained::built:
      return cat(what, "built from ", from);
    case distribution::Obtained::from_cache:
      return cat(what, "from the cache, where it came from ", from);
    case distribution::Obtained::on_this_machine:
      break;
  }
  return cat(what, "from ", from);
}

}  // namespace pipit::operation
