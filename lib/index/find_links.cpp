// Folders have no page, so each one is listed once per run and kept by project. Size and
// modification time go into a file's stamp, so a wheel that was replaced under the same name is
// noticed.
#include "index/find_links.h"

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "index/page_codec.h"
#include "index/page_parse.h"
#include "net/answer_error.h"
#include "pep/dist_name.h"
#include "pep/name.h"

namespace pipit::index {
namespace {

bool is_distribution_name(std::string_view name) {
  return name.ends_with(".whl") || name.ends_with(".tar.gz") || name.ends_with(".zip");
}

/// The projects that a file may belong to: one for a wheel; for a sdist every prefix that ends at a
/// dash before a version.
std::vector<std::string> projects_of(std::string_view name) {
  std::vector<std::string> projects;
  if (name.ends_with(".whl")) {
    if (auto wheel = pep::parse_wheel_name(name)) projects.push_back(wheel->name);
    return projects;
  }
  for (std::size_t dash = name.find('-'); dash != std::string_view::npos;
       dash = name.find('-', dash + 1)) {
    const std::string project = pep::normalize_name(name.substr(0, dash));
    const auto named = version_in_name(name, project);
    if (named && pep::Version::parse(named->version)) projects.push_back(project);
  }
  return projects;
}

/// Files that vanish between the listing and their stat() are skipped.
Result<LinkedFiles> read_folder(const std::string& directory) {
  LinkedFiles files;
  PIPIT_TRY(const auto entries, base::list_directory(directory));
  for (const auto& entry : entries) {
    if (!is_distribution_name(entry.name)) continue;
    auto file = local_file(base::join_path(directory, entry.name));
    if (file) files.add(std::move(*file));
  }
  return files;
}

LinkedFiles files_of_rows(std::vector<RawFile> rows) {
  LinkedFiles files;
  for (RawFile& row : rows) files.add(std::move(row));
  return files;
}

/// A folder, a distribution, or else a saved page. An error calls it as it was typed.
Result<LinkedFiles> read_place_on_disk(const std::string& path, const std::string& typed) {
  if (base::is_directory(path)) return read_folder(path);
  if (!base::is_regular_file(path))
    return fail(Code::not_found,
                cat("--find-links ", base::printable(typed), ": no such file or directory"));
  if (is_distribution_name(path)) {
    LinkedFiles files;
    PIPIT_TRY(RawFile file, local_file(path));
    files.add(std::move(file));
    return files;
  }
  PIPIT_TRY(const std::string body, base::read_file(path, kMaxPage));
  PIPIT_TRY(const base::Url url, base::parse_url(base::path_to_file_url(path)));
  PIPIT_TRY(auto rows, parse_links(body, url));
  return files_of_rows(std::move(rows));
}

}  // namespace

Result<RawFile> local_file(const std::string& path) {
  PIPIT_TRY(const auto info, base::file_info(path, true));
  if (!info) return fail(Code::not_found, cat(path, ": no such file"));
  RawFile file;
  file.name = std::string(base::base_name(path));
  file.url = base::path_to_file_url(path);
  file.size = info->size;
  file.stamp = cat(info->size, "-", info->mtime_ns);
  return file;
}

void LinkedFiles::add(RawFile file) {
  for (const std::string& project : projects_of(file.name)) files_[project].push_back(file);
}

std::vector<std::string> LinkedFiles::projects() const {
  std::vector<std::string> names;
  for (const auto& [name, files] : files_) names.push_back(name);
  return names;
}

PagePtr LinkedFiles::page(const std::string& project, const std::string& place) const {
  const auto rows = files_.find(project);
  if (rows == files_.end()) return missing_page(project);
  PageBuilder builder(project, place);
  for (const RawFile& file : rows->second) builder.add(file);
  auto page = decode_page(base::SharedText(builder.encode()));
  return page ? *page : missing_page(project);
}

// A path that does not exist is a typing mistake, and a page that cannot be had is an index that
// fails: whether that ends the run is the caller's to say.
Result<LinkedFiles> read_links(const std::string& place, net::Client& client,
                               std::stop_token stop) {
  auto url = base::parse_url(place);
  if (!url && base::is_meant_as_url(place))
    return fail(Code::usage, cat("--find-links ", url.error().message));
  if (!url || url->scheme.size() == 1) return read_place_on_disk(base::absolute_path(place), place);
  if (url->is_file()) {
    PIPIT_TRY(const std::string path, base::file_url_to_path(*url));
    return read_place_on_disk(path, path);
  }
  if (!url->is_http())
    return fail(Code::usage, cat("--find-links ", base::redacted(*url),
                                 ": not a folder, a file or an http(s) URL"));
  net::Exchange exchange{*url,
                         net::Kind::page,
                         {{"accept", "text/html"}},
                         sched::make_priority(sched::Priority::blocking),
                         "--find-links"};
  PIPIT_TRY(const net::Response answer,
            client.fetch_now(std::move(exchange), kMaxPage, std::move(stop)));
  PIPIT_TRY(check_is_page(answer));
  PIPIT_TRY(auto rows, parse_links(answer.body, answer.url));
  // A redirect to a page of another name without a link is a login page or the like.
  if (rows.empty() && base::file_name(answer.url) != base::file_name(*url))
    return fail(
        Code::unsupported,
        cat("--find-links: ", net::what_came(answer.from, answer.headers, answer.body.size()),
            " without a link"));
  return files_of_rows(std::move(rows));
}

Result<PagePtr> read_local_page(const base::Url& index_url, const std::string& project) {
  PIPIT_TRY(const std::string root, base::file_url_to_path(index_url));
  if (!base::is_directory(root))
    return fail(Code::not_found, cat("index ", root, ": no such directory"));
  const std::string folder = base::join_path(root, project);
  if (!base::is_directory(folder)) return missing_page(project);
  // In a web server's order; without either, the folder's own listing is the page.
  for (const std::string_view name : {"index.html", "index.json"}) {
    const std::string path = base::join_path(folder, name);
    if (!base::is_regular_file(path)) continue;
    PIPIT_TRY(const std::string body, base::read_file(path, kMaxPage));
    PIPIT_TRY(base::Url url, base::parse_url(base::path_to_file_url(path)));
    PIPIT_TRY(std::string stored,
              parse_page(body, PageSource{project, base::to_string(index_url), url}));
    return decode_page(base::SharedText(std::move(stored)));
  }
  PIPIT_TRY(const LinkedFiles files, read_folder(folder));
  return files.page(project, base::to_string(index_url));
}

}  // namespace pipit::index
