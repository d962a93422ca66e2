// Where a distribution comes from that no index lists: direct references (PEP 508) and paths.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash_spec.h"
#include "base/result.h"
#include "base/url.h"
#include "index/page.h"

namespace pipit::distribution {

/// A direct reference in parts. A value; no file is looked at but by parse_source().
struct DirectReference {
  enum class Kind { wheel, archive, directory, git } kind = Kind::archive;
  /// http(s): or file:, without user information and fragment; of git without "git+" and without
  /// the revision (ssh: keeps a user name, which is no secret). The query is as written and may
  /// hold a token: for requests only, shown_source() is for people.
  std::string url;
  std::string subdirectory;  // relative, normal ("" : the top); never climbs; never of directories
  bool editable = false;     // directory only
  std::string revision;      // git: branch, tag or commit as asked for, "" : the default branch
  std::string commit;  // git: the full commit once it is known; at once when asked for as such
  bool lfs = false;    // git: #lfs=true
  std::vector<base::HashSpec> hashes;  // of the fragment (#sha256=…)

  /// One file, which has a hash of its own; folders and repositories are built.
  bool is_file() const { return kind == Kind::wheel || kind == Kind::archive; }

  bool operator==(const DirectReference&) const = default;
};

/// What a direct reference is: its page of one file, and itself with the commit it means now.
struct ResolvedDirect {
  index::PagePtr page;
  DirectReference source;
};
using ResolvedDirectPtr = std::shared_ptr<const ResolvedDirect>;

/// What a text says besides the source.
struct ParsedReference {
  DirectReference source;
  /// Of "#egg=name[extra,…]", as old requirements have it: normal forms, "" when it is none. The
  /// project's real name is what its metadata says; this is a hint.
  std::string egg;
  std::vector<std::string> egg_extras;  // sorted, unique
  /// The http(s) URL it is fetched from, with its user information (as written, a secret): for
  /// net::Client::add_credentials(), which passes over URLs without.
  base::Url access;
};

/// `text` is a URL (https, http, file, git+https, git+http, git+ssh, git+git, git+file) or a path,
/// seen from `directory` (absolute; "" : the working directory). A path or file: URL must be
/// there: a folder, a wheel or an archive. Unknown parts of a fragment are passed over, as pip
/// does. Code::parse for what cannot be meant (unknown scheme, a host, user or revision that begins
/// with "-", a subdirectory that climbs, a hash that is none), Code::not_found for a path that is
/// not there, Code::unsupported for other version controls (hg+, svn+, bzr+).
Result<ParsedReference> parse_reference(std::string_view text, std::string_view directory = {});
/// The source alone: for texts that hold no credentials (source_text(), locks, direct_url.json).
Result<DirectReference> parse_source(std::string_view text, std::string_view directory = {});
/// Canonical text of it: "git+https://host/repo@<commit or revision>#subdirectory=x". Parsing it
/// gives the same source again, but that a commit takes the place of the revision it was found by.
/// It is what index::File::url holds for direct sources.
std::string source_text(const DirectReference& source);
/// The same for messages and outputs: without "#editable" and without the values of query
/// parameters that are known to be secrets; printable.
std::string shown_source(const DirectReference& source);
/// What identifies its place, in caches and where two requirements for one project are compared:
/// lower-case host (of GitHub, which ignores case, all of it), no default port, no user
/// information, no secrets of the query, escapes and dot segments normal; of a repository also
/// without ".git" and trailing "/", and without the revision. Subdirectory and lfs included.
std::string canonical_place(const DirectReference& source);
/// The same of the repository alone, whatever part of it is wanted: without subdirectory and lfs.
std::string repository_place(const DirectReference& source);
/// Whether the text is a commit's full name: 40 (SHA-1) or 64 (SHA-256) hexadecimal digits.
bool is_full_commit(std::string_view text);
/// Whether the file is a direct one (its page comes from no index), and what it comes from.
bool is_direct(const index::File& file);
Result<DirectReference> source_of(const index::File& file);

}  // namespace pipit::distribution
