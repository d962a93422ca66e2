// A wheel that is unpacked for one environment alone need not be linked file by file: its packages
// are moved. Files of one folder stand together among the jobs, so a folder is whole when the jobs
// below its place are as many as the wheel's files below it, and all are those files.
#include "env/whole_folders.h"

#include <algorithm>

#include "base/text.h"
#include "env/layout_paths.h"

namespace pipit::env {

namespace {

std::size_t files_below(const cache::Wheel& wheel, std::string_view folder) {
  const auto first =
      std::ranges::lower_bound(wheel.files, cat(folder, "/"), {}, &cache::WheelFile::path);
  const auto end = std::ranges::lower_bound(wheel.files, cat(folder, "0"), {},  // '0' follows '/'
                                            &cache::WheelFile::path);
  return static_cast<std::size_t>(end - first);
}

/// Whether the job puts a file as it is to its member's name below the first `above` characters.
bool is_plain(const StageJob& job, const cache::Wheel* wheel, std::size_t above) {
  const NewFile& file = *job.file;
  return job.wheel == wheel && file.source && !file.copied &&
         file.executable == file.source->executable &&
         std::string_view(file.path).substr(above) == file.source->path;
}

/// The folder of that many characters in the name of the first job's member; end == first when it
/// is not whole.
WholeFolder folder_at(const std::vector<StageJob>& jobs, std::size_t first, std::size_t length) {
  const StageJob& job = jobs[first];
  const std::string_view path = job.file->path;
  const std::size_t above = path.size() - job.file->source->path.size();
  WholeFolder folder{first, first, std::string_view(job.file->source->path).substr(0, length),
                     path.substr(0, above + length)};
  if (first > 0 && is_below(jobs[first - 1].file->path, folder.path)) return folder;
  std::size_t end = first;
  while (end < jobs.size() && is_below(jobs[end].file->path, folder.path)) {
    if (!is_plain(jobs[end], job.wheel, above)) return folder;
    ++end;
  }
  if (end - first == files_below(*job.wheel, folder.member)) folder.end = end;
  return folder;
}

}  // namespace

std::vector<WholeFolder> whole_folders(const std::vector<StageJob>& jobs) {
  std::vector<WholeFolder> found;
  std::size_t done = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const StageJob& job = jobs[i];
    if (i < done || !job.wheel || !job.wheel->fresh || !job.file->source) continue;
    const std::string_view member = job.file->source->path;
    if (!std::string_view(job.file->path).ends_with(member)) continue;
    for (std::size_t slash = member.find('/'); slash != std::string_view::npos;
         slash = member.find('/', slash + 1)) {
      const WholeFolder folder = folder_at(jobs, i, slash);
      if (folder.end == i) continue;
      found.push_back(folder);
      done = folder.end;
      break;
    }
  }
  return found;
}

}  // namespace pipit::env
