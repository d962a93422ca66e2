// What the user wrote is kept where it says enough: relative paths and variables hold on other
// machines, too. A secret beside a variable is not kept.
#include "operation/origin.h"

#include <algorithm>

#include "base/hash_spec.h"
#include "base/text.h"
#include "base/url.h"

namespace pipit::operation {
namespace {

using Kind = distribution::DirectReference::Kind;

bool is_path_text(std::string_view text) {
  return !text.empty() && text.find("://") == std::string_view::npos && !base::is_file_url(text);
}

/// "${USER}:${TOKEN}@": nothing but variables.
bool is_only_variables(std::string_view text) {
  const bool has_literals = std::any_of(text.begin(), text.end(), [inside = false](char c) mutable {
    if (c == '$') return false;
    if (c == '{') inside = true;
    const bool literal = !inside && c != ':';
    if (c == '}') inside = false;
    return literal && c != '}';
  });
  return !has_literals;
}

/// A URL with variables as the user wrote it; "" where it has none, or where a secret stands beside
/// them.
std::string url_with_variables(const std::string& written) {
  if (written.find("${") == std::string::npos) return "";
  const std::size_t begin = written.find("://");
  if (begin == std::string::npos) return "";
  const std::string_view rest = std::string_view(written).substr(begin + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::size_t at = authority.rfind('@');
  const bool has_user = at != std::string_view::npos && !is_only_variables(authority.substr(0, at));
  return has_user ? "" : written;
}

/// The same with the commit in the revision's place.
std::string with_commit(const std::string& url, const distribution::DirectReference& source) {
  const std::size_t hash = std::min(url.find('#'), url.size());
  std::string head = url.substr(0, hash);
  const std::size_t path = head.find('/', head.find("://") + 3);
  const std::size_t at = head.rfind('@');
  if (at != std::string::npos && path != std::string::npos && at > path) head.resize(at);
  std::string tail;
  if (!source.subdirectory.empty())
    tail = cat("#subdirectory=", base::percent_encode_path(source.subdirectory));
  if (source.lfs) tail += cat(tail.empty() ? "#" : "&", "lfs=true");
  return cat(head, "@", source.commit, tail);
}

}  // namespace

env::DirectUrl origin_of(const resolve::Chosen& chosen) {
  const distribution::DirectReference& source = *chosen.source;
  env::DirectUrl origin;
  origin.url = source.url;
  origin.subdirectory = source.subdirectory;
  switch (source.kind) {
    case Kind::git:
      origin.kind = env::DirectUrl::Kind::vcs;
      origin.vcs = "git";
      origin.requested_revision = source.revision;
      origin.commit_id = source.commit;
      return origin;
    case Kind::directory:
      origin.kind = env::DirectUrl::Kind::directory;
      origin.editable = source.editable;
      return origin;
    case Kind::wheel:
    case Kind::archive:
      break;
  }
  if (!chosen.file->sha256.empty()) origin.hashes["sha256"] = std::string(chosen.file->sha256);
  for (const base::HashSpec& hash : source.hashes) origin.hashes.emplace(hash.algorithm, hash.hex);
  return origin;
}

bool is_named_by_path(const resolve::Chosen& chosen) {
  return is_path_text(chosen.written) || chosen.source->editable || chosen.in_place;
}

std::string requirement_of(const resolve::Chosen& chosen) {
  const distribution::DirectReference& source = *chosen.source;
  const bool by_path = is_path_text(chosen.written);
  if (by_path || source.editable) {
    const std::string place = by_path ? chosen.written : distribution::shown_source(source);
    return cat(source.editable ? "-e " : "", place);
  }
  std::string url = url_with_variables(chosen.written);
  if (url.empty())
    url = distribution::shown_source(source);
  else if (source.kind == Kind::git)
    url = with_commit(url, source);
  if (!chosen.in_place) return cat(chosen.name, " @ ", url);
  return cat("-e ", url, url.find('#') == std::string::npos ? "#" : "&", "egg=", chosen.name);
}

}  // namespace pipit::operation
