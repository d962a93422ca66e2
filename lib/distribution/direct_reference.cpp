// Direct references. People write them, in requirements files older than the rules, and they end up
// in a git command line, a cache key and a message. So everything that could be taken for an
// option, climb out of a tree or carry a password further is dealt with here, once; what comes out
// is a DirectReference that the rest of the program may use unchecked.
//
// Two texts for one place must give one key (canonical_place):
// "HTTPS://Git@GitHub.com:443/A/b.git/" and "https://github.com/a/b" are one repository, cloned
// once.
#include "distribution/direct_reference.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/file.h"
#include "base/hash_spec.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "pep/name.h"

namespace pipit::distribution {
namespace {

constexpr std::string_view kGitSchemes[] = {"git+https", "git+http", "git+ssh", "git+git",
                                            "git+file"};
constexpr std::size_t kMaxReference = 64 * 1024;

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string shown_reference(std::string_view text) {
  return base::printable(base::redact_url(text.substr(0, 1000)));
}

std::unexpected<Error> bad_reference(std::string_view text, std::string_view reason) {
  return fail(Code::parse, cat(shown_reference(text), ": ", reason));
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// "scheme" of "scheme:…" where a URL is meant; "" for paths ("a:b", "dir/x").
std::string scheme_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  for (char c : text.substr(0, colon)) {
    if (!base::is_alnum(c) && c != '+' && c != '-' && c != '.') return {};
  }
  const std::string scheme = base::to_lower(text.substr(0, colon));
  return scheme == "file" || text.substr(colon).starts_with("://") ? scheme : std::string();
}

// --- fragments -----------------------------------------------------------------------------------

/// Relative, without empty and "." parts; nullopt when it climbs, is absolute or holds control
/// characters.
std::optional<std::string> normal_subdirectory(std::string_view text) {
  const std::string decoded = base::percent_decode(text);
  if (decoded.starts_with('/') || has_control(decoded)) return std::nullopt;
  std::string out;
  for (std::string_view part : base::split(decoded, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return std::nullopt;
    out.append(out.empty() ? "" : "/").append(part);
  }
  return out;
}

/// "name[extra,…]"; anything else ("name-1.0==x", "a b") is not a hint and is ignored.
void take_egg(std::string_view text, ParsedReference& out) {
  const std::string decoded = base::percent_decode(text);
  std::string_view name = decoded, extras;
  const std::size_t open = name.find('[');
  if (open != std::string_view::npos) {
    if (!name.ends_with(']')) return;
    extras = name.substr(open + 1, name.size() - open - 2);
    name = name.substr(0, open);
  }
  if (!out.egg.empty() || !pep::is_valid_name(name)) return;
  out.egg = pep::normalize_name(name);
  for (std::string_view extra : base::split(extras, ',')) {
    if (pep::is_valid_name(base::trim(extra)))
      out.egg_extras.push_back(pep::normalize_name(base::trim(extra)));
  }
  std::sort(out.egg_extras.begin(), out.egg_extras.end());
  out.egg_extras.erase(std::unique(out.egg_extras.begin(), out.egg_extras.end()),
                       out.egg_extras.end());
}

/// The first of several subdirectories counts, as in pip.
Result<void> take_fragment(std::string_view fragment, std::string_view whole,
                           ParsedReference& out) {
  DirectReference& source = out.source;
  bool has_subdirectory = false;
  for (std::string_view part : base::split(fragment, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string key = base::to_lower(part.substr(0, equals));
    const std::string_view value = part.substr(std::min(equals + 1, part.size()));
    if (key == "subdirectory" && !std::exchange(has_subdirectory, true)) {
      const std::optional<std::string> normal = normal_subdirectory(value);
      if (!normal)
        return bad_reference(whole, "the subdirectory must be a relative path inside the project");
      source.subdirectory = *normal;
    } else if (key == "egg") {
      take_egg(value, out);
    } else if (key == "lfs" && source.kind == DirectReference::Kind::git) {
      source.lfs = base::equals_ignoring_case(value, "true");
    } else if (key == "editable" && source.kind == DirectReference::Kind::directory) {
      source.editable = true;
    } else if (base::is_hash_algorithm(key) && source.kind != DirectReference::Kind::git) {
      const std::optional<base::HashSpec> hash = base::parse_hash_spec(part);
      if (!hash) return bad_reference(whole, cat("not a ", key, " digest in the fragment"));
      source.hashes.push_back(*hash);
    }
  }
  std::sort(source.hashes.begin(), source.hashes.end());
  source.hashes.erase(std::unique(source.hashes.begin(), source.hashes.end()), source.hashes.end());
  return {};
}

// --- git -----------------------------------------------------------------------------------------

/// Cuts "@revision" off the path's end: after the last "@", so that branches keep their slashes.
Result<void> take_revision(base::Url& url, std::string_view whole, DirectReference& source) {
  const std::size_t at = url.path.rfind('@');
  if (at == std::string::npos) return {};
  source.revision = base::percent_decode(std::string_view(url.path).substr(at + 1));
  // Another "@" would be taken for a revision when the text is parsed again.
  url.path = base::replace_all(std::string_view(url.path).substr(0, at), "@", "%40");
  if (source.revision.empty())
    return bad_reference(whole,
                         "the revision after \"@\" is empty (without \"@\" the default "
                         "branch is meant)");
  if (source.revision.starts_with('-') || has_control(source.revision))
    return bad_reference(whole, "not a revision of git");
  if (is_full_commit(source.revision))
    source.commit = source.revision = base::to_lower(source.revision);
  return {};
}

/// A name, no password: ssh takes none from a command line.
Result<std::string> ssh_user(const base::Url& url, std::string_view whole) {
  std::string user(std::string_view(url.userinfo).substr(0, url.userinfo.find(':')));
  const std::string decoded = base::percent_decode(user);
  if (decoded.starts_with('-') || has_control(decoded))
    return bad_reference(whole, "not a user name");
  return user;
}

/// "git+ssh://git@host:owner/repo", where scp's colon was kept: the most common mistake.
std::unexpected<Error> bad_git_url(Error error, std::string_view text) {
  const std::size_t start = text.find("://") + 3;
  const std::string_view authority = text.substr(start, text.find_first_of("/?#", start) - start);
  const std::string_view port = authority.substr(authority.rfind(':') + 1);
  if (base::starts_with_ignoring_case(text, "git+ssh") && !port.empty() &&
      authority.find(':') != std::string_view::npos && !base::parse_uint(port))
    return fail(std::move(error).with_hint(
        "in a URL a slash stands between host and path: git+ssh://git@host/owner/repository"));
  return fail(std::move(error));
}

Result<ParsedReference> parse_git(std::string_view text) {
  auto parsed = base::parse_url(text);
  if (!parsed) return bad_git_url(std::move(parsed.error()), text);
  base::Url url = std::move(*parsed);
  url.scheme.erase(0, std::string_view("git+").size());
  ParsedReference out;
  DirectReference& source = out.source;
  source.kind = DirectReference::Kind::git;
  PIPIT_TRY(take_fragment(url.fragment, text, out));
  url.fragment.clear();
  PIPIT_TRY(take_revision(url, text, source));
  if (url.host.starts_with('-')) return bad_reference(text, "not a host name");
  if (url.is_file()) {
    PIPIT_TRY(const std::string path, base::file_url_to_path(url));
    if (has_control(path)) return bad_reference(text, "the path holds control characters");
    url.userinfo.clear();
    url.host.clear();
  } else if (url.scheme == "ssh") {
    PIPIT_TRY(url.userinfo, ssh_user(url, text));
  } else {
    if (url.scheme != "git") out.access = url;
    url.userinfo.clear();
  }
  source.url = base::to_string(url);
  return out;
}

// --- files and archives --------------------------------------------------------------------------

DirectReference::Kind kind_by_name(std::string_view name) {
  return base::to_lower(name).ends_with(".whl") ? DirectReference::Kind::wheel
                                                : DirectReference::Kind::archive;
}

/// A file or folder on this machine. A folder in a folder is a folder: its subdirectory is part of
/// its place.
Result<ParsedReference> local_reference(const std::string& path, std::string_view fragment,
                                        std::string_view whole) {
  if (path.find('\0') != std::string::npos) return bad_reference(whole, "not a path");
  ParsedReference out;
  DirectReference& source = out.source;
  const bool folder = base::is_directory(path);
  if (!folder && !base::is_regular_file(path)) {
    if (base::exists(path)) return bad_reference(whole, "neither a file nor a folder");
    return fail(Code::not_found, cat(shown_reference(whole), ": no such file or directory"));
  }
  source.kind = folder ? DirectReference::Kind::directory : kind_by_name(base::base_name(path));
  PIPIT_TRY(take_fragment(fragment, whole, out));
  source.url = base::path_to_file_url(path);
  if (!folder || source.subdirectory.empty()) return out;
  const std::string inner = base::join_path(path, std::exchange(source.subdirectory, {}));
  if (!base::is_directory(inner))
    return fail(Code::not_found, cat(shown_reference(whole), ": no such subdirectory"));
  source.url = base::path_to_file_url(inner);
  return out;
}

/// "file:///a/b", "file:/a/b", and like pip and uv "file:a/b", relative to `directory`.
Result<ParsedReference> parse_file_url(std::string_view text, std::string_view directory) {
  const std::size_t hash = std::min(text.find('#'), text.size());
  const std::string_view fragment = text.substr(std::min(hash + 1, text.size()));
  std::string_view rest = text.substr(0, hash);
  rest.remove_prefix(std::string_view("file:").size());
  if (!rest.starts_with('/')) {
    const std::string path = base::join_path(directory, base::percent_decode(rest));
    return local_reference(base::absolute_path(path), fragment, text);
  }
  // Spaces in paths are common and taken literally.
  PIPIT_TRY(const base::Url url,
            base::parse_url(cat("file:", base::replace_all(rest, " ", "%20"))));
  PIPIT_TRY(const std::string path, base::file_url_to_path(url));
  return local_reference(base::absolute_path(path), fragment, text);
}

Result<ParsedReference> parse_path(std::string_view text, std::string_view directory) {
  const auto whole_path = [&](std::string_view name) {
    return base::absolute_path(base::join_path(directory, name));
  };
  const std::size_t hash = text.rfind('#');
  const std::string path = whole_path(text);
  if (hash != std::string_view::npos && hash > 0 && !base::exists(path))
    return local_reference(whole_path(text.substr(0, hash)), text.substr(hash + 1), text);
  auto found = local_reference(path, {}, text);
  const std::size_t colon = text.find(':');
  if (found || colon == std::string_view::npos || text.find('/') < colon) return found;
  // scp's "git@host:owner/repo", of which a requirement leaves "host:owner/repo".
  return fail(std::move(found.error())
                  .with_hint("a repository is written git+ssh://git@host/owner/repository"));
}

Result<ParsedReference> parse_remote(std::string_view text) {
  PIPIT_TRY(base::Url url, base::parse_url(text));
  ParsedReference out;
  out.source.kind = kind_by_name(base::file_name(url));
  PIPIT_TRY(take_fragment(url.fragment, text, out));
  url.fragment.clear();
  out.source.url = base::to_string(base::without_secrets(url));
  out.access = std::move(url);
  return out;
}

std::unexpected<Error> unknown_scheme(std::string_view text, std::string_view scheme) {
  for (std::string_view other : {"hg", "svn", "bzr"}) {
    if (scheme == other || scheme.starts_with(cat(other, "+")))
      return fail(Code::unsupported, cat(shown_reference(text),
                                         ": of version controls only git "
                                         "is supported"));
  }
  Error error{Code::parse, cat(shown_reference(text), ": URLs of this kind cannot be fetched")};
  if (scheme != "git" && scheme != "ssh") return fail(std::move(error));
  return fail(std::move(error).with_hint(cat("a repository is written git+", scheme, "://…")));
}

// --- texts ---------------------------------------------------------------------------------------

/// A revision as part of a URL: only characters that would mean something else are escaped.
std::string escaped_revision(std::string_view revision) {
  std::string out;
  for (char c : revision) {
    const bool plain = std::string_view("+:,=!").find(c) != std::string_view::npos;
    out.append(plain ? std::string(1, c) : base::percent_encode_path(std::string_view(&c, 1)));
  }
  return out;
}

/// "@revision" goes between path and query.
std::string with_revision(const std::string& url, std::string_view revision) {
  const std::size_t mark = std::min(url.find('?'), url.size());
  return cat(std::string_view(url).substr(0, mark), "@", revision,
             std::string_view(url).substr(mark));
}

std::string fragment_of(const DirectReference& source, bool with_editable) {
  std::string out;
  const auto add = [&](std::string_view part) { out.append(out.empty() ? "#" : "&").append(part); };
  if (source.editable && with_editable) add("editable");
  for (const base::HashSpec& hash : source.hashes) add(cat(hash.algorithm, "=", hash.hex));
  if (!source.subdirectory.empty())
    add(cat("subdirectory=", base::percent_encode_path(source.subdirectory)));
  if (source.lfs) add("lfs=true");
  return out;
}

/// Without secrets: known ones of the query, and the user information except a user name for ssh.
std::string shown_url(const std::string& text) {
  auto url = base::parse_url(text);
  if (!url) return base::redact_url(text);
  const std::string user = url->scheme == "ssh" ? std::exchange(url->userinfo, {}) : "";
  const std::string shown = base::redacted(*url);
  const std::size_t host = shown.find("://") + 3;
  return user.empty() ? shown : cat(shown.substr(0, host), user, "@", shown.substr(host));
}

std::string text_of(const DirectReference& source, std::string url, bool with_editable) {
  if (source.kind == DirectReference::Kind::git) {
    const std::string& revision = source.commit.empty() ? source.revision : source.commit;
    if (!revision.empty()) url = with_revision(url, escaped_revision(revision));
    url = cat("git+", url);
  }
  return url.append(fragment_of(source, with_editable));
}

// --- canonical places ----------------------------------------------------------------------------

/// Decodes escapes of characters that need none, and writes the others in capitals (RFC 3986
/// section 6.2.2).
std::string normal_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view escape = text.substr(i, 3);
    const std::string decoded = text[i] == '%' ? base::percent_decode(escape) : std::string();
    if (decoded.size() != 1 || escape.size() != 3) {
      out.push_back(text[i]);
      continue;
    }
    // "/" is the one character that percent_encode_path() leaves alone although its escape differs
    // from it.
    out.append(decoded == "/" ? "%2F" : base::percent_encode_path(decoded));
    i += 2;
  }
  return out;
}

bool is_default_port(const base::Url& url) {
  if (url.scheme == "ssh") return url.port == 22;
  if (url.scheme == "git") return url.port == 9418;
  return (url.scheme == "https" && url.port == 443) || (url.scheme == "http" && url.port == 80);
}

void drop_repository_suffix(std::string& path) {
  const auto drop_slashes = [&] {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  };
  drop_slashes();
  if (path.ends_with(".git") && !path.ends_with("/.git")) path.resize(path.size() - 4);
  drop_slashes();
}

std::string canonical_url(const std::string& text, bool repository) {
  auto parsed = base::parse_url(text);
  if (parsed && !parsed->is_file()) parsed = base::resolve(*parsed, text);  // dot segments
  if (!parsed) return base::redact_url(text);  // none of our DirectReferences has such a URL
  base::Url url = base::without_secrets(std::move(*parsed));
  if (is_default_port(url)) url.port = 0;
  url.path = url.is_file()
                 ? base::percent_encode_path(base::absolute_path(base::percent_decode(url.path)))
                 : normal_escapes(url.path);
  url.query = normal_escapes(url.query);
  if (repository) drop_repository_suffix(url.path);
  if (repository && url.host == "github.com") url.path = base::to_lower(url.path);
  return base::redacted(url);
}

}  // namespace

bool is_full_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && base::unhex(text).has_value();
}

