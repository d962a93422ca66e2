// Where a distribution comes from that no index lists: direct references (PEP 508) and paths.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "index/page.h"

namespace pipit::dist {

/// A direct reference in parts. A value; no file is looked at but by parse_source().
struct Source {
  enum class Kind { wheel, archive, directory, git } kind = Kind::archive;
  /// http(s): or file:, without user information and fragment; of git without "git+" and without
  /// the revision (ssh: keeps a user name, which is no secret).
  std::string url;
  std::string subdirectory;  // relative, normal ("" : the top); never climbs
  bool editable = false;     // directory only
  std::string revision;      // git: branch, tag or commit as asked for, "" : the default branch
  std::string commit;        // git: the full commit once it is known
  bool lfs = false;          // git: #lfs=true
  std::vector<base::HashSpec> hashes;  // of the fragment (#sha256=…)

  bool operator==(const Source&) const = default;
};

/// `reference` is a URL (https, http, file, git+https, git+http, git+ssh, git+file) or a path,
/// seen from `directory` (absolute; "" : the working directory). A path or file: URL must be
/// there: a folder, a wheel or an archive. Unknown parts of a fragment are passed over. Code::parse
/// for a reference that cannot be meant (unknown scheme, a host or revision that begins with "-",
/// a subdirectory that climbs), Code::not_found for a path that is not there, Code::unsupported for
/// other version controls (hg+, svn+, bzr+).
Result<Source> parse_source(std::string_view reference, std::string_view directory = {});
/// Canonical text of it: "git+https://host/repo@<commit or revision>#subdirectory=x". Parsing it
/// gives the same source again. It is what index::File::url holds for direct sources, and, less
/// "#editable", what outputs show.
std::string source_text(const Source& source);
/// The same for messages and outputs: without "#editable".
std::string shown_source(const Source& source);
/// What identifies its place, in caches and where two requirements for one project are compared:
/// lower-case host, no default port, no user information; of a repository also without ".git" and
/// trailing "/", and without the revision. Subdirectory included.
std::string canonical_place(const Source& source);
/// Whether the file is a direct one (its page comes from no index), and what it comes from.
bool is_direct(const index::File& file);
Result<Source> source_of(const index::File& file);

}  // namespace pipit::dist
