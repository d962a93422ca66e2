// --find-links: folders, HTML files and HTML pages that list distributions of any project, flat.
#pragma once
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "index/page_builder.h"
#include "index/raw_file.h"
#include "net/client.h"

namespace pipit::index {

/// Files by project (normal form). A sdist whose name could belong to two projects
/// ("a-b-1.0.tar.gz") is listed for both.
class LinkedFiles {
 public:
  void add(RawFile file);
  /// The page of one project; a missing page when no file is listed for it.
  PagePtr page(const std::string& project, const std::string& place) const;
  std::vector<std::string> projects() const;
  bool empty() const { return files_.empty(); }

 private:
  std::map<std::string, std::vector<RawFile>, std::less<>> files_;
};

/// A distribution on disk; `path` is absolute. Code::not_found when it does not exist.
Result<RawFile> local_file(const std::string& path);

/// Reads one place: a directory, a file (HTML, or a distribution itself) or a URL. Code::not_found,
/// with its name, for a place that does not exist; a URL that has no page is an error of an index.
Result<LinkedFiles> read_links(const std::string& place, net::Client& client, std::stop_token stop);

/// A project's page from an index that is a directory tree (file: URL): <dir>/<project>/index.html
/// or index.json, or a plain listing of the files in that folder.
Result<PagePtr> read_local_page(const base::Url& index_url, const std::string& project);

}  // namespace pipit::index
