// Editable installations name a folder of this machine, which is of no use elsewhere. So, as in
// pip, one that is a git checkout is named by its remote and commit, whether or not these hold what
// the folder does.
#include "cli/freeze.h"

#include <algorithm>

#include "base/file.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/url.h"
#include "operation/checkout.h"

namespace pipit::cli {
namespace {

std::string pinned_text(const env::Installed& dist) {
  return cat(env::written_name(dist), dist.version ? "==" : "===", dist.version_text);
}

std::string direct_line(const std::string& name, const env::DirectUrl& origin) {
  const bool is_vcs = origin.kind == env::DirectUrl::Kind::vcs;
  std::string line = cat(name, " @ ", is_vcs ? cat(origin.vcs, "+") : "", origin.url);
  if (is_vcs) line += cat("@", origin.commit_id);
  std::vector<std::string> fragments;
  if (!origin.hashes.empty())
    fragments.push_back(cat(origin.hashes.begin()->first, "=", origin.hashes.begin()->second));
  if (!origin.subdirectory.empty())
    fragments.push_back(cat("subdirectory=", base::percent_encode_path(origin.subdirectory)));
  if (!fragments.empty()) line += cat("#", base::join(fragments, "&"));
  return line;
}

/// The folder or the nearest above it of which `test` is true; "" if none is.
template <class Test>
std::string nearest(std::string folder, const Test& test) {
  while (!test(folder)) {
    const std::string above(base::parent_path(folder));
    if (above.empty() || above == folder) return "";
    folder = above;
  }
  return folder;
}

/// "origin", else the first; "" if there is none.
std::string first_remote(const std::string& folder, const std::stop_token& stop) {
  const auto listed =
      operation::ask_git(folder, {"config", "--get-regexp", "remote\\..*\\.url"}, stop);
  if (!listed) return "";
  std::string url;
  for (const std::string_view line : base::split(*listed, '\n')) {
    const auto pair = base::split_once(line, ' ');
    if (!pair) continue;
    if (url.empty() || pair->first == "remote.origin.url") url = std::string(pair->second);
    if (pair->first == "remote.origin.url") break;
  }
  return url;
}

/// git's spelling of a remote as a URL; "" when it cannot be one.
std::string remote_url(const std::string& remote) {
  if (const auto url = base::parse_url(remote); url && remote.find("://") != std::string::npos) {
    const bool keeps_user = url->userinfo == "git" || url->scheme == "ssh";
    base::Url shown = *url;
    if (!keeps_user) shown.userinfo.clear();
    return shown.userinfo == url->userinfo ? remote : base::to_string(shown);
  }
  if (base::exists(remote)) return base::path_to_file_url(base::absolute_path(remote));
  const auto scp = base::split_once(remote, ':');
  if (!scp || scp->first.find('/') != std::string_view::npos || scp->second.empty()) return "";
  return cat("ssh://", scp->first, "/", scp->second);
}

bool is_project_folder(const std::string& folder) {
  return base::exists(base::join_path(folder, "pyproject.toml")) ||
         base::exists(base::join_path(folder, "setup.py"));
}

/// "-e git+URL@commit#egg=name&subdirectory=x", or the folder with what is to be said of it.
Result<std::string> checkout_lines(const env::Installed& dist, const std::string& folder,
                                   const std::string& repository, const std::stop_token& stop) {
  PIPIT_TRY(const std::string commit, operation::ask_git(folder, {"rev-parse", "HEAD"}, stop));
  const std::string remote = first_remote(folder, stop);
  if (remote.empty())
    return cat("# Editable Git install with no remote (", pinned_text(dist), ")\n-e ", folder);
  const std::string url = remote_url(remote);
  if (url.empty())
    return cat("# Editable Git install (", pinned_text(dist),
               ") with either a deleted local remote or invalid URI:\n# '",
               base::redact_text(remote), "'\n-e ", folder);
  std::string line = cat("-e git+", url, "@", commit,
                         "#egg=", base::replace_all(env::written_name(dist), "-", "_"));
  const std::string project = nearest(folder, is_project_folder);
  if (!project.empty() && base::real_path(project) != base::real_path(repository))
    line +=
        cat("&subdirectory=", base::percent_encode_path(base::relative_path(repository, project)));
  return line;
}

std::string editable_lines(const env::Installed& dist, const std::string& place,
                           base::Events& events, const std::stop_token& stop) {
  const std::string folder = base::absolute_path(place);
  const std::string repository = nearest(
      folder, [](const std::string& at) { return base::exists(base::join_path(at, ".git")); });
  if (repository.empty())
    return cat("# Editable install with no version control (", pinned_text(dist), ")\n-e ", folder);
  auto lines = checkout_lines(dist, folder, repository, stop);
  if (lines) return *lines;
  events.warn(cat(folder, ": its commit is not known: ", lines.error().message));
  return cat(lines.error().code == Code::not_found
                 ? ""
                 : "## !! Could not determine repository location\n",
             "-e ", folder);
}

}  // namespace

std::string freeze_line(const env::Installed& dist, base::Events& events,
                        const std::stop_token& stop) {
  if (const auto place = env::editable_location(dist))
    return editable_lines(dist, *place, events, stop) + "\n";
  if (const auto origin = env::direct_url_of(dist))
    return direct_line(env::written_name(dist), *origin) + "\n";
  return pinned_text(dist) + "\n";
}

}  // namespace pipit::cli