Result<ParsedReference> parse_reference(std::string_view text, std::string_view directory) {
  text = base::trim(text);
  if (text.empty()) return fail(Code::parse, "an empty reference");
  if (text.size() > kMaxReference) return fail(Code::parse, "a reference longer than 64 KiB");
  const std::string scheme = scheme_of(text);
  if (scheme.empty() && base::is_meant_as_url(text)) return parse_remote(text);
  if (scheme.empty()) return parse_path(text, directory);
  if (scheme == "file") return parse_file_url(text, directory);
  if (scheme == "https" || scheme == "http") return parse_remote(text);
  if (contains(kGitSchemes, scheme)) return parse_git(text);
  return unknown_scheme(text, scheme);
}

Result<DirectReference> parse_source(std::string_view text, std::string_view directory) {
  PIPIT_TRY(ParsedReference reference, parse_reference(text, directory));
  return std::move(reference.source);
}

std::string source_text(const DirectReference& source) { return text_of(source, source.url, true); }

std::string shown_source(const DirectReference& source) {
  return base::printable(text_of(source, shown_url(source.url), false));
}

std::string repository_place(const DirectReference& source) {
  const bool git = source.kind == DirectReference::Kind::git;
  return cat(git ? "git+" : "", canonical_url(source.url, git));
}

std::string canonical_place(const DirectReference& source) {
  std::string out = repository_place(source);
  if (!source.subdirectory.empty()) out.append("#subdirectory=").append(source.subdirectory);
  if (source.lfs) out.append(source.subdirectory.empty() ? "#" : "&").append("lfs=true");
  return out;
}

bool is_direct(const index::File& file) { return file.index_url.empty(); }

Result<DirectReference> source_of(const index::File& file) { return parse_source(file.url); }

}  // namespace pipit::distribution
