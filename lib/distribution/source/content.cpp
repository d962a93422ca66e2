// When is what was built from a source still valid? These decide, in this order: the hash that a
// page, a fragment or a lock promises; the commit; the stamp of a local file, else its hash; the
// server's response to a conditional request; and without validators, the hash of what the server
// sends. Time alone never decides.
#include "distribution/source/content.h"

#include <algorithm>

#include "base/file.h"
#include "base/hash_spec.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/time.h"
#include "distribution/unhashed.h"
#include "net/retry.h"
#include "pep/dist_name.h"

namespace pipit::distribution {
namespace {

std::string stamp_of(const std::string& path) {
  const auto info = base::file_info(path, true);
  return info && *info ? cat((*info)->size, "-", (*info)->mtime_ns) : std::string();
}

/// Whether a stored response can be revalidated.
bool has_validators(const net::Validators& validators) {
  return !validators.no_store && (!validators.etag.empty() || !validators.last_modified.empty());
}

}  // namespace

SourceContent::SourceContent(DistState& context, index::FilePtr file)
    : context_(context), file_(std::move(file)), name_(file_->name), shown_(shown_name(*file_)) {
  key_ = key_of(*file_);
  shard_ = index_shard(*file_, context_.options.default_index);
  if (const auto sdist = pep::parse_sdist_name(file_->name)) project_ = sdist->name;
  if (auto url = base::parse_url(file_->url)) url_ = std::move(*url);
  if (is_local(*file_)) path_ = base::file_url_to_path(url_).value_or("");
}

SourceContent::SourceContent(DistState& context, DirectReference source)
    : context_(context), source_(std::move(source)), shown_(context.called(*source_)) {
  key_ = key_of(*source_);
  shard_ = direct_shard(*source_);
  if (auto url = base::parse_url(source_->url)) url_ = std::move(*url);
  name_ = base::file_name(url_);
  if (url_.is_file()) path_ = base::file_url_to_path(url_).value_or("");
}

bool SourceContent::is_local_archive() const {
  return !path_.empty() && (!source_ || source_->kind == DirectReference::Kind::archive);
}

ArchiveSpec SourceContent::spec() const {
  ArchiveSpec spec;
  spec.name = shown_;
  spec.required = context_.options.require_hashes;
  if (file_) {
    spec.sha256 = file_->sha256;
    spec.other_hash = file_->other_hash;
  } else {
    spec.expected.hashes = source_->hashes;  // the user's own demand, as expectations are
  }
  if (spec.expected.hashes.empty()) spec.expected.hashes = context_.expected(project_);
  return spec;
}

std::string SourceContent::pinned() const {
  ArchiveSpec spec = this->spec();
  spec.required = false;
  const auto hashes = spec.start();
  return hashes ? hashes->known_sha256() : std::string();
}

bool SourceContent::is_vouched() const {
  ArchiveSpec wanted = spec();
  wanted.required = false;
  const auto hashes = wanted.start();
  return hashes && hashes->vouches();
}

bool SourceContent::identify_at_once(const std::optional<SourceRecord>& known) {
  if (identified_) return true;
  identity_.url = base::redacted(url_);
  if (source_ && source_->kind == DirectReference::Kind::git) identity_.commit = source_->commit;
  if (is_directory() || !identity_.commit.empty()) return identified_ = true;
  if (is_local_archive()) {
    identity_.stamp = file_ && !file_->stamp.empty() ? std::string(file_->stamp) : stamp_of(path_);
    const bool unchanged = known && !known->sha256.empty() && known->stamp == identity_.stamp;
    const std::string wanted = pinned();
    if (unchanged && (wanted.empty() || wanted == known->sha256)) {
      identity_.sha256 = known->sha256;
      return identified_ = true;
    }
    return false;
  }
  identity_.sha256 = pinned();
  return identified_ = !identity_.sha256.empty();
}

Result<void> SourceContent::identify(const std::optional<SourceRecord>& known,
                                     std::stop_token stop) {
  if (identify_at_once(known)) return {};
  PIPIT_TRY(is_local_archive() ? identify_local(known) : identify_remote(known, stop));
  identified_ = true;
  return {};
}

Result<void> SourceContent::identify_local(const std::optional<SourceRecord>&) {
  PIPIT_TRY(identity_.sha256, hash_archive(path_, spec()));
  archive_ = std::make_shared<const Archive>(Archive{path_, identity_.sha256, {}, true});
  return {};
}

/// Nothing is promised: ask the server.
Result<void> SourceContent::identify_remote(const std::optional<SourceRecord>& known,
                                            std::stop_token stop) {
  const bool usable = known && !known->sha256.empty() && known->url == identity_.url;
  const bool offline = context_.client.options().offline;
  const auto keep = [&](const net::Validators& validators) -> Result<void> {
    identity_.sha256 = known->sha256;
    identity_.validators = validators;
    return {};
  };
  const bool fresh = usable && refresh_of(context_, project_) == net::Refresh::normal &&
                     net::judge(known->validators, base::now_seconds()) == net::Verdict::fresh;
  if (fresh || (usable && offline)) return keep(known->validators);
  auto answer = ask(usable && has_validators(known->validators) ? &known->validators : nullptr,
                    std::move(stop));
  if (!answer && usable && answer.error().code == Code::network) {
    context_.events.warn(cat(context_.client.unreachable(url_), "; using cached builds"));
    context_.events.note(answer.error().message);
    return keep(known->validators);
  }
  PIPIT_TRY(answer);
  if (!answer->archive) return keep(answer->validators);
  archive_ = answer->archive;
  identity_.sha256 = archive_->sha256;
  identity_.validators = answer->validators;
  return {};
}

Result<ArchiveAnswer> SourceContent::ask(const net::Validators* known, std::stop_token stop) {
  ArchiveRequest request;
  request.url = url_;
  request.spec = spec();
  request.priority = sched::make_priority(sched::Priority::blocking);
  request.known = known;
  request.reload = refresh_of(context_, project_) == net::Refresh::reload;
  return fetch_archive(context_, std::move(request), context_.take_archive(key_), std::move(stop));
}

Result<ArchivePtr> SourceContent::fetch(std::stop_token stop) {
  if (ArchivePtr kept = find_archive(context_.store, identity_.sha256)) {
    ArchiveSpec wanted = spec();
    wanted.sha256 = identity_.sha256;
    const auto hashed = hash_archive(kept->path, wanted);
    if (hashed) return std::make_shared<const Archive>(Archive{kept->path, *hashed, {}, true});
    if (hashed.error().code != Code::hash_mismatch) return fail(hashed.error());
    // Either the entry is damaged or the expectation cannot be met; another fetch decides.
    context_.store.remove(cache::Bucket::files, cat("archives/", identity_.sha256));
  }
  PIPIT_TRY(ArchiveAnswer answer, ask(nullptr, std::move(stop)));
  return std::move(answer.archive);
}

Result<ArchivePtr> SourceContent::archive(std::stop_token stop) {
  if (archive_) return archive_;
  if (is_local_archive()) {
    ArchiveSpec wanted = spec();
    wanted.sha256 = identity_.sha256;
    PIPIT_TRY(std::string sha256, hash_archive(path_, wanted));
    archive_ = std::make_shared<const Archive>(Archive{path_, std::move(sha256), {}, true});
    return archive_;
  }
  PIPIT_TRY(archive_, context_.archives.get(key_, cat("archive ", shown_), stop,
                                            [&] { return fetch(stop); }));
  if (archive_->sha256 != identity_.sha256)
    return fail(Code::hash_mismatch,
                cat(shown_, ": the server sends another file than a moment ago: sha256=",
                    archive_->sha256, " instead of ", identity_.sha256));
  return archive_;
}

Result<void> SourceContent::check(const Expected& expected, std::stop_token stop) {
  const bool by_bytes = std::any_of(expected.hashes.begin(), expected.hashes.end(),
                                    [](const auto& hash) { return hash.algorithm != "sha256"; });
  const bool is_file = !is_directory() && identity_.commit.empty();
  if (by_bytes && is_file && !is_local_archive()) PIPIT_TRY(archive(std::move(stop)));
  return check_settled(context_.store, expected);
}

Result<void> SourceContent::check_settled(const cache::Store& store,
                                          const Expected& expected) const {
  if (expected.hashes.empty()) return {};
  if (is_directory() || !identity_.commit.empty())
    return fail(Code::hash_mismatch, cat(shown_, ": is not a file, so no hash can be checked"));
  for (const base::HashSpec& hash : expected.hashes)
    if (hash.algorithm == "sha256" && hash.hex == identity_.sha256) return {};
  ArchiveSpec wanted = spec();
  wanted.sha256 = identity_.sha256;
  wanted.expected = expected;
  PIPIT_TRY(wanted.start());  // refuses what it can without the bytes
  const ArchivePtr kept = find_archive(store, identity_.sha256);
  PIPIT_TRY(hash_archive(is_local_archive() || !kept ? path_ : kept->path, wanted));
  return {};
}

}  // namespace pipit::distribution
