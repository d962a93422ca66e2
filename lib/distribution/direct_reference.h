// Distributions that no index lists: direct references (PEP 508) and paths.
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

/// A direct reference in parts. A value; only parse_source() looks at files.
struct DirectReference {
  enum class Kind { wheel, archive, directory, git } kind = Kind::archive;
  /// http(s): or file:, without user information and fragment; for git without "git+" and the
  /// revision (an ssh URL keeps its user name, which is not a secret). The query is as written and
  /// may contain a token: use this URL for requests only, and shown_source() for people.
  std::string url;
  std::string subdirectory;  // relative, normal ("" : the top); never climbs; never of directories
  bool editable = false;     // directory only
  std::string revision;      // git: branch, tag or commit as requested, "" : the default branch
  std::string commit;        // git: the full commit once it is known, or if it was requested
  bool lfs = false;    // git: #lfs=true
  std::vector<base::HashSpec> hashes;  // of the fragment (#sha256=…)

  /// Whether it is one file, which has a hash of its own; folders and repositories are built.
  bool is_file() const { return kind == Kind::wheel || kind == Kind::archive; }

  bool operator==(const DirectReference&) const = default;
};

/// A resolved direct reference: its page of one file, and itself with the commit it means now.
struct ResolvedDirect {
  index::PagePtr page;
  DirectReference source;
};
using ResolvedDirectPtr = std::shared_ptr<const ResolvedDirect>;

/// A text taken apart: the source, and what the text says besides.
struct ParsedReference {
  DirectReference source;
  /// From "#egg=name[extra,…]", as old requirements have it: normal forms, "" when there is none.
  /// It is a hint: the project's real name is in its metadata.
  std::string egg;
  std::vector<std::string> egg_extras;  // sorted, unique
  /// The http(s) URL to fetch from, with its user information (as written, a secret): for
  /// net::Client::add_credentials(), which ignores URLs without.
  base::Url access;
};

/// `text` is a URL (https, http, file, git+https, git+http, git+ssh, git+git, git+file) or a path
/// relative to `directory` (absolute; "" : the working directory). A path or file: URL must exist:
/// a folder, a wheel or an archive. Unknown parts of a fragment are ignored, as in pip. Code::parse
/// for what cannot be valid (unknown scheme, a host, user or revision that begins with "-", a
/// subdirectory that climbs, a malformed hash), Code::not_found for a path that does not exist,
/// Code::unsupported for other version controls (hg+, svn+, bzr+).
Result<ParsedReference> parse_reference(std::string_view text, std::string_view directory = {});
/// The source alone: for texts without credentials (source_text(), locks, direct_url.json).
Result<DirectReference> parse_source(std::string_view text, std::string_view directory = {});
/// Its canonical text: "git+https://host/repo@<commit or revision>#subdirectory=x". Parsing it
/// gives an equal source, except that a commit replaces the revision it was found by.
/// index::File::url holds this text for direct references.
std::string source_text(const DirectReference& source);
/// The same for messages and outputs: printable, without "#editable" and without the values of
/// query parameters that are known to be secrets.
std::string shown_source(const DirectReference& source);
/// Identifies its place, for caches and for comparing two requirements of one project: lower-case
/// host (for GitHub, which ignores case, the whole path), no default port, no user information, no
/// secrets of the query, normal escapes and dot segments; for a repository also without ".git",
/// trailing "/" and revision. Includes subdirectory and lfs.
std::string canonical_place(const DirectReference& source);
/// The same for the repository as a whole: without subdirectory and lfs.
std::string repository_place(const DirectReference& source);
/// Whether the text is a commit's full name: 40 (SHA-1) or 64 (SHA-256) hexadecimal digits.
bool is_full_commit(std::string_view text);
/// Whether the file is a direct one (its page is not from an index), and what it comes from.
bool is_direct(const index::File& file);
Result<DirectReference> source_of(const index::File& file);

}  // namespace pipit::distribution
