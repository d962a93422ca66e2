// direct_url.json: small, and also written by other tools, so every member may be missing or of
// another type.
#include "env/direct_url.h"

#include "base/json.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/url.h"

namespace pipit::env {

namespace {

constexpr std::size_t kMaxDirectUrl = 1u << 20;

void read_archive_hashes(const base::Json& archive, DirectUrl& out) {
  if (const base::Json* hashes = archive.find("hashes"); hashes && hashes->object()) {
    for (const auto& [algorithm, value] : *hashes->object()) {
      if (value.string()) out.hashes[algorithm] = *value.string();
    }
  }
  // "hash": "sha256=…" is the older spelling; readers must still accept it.
  if (const auto old = base::split_once(archive.text("hash"), '=')) {
    out.hashes.emplace(std::string(old->first), std::string(old->second));
  }
}

bool is_variable(std::string_view text) {
  return text.size() > 3 && text.starts_with("${") && text.find('}') == text.size() - 1;
}

// The specification allows user information to stay if it is only ${VAR} or ${VAR}:${VAR}, and the
// "git" of ssh URLs.
bool may_keep_userinfo(std::string_view userinfo) {
  if (userinfo == "git") return true;
  const auto both = base::split_once(userinfo, ':');
  return both ? is_variable(both->first) && is_variable(both->second) : is_variable(userinfo);
}

std::string url_to_record(const std::string& text) {
  auto url = base::parse_url(text);
  if (!url) return base::redact_text(text);
  if (!may_keep_userinfo(url->userinfo)) url->userinfo.clear();
  url->fragment.clear();
  return base::to_string(*url);
}

bool agree(const std::map<std::string, std::string>& a,
           const std::map<std::string, std::string>& b) {
  for (const auto& [algorithm, value] : a) {
    const auto other = b.find(algorithm);
    if (other != b.end() && other->second != value) return false;
  }
  return true;
}

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

}  // namespace

Result<DirectUrl> parse_direct_url(std::string_view text) {
  PIPIT_TRY(const base::Json json, base::parse_json(text, kMaxDirectUrl));
  DirectUrl out;
  out.url = std::string(json.text("url"));
  if (out.url.empty()) return fail(Code::bad_metadata, "direct_url.json: no url");
  out.subdirectory = std::string(json.text("subdirectory"));
  if (const base::Json* vcs = json.find("vcs_info")) {
    out.kind = DirectUrl::Kind::vcs;
    out.vcs = std::string(vcs->text("vcs"));
    out.requested_revision = std::string(vcs->text("requested_revision"));
    out.commit_id = std::string(vcs->text("commit_id"));
    return out;
  }
  if (const base::Json* directory = json.find("dir_info")) {
    out.kind = DirectUrl::Kind::directory;
    const base::Json* editable = directory->find("editable");
    out.editable = editable && editable->boolean() && *editable->boolean();
    return out;
  }
  const base::Json* archive = json.find("archive_info");
  if (!archive)
    return fail(Code::bad_metadata, "direct_url.json: none of archive_info, dir_info, vcs_info");
  read_archive_hashes(*archive, out);
  return out;
}

std::string write_direct_url(const DirectUrl& origin) {
  base::Json::Object root{{"url", base::Json(url_to_record(origin.url))}};
  if (!origin.subdirectory.empty()) root.emplace("subdirectory", origin.subdirectory);
  base::Json::Object info;
  switch (origin.kind) {
    case DirectUrl::Kind::archive: {
      base::Json::Object hashes;
      for (const auto& [algorithm, value] : origin.hashes) hashes.emplace(algorithm, value);
      if (const auto sha = origin.hashes.find("sha256"); sha != origin.hashes.end()) {
        info.emplace("hash", cat("sha256=", sha->second));
      }
      if (!hashes.empty()) info.emplace("hashes", std::move(hashes));
      root.emplace("archive_info", std::move(info));
      break;
    }
    case DirectUrl::Kind::directory:
      if (origin.editable) info.emplace("editable", true);
      root.emplace("dir_info", std::move(info));
      break;
    case DirectUrl::Kind::vcs:
      info.emplace("vcs", origin.vcs);
      info.emplace("commit_id", origin.commit_id);
      if (!origin.requested_revision.empty())
        info.emplace("requested_revision", origin.requested_revision);
      root.emplace("vcs_info", std::move(info));
      break;
  }
  return base::to_json(base::Json(std::move(root)));
}

bool same_origin(const DirectUrl& installed, const DirectUrl& wanted) {
  if (installed.kind != wanted.kind || installed.editable != wanted.editable) return false;
  if (without_slash(installed.url) != without_slash(url_to_record(wanted.url))) return false;
  if (installed.subdirectory != wanted.subdirectory) return false;
  if (installed.kind == DirectUrl::Kind::vcs) {
    if (!installed.commit_id.empty() && !wanted.commit_id.empty())
      return installed.commit_id == wanted.commit_id;
    return installed.requested_revision == wanted.requested_revision;
  }
  return agree(installed.hashes, wanted.hashes);
}

}  // namespace pipit::env
