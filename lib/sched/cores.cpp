// How many processors this process may really use: the affinity mask, limited by the quota of its
// control group. In a container with half a core on a machine with 64, one thread per processor of
// the machine would only take turns.
#include "sched/cores.h"

#include <sched.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::sched {
namespace {

constexpr std::uint64_t kMaxControlFile = 64 * 1024;
constexpr std::size_t kMostCores = 1024;

std::optional<std::string> control_file(const std::string& path) {
  Result<std::string> text = base::read_file(path, kMaxControlFile);
  if (!text) return std::nullopt;
  return std::move(*text);
}

/// quota / period rounded up; nullopt when there is none ("max", "-1") or it is not valid.
std::optional<std::size_t> cores_of_quota(std::string_view quota, std::string_view period) {
  const std::optional<std::uint64_t> time = base::parse_uint(base::trim(quota));
  const std::optional<std::uint64_t> span = base::parse_uint(base::trim(period));
  if (!time || !span || *span == 0 || *time == 0) return std::nullopt;
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(*time / *span + (*time % *span != 0), kMostCores));
}

/// Version 2: "max 100000" or "50000 100000" in cpu.max.
std::optional<std::size_t> quota_v2(const std::string& group) {
  const std::optional<std::string> text = control_file(base::join_path(group, "cpu.max"));
  if (!text) return std::nullopt;
  const std::vector<std::string_view> words = base::split_space(*text);
  return words.size() == 2 ? cores_of_quota(words[0], words[1]) : std::nullopt;
}

/// Version 1: two files.
std::optional<std::size_t> quota_v1(const std::string& group) {
  const std::optional<std::string> quota = control_file(base::join_path(group, "cpu.cfs_quota_us"));
  const std::optional<std::string> period =
      control_file(base::join_path(group, "cpu.cfs_period_us"));
  return quota && period ? cores_of_quota(*quota, *period) : std::nullopt;
}

/// Applies the smallest quota of `group` and all its parents up to the mount point.
void apply_quotas(const std::string& mount, std::string_view group,
                  std::optional<std::size_t> (*quota)(const std::string&), std::size_t& cores) {
  while (true) {
    const std::string directory = group == "/" ? mount : cat(mount, group);
    if (const std::optional<std::size_t> limit = quota(directory)) cores = std::min(cores, *limit);
    if (group.size() <= 1) return;
    group = base::parent_path(group);
  }
}

/// The lines of /proc/self/cgroup: "0::/group" (version 2), "4:cpu,cpuacct:/group" (version 1).
void apply_control_groups(std::size_t& cores) {
  const std::optional<std::string> text = control_file("/proc/self/cgroup");
  if (!text) return;
  for (std::string_view line : base::split(*text, '\n')) {
    const std::vector<std::string_view> parts = base::split(line, ':');
    if (parts.size() < 3) continue;
    if (parts[0] == "0") {
      apply_quotas("/sys/fs/cgroup", parts[2], quota_v2, cores);
      continue;
    }
    for (std::string_view controller : base::split(parts[1], ',')) {
      if (controller == "cpu") apply_quotas("/sys/fs/cgroup/cpu", parts[2], quota_v1, cores);
    }
  }
}

std::size_t affinity_count() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::size_t>(std::max(CPU_COUNT(&set), 1));
}

}  // namespace

std::size_t usable_cores() {
  std::size_t cores = affinity_count();
  apply_control_groups(cores);
  return std::max<std::size_t>(cores, 1);
}

}  // namespace pipit::sched
