// The distributions that are installed in an environment.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "env/direct_url.h"
#include "env/layout.h"
#include "pep/metadata.h"
#include "pep/record.h"
#include "pep/version.h"

namespace pipit::env {

/// One distribution found in a site directory (env/site_scan.h). Functions below read more of it.
struct Installed {
  enum class Kind {
    dist_info,  // name-version.dist-info/
    egg_info,   // a directory name-version.egg-info/
    egg,        // a directory or an archive name-version.egg: metadata and modules in one
    distutils,  // a single file .egg-info: its files are unknown, it can be listed but never
                // removed
    egg_link,   // setup.py develop: name.egg-link
  } kind = Kind::dist_info;
  std::string name;                     // normal form
  std::string written;                  // as METADATA has it; "" where that was not looked up
  std::string version_text;             // as its directory or METADATA says
  std::optional<pep::Version> version;  // nullopt when that is not a PEP 440 version
  std::string site;                     // the site directory it was found in
  std::string info;                     // name of the entry in `site`: "black-26.1.0.dist-info"
  std::string source;                   // egg_link: the development directory
  /// in purelib or platlib of the layout: only these are ever removed or replaced
  bool local = true;

  std::string info_path() const;  // absolute
};

/// The first of that name in a list sorted by name: the one that Python imports.
const Installed* find_installed(const std::vector<Installed>& all, std::string_view normal_name);

/// The directory with METADATA or PKG-INFO, entry_points.txt and the like; "" for distutils.
std::string metadata_directory(const Installed& dist);
struct NameAndVersion {
  std::string name, version;
};
/// As METADATA or PKG-INFO has them; nullopt when it is not there or names nothing.
std::optional<NameAndVersion> names_in_metadata(const Installed& dist);
/// Whether there is metadata, as far as may be seen: what cannot be read for want of permission, or
/// lies in an archive, counts as there.
bool has_metadata(const Installed& dist);

/// METADATA or PKG-INFO as text. Code::bad_metadata when there is none.
Result<std::string> installed_metadata_text(const Installed& dist);
Result<pep::Metadata> installed_metadata(const Installed& dist);
/// The name as published (METADATA), else as in the directory's name.
std::string written_name(const Installed& dist);
/// The first line of INSTALLER, "" if none.
std::string installer_of(const Installed& dist);
bool is_requested(const Installed& dist);
/// nullopt: from an index (or unknown). Broken files count as unknown.
std::optional<DirectUrl> direct_url_of(const Installed& dist);
/// The source directory of an editable installation (PEP 660 by direct_url.json, or egg-link).
std::optional<std::string> editable_location(const Installed& dist);
/// Rows of RECORD (dist_info) or of installed-files.txt (egg_info; paths made relative to `site`,
/// no hashes). nullopt: not recorded.
Result<std::optional<std::vector<pep::RecordRow>>> installed_files(const Installed& dist);

}  // namespace pipit::env
