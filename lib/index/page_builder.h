// Makes the compact page from what an index page or a folder lists: judges file names, groups files
// by version, newest first.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "index/page_codec.h"
#include "index/raw_file.h"

namespace pipit::index {

/// Collects the files of one project. Names that are not a wheel or sdist of this project are
/// dropped (eggs, installers, signatures).
class PageBuilder {
 public:
  PageBuilder(std::string project, std::string index_url);
  void add(const RawFile& file);
  void set_status(std::string status, std::string reason);
  /// The page in its stored form. To be called once: the files are given up.
  std::string encode() { return encode_page(std::move(draft_)); }

 private:
  PageDraft draft_;
  /// version text as in the file name -> release
  std::map<std::string, std::size_t, std::less<>> release_of_text_;
  /// version -> release: two texts may be one version ("1.0", "1.0.0")
  std::map<pep::Version, std::size_t> release_of_version_;
};

/// The version text and the kind of a wheel or sdist file name of `project` (normal form); nullopt
/// when it is neither, or another project's.
struct NamedVersion {
  FileKind kind = FileKind::wheel;
  std::string_view version;
};
std::optional<NamedVersion> version_in_name(std::string_view file_name, std::string_view project);

}  // namespace pipit::index
