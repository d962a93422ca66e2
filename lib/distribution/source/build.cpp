// The order is by cost: what was built before from the same content, static metadata of the source,
// what its backend prepares, and last the metadata of its wheel, which is then kept. All but the
// first need the source unpacked, and happen under the shard's lock: after waiting for the lock the
// cache is read again, and mostly another process has done the work meanwhile.
//
// A backend's output is an untrusted file: it goes through the same strict reader as a file from
// anywhere else, and must be a wheel of the requested project and version.
#include "distribution/source/build.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "distribution/git/git.h"
#include "distribution/metadata/json.h"
#include "distribution/source/extract.h"
#include "distribution/source/sdist.h"
#include "distribution/wheel/check.h"
#include "distribution/wheel/same_metadata.h"
#include "distribution/wheel/unpack.h"
#include "pep/dist_name.h"

namespace pipit::distribution {
namespace {

std::string name_and_version_of(const pep::Metadata& metadata) {
  return cat(metadata.name, "==", metadata.version.str());
}

}  // namespace

SourceBuild::SourceBuild(DistState& context, index::FilePtr file)
    : context_(context), content_(context, std::move(file)), shown_(content_.shown()) {
  if (const auto sdist = pep::parse_sdist_name(content_.file()->name)) {
    shown_ = cat(sdist->name, "==", sdist->version.str());
    version_ = sdist->version;
  }
}

SourceBuild::SourceBuild(DistState& context, DirectReference source)
    : context_(context), content_(context, std::move(source)), shown_(content_.shown()) {}

SourceBuild::~SourceBuild() { close_tree(); }

std::string SourceBuild::settings() const {
  const auto builder = context_.builder();
  return builder ? builder->settings_digest(project()) : std::string();
}

std::string SourceBuild::project() const {
  const bool is_known = !content_.project().empty() || !content_.source();
  return is_known ? content_.project() : context_.expected_project(*content_.source());
}

BuiltCache SourceBuild::cache() const {
  return BuiltCache(context_.store, content_.shard(), settings());
}

/// The record of the default settings knows the content's validators and the project's name.
Result<void> SourceBuild::identify(std::stop_token stop) {
  if (content_.identified()) return {};
  const auto known = BuiltCache(context_.store, content_.shard(), "").record();
  PIPIT_TRY(content_.identify(known, std::move(stop)));
  const bool same = known && known->same_content(content_.identity());
  if (same && content_.project().empty()) content_.set_project(known->name);
  return {};
}

/// Reads what the cache has of this content, whichever process wrote it.
void SourceBuild::adopt() {
  auto kept = cache().record();
  stale_.reset();
  const SourceRecord& now = content_.identity();
  if (!kept || !kept->same_content(now)) {
    record_ = now;
    stale_ = std::move(kept);
    return;
  }
  record_ = std::move(*kept);
  const auto asked_anew = [](const net::Validators& validators) {
    return !validators.etag.empty() || !validators.last_modified.empty() || validators.max_age > 0;
  };
  const net::Validators& old = record_.validators;
  const net::Validators& found = now.validators;
  const bool other = old.etag != found.etag || old.last_modified != found.last_modified ||
                     old.max_age != found.max_age ||
                     (found.max_age > 0 && old.stored_at != found.stored_at);
  const bool renew = (asked_anew(found) && other) || record_.stamp != now.stamp;
  if (asked_anew(found)) record_.validators = found;
  record_.url = now.url;
  record_.stamp = now.stamp;
  if (renew) cache().write_record(record_);
}

pep::MetadataPtr SourceBuild::look_for_metadata() {
  if (content_.is_directory()) return nullptr;
  adopt();
  const auto builder = context_.builder();
  if (builder) {
    if (auto found = cache().find(record_, builder->target())) return found->metadata;
  }
  const auto read = [this](std::string_view interpreter) -> pep::MetadataPtr {
    const auto prepared = record_.prepared.find(interpreter);
    if (prepared == record_.prepared.end()) return nullptr;
    auto metadata = metadata_of_json(prepared->second);
    return metadata ? std::make_shared<const pep::Metadata>(std::move(*metadata)) : nullptr;
  };
  if (pep::MetadataPtr told = read(kStaticMetadata)) return told;
  return builder ? read(builder->interpreter_key()) : nullptr;
}

pep::MetadataPtr SourceBuild::kept_metadata() {
  const auto known = BuiltCache(context_.store, content_.shard(), "").record();
  if (!known || !content_.identify_at_once(known)) return nullptr;
  metadata_ = look_for_metadata();
  return metadata_;
}

Result<pep::MetadataPtr> SourceBuild::metadata(std::stop_token stop) {
  PIPIT_TRY(identify(stop));
  metadata_ = look_for_metadata();
  if (metadata_) {
    settle(*metadata_);
    return metadata_;
  }
  if (content_.is_directory()) {
    // A folder's static metadata needs no lock; another process may hold it for a long build.
    PIPIT_TRY(metadata_, read_folder(stop));
    if (metadata_) return metadata_;
  }
  PIPIT_TRY(const ShardLocks::Held held, context_.shard_locks.acquire(cache().shard(), stop));
  metadata_ = look_for_metadata();
  if (metadata_) {
    settle(*metadata_);
    return metadata_;
  }
  auto found = find_out(stop);
  if (!found || !context_.options.keep_streamed) close_tree();
  PIPIT_TRY(metadata_, std::move(found));
  return metadata_;
}

/// Null when only its backend can tell.
Result<pep::MetadataPtr> SourceBuild::read_folder(std::stop_token stop) {
  PIPIT_TRY(open_tree(std::move(stop)));
  std::string text;
  PIPIT_TRY(std::optional<pep::Metadata> told, read_static(text));
  if (!told) return pep::MetadataPtr();
  PIPIT_TRY(check_identity(*told, "its metadata says"));
  return keep_prepared(kStaticMetadata, text, std::move(*told));
}

Result<pep::MetadataPtr> SourceBuild::find_out(std::stop_token stop) {
  if (content_.is_directory()) adopt();
  PIPIT_TRY(open_tree(stop));
  std::string text;
  PIPIT_TRY(std::optional<pep::Metadata> told, read_static(text));
  if (told) {
    PIPIT_TRY(check_identity(*told, "its metadata says"));
    return keep_prepared(kStaticMetadata, text, std::move(*told));
  }
  PIPIT_TRY(open_build());
  std::optional<std::string> prepared;
  if (!wheel_wanted_) {
    PIPIT_TRY(prepared, build_->prepare_metadata(stop));
  }
  if (!prepared) {
    PIPIT_TRY(build_wheel(nullptr, stop));
    return metadata_;
  }
  auto metadata = pep::parse_metadata(*prepared);
  if (!metadata)
    return fail(Code::build_failed,
                cat(shown_, ": its backend wrote metadata that cannot be used: ",
                    metadata.error().message));
  PIPIT_TRY(check_identity(*metadata, "the backend reports"));
  return keep_prepared(context_.builder()->interpreter_key(), *prepared, std::move(*metadata));
}

/// PKG-INFO of an archive, then pyproject.toml; sets `text` to its contents as METADATA. What
/// cannot be parsed here is left to the backend.
Result<std::optional<pep::Metadata>> SourceBuild::read_static(std::string& text) const {
  const auto& source = content_.source();
  if (!source || source->kind == DirectReference::Kind::archive) {
    auto info = base::read_file(cat(tree_, "/PKG-INFO"), pep::kMaxMetadata);
    auto metadata = info ? pep::parse_metadata(*info) : fail(info.error());
    if (metadata && is_static(*metadata)) {
      text = std::move(*info);
      return std::optional(std::move(*metadata));
    }
  }
  const auto project = base::read_file(cat(tree_, "/pyproject.toml"), pep::kMaxMetadata);
  auto said = project ? static_project_metadata(*project) : std::nullopt;
  if (!said) return std::optional<pep::Metadata>();
  text = std::move(*said);
  PIPIT_TRY(pep::Metadata metadata, pep::parse_metadata(text));
  return std::optional(std::move(metadata));
}

/// Checks it against the file's name, or what was known of the source before.
Result<void> SourceBuild::check_identity(const pep::Metadata& metadata,
                                         std::string_view who) const {
  std::optional<pep::Version> version = version_;
  bool same_name = content_.project().empty() || metadata.name == content_.project();
  if (content_.file()) {
    // The name may contain dashes: the metadata says where it ends.
    const auto sdist = pep::parse_sdist_name_of(content_.file()->name, metadata.name);
    same_name = sdist.has_value();
    if (sdist) version = sdist->version;
  }
  if (same_name && (!version || *version == metadata.version)) return {};
  return fail(Code::build_failed,
              cat(content_.shown(), ": ", who, " ", name_and_version_of(metadata)));
}

void SourceBuild::settle(const pep::Metadata& metadata) {
  const std::string before = settings();
  content_.set_project(metadata.name);
  if (settings() != before) build_.reset();  // it was opened before these were known
  shown_ = name_and_version_of(metadata);
  if (!content_.file()) version_ = metadata.version;
}

/// Name and validators are looked up in the default settings' record, whatever the settings.
void SourceBuild::save_content() {
  if (settings().empty()) return;
  BuiltCache base(context_.store, content_.shard(), "");
  auto known = base.record();
  SourceRecord now = content_.identity();
  if (known && known->same_content(now)) return;
  now.name = record_.name;
  now.version = record_.version;
  if (known)
    base.replace(*known, now);
  else
    base.write_record(now);
}

Result<pep::MetadataPtr> SourceBuild::keep_prepared(std::string_view interpreter,
                                                    std::string_view text, pep::Metadata metadata) {
  const std::string before = cache().shard();
  settle(metadata);
  if (!content_.is_directory()) {
    if (cache().shard() != before) adopt();  // settings of this project
    record_.name = metadata.name;
    record_.version = metadata.version.str();
    record_.prepared[std::string(interpreter)] = metadata_json(text);
    BuiltCache kept = cache();
    if (stale_) kept.replace(*stale_, record_);
    stale_.reset();
    kept.write_record(record_);
    save_content();
  }
  return std::make_shared<const pep::Metadata>(std::move(metadata));
}

Result<std::string> SourceBuild::unpack(std::stop_token stop) {
  const auto& source = content_.source();
  if (content_.is_directory()) {
    PIPIT_TRY(const base::Url url, base::parse_url(source->url));
    return base::file_url_to_path(url);
  }
  PIPIT_TRY(base::make_directories(staged("tree")));
  if (source && source->kind == DirectReference::Kind::git) {
    const GitOptions options{context_.client.options().offline, &context_.client,
                             &context_.downloads};
    PIPIT_TRY(git_checkout(*source, context_.store, staged("tree"), options, context_.events,
                           std::move(stop)));
    return staged("tree");
  }
  PIPIT_TRY(const ArchivePtr archive, content_.archive(stop));
  const std::string name =
      source ? base::file_name(*base::parse_url(source->url)) : std::string(content_.file()->name);
  auto top = unpack_source(archive->path, name, staged("tree"), content_.shown(), std::move(stop));
  if (top || content_.is_vouched() || !is_about_content(top.error())) return top;
  if (!archive->came.empty()) top.error().message += cat(" (", archive->came, ")");
  return fail(as_unchecked(std::move(top.error())));
}

Result<void> SourceBuild::open_tree(std::stop_token stop) {
  if (!tree_.empty()) return {};
  PIPIT_TRY(staging_, context_.store.staging_directory(cache::Bucket::built_wheels));
  PIPIT_TRY(base::make_directories(staged("scratch")));
  PIPIT_TRY(base::make_directories(staged("out")));
  PIPIT_TRY(std::string top, unpack(std::move(stop)));
  const auto& source = content_.source();
  if (!source || source->subdirectory.empty()) {
    tree_ = std::move(top);
    return {};
  }
  // A repository may contain links to anywhere: the folder must be in the tree, by its real path.
  const std::string real = base::real_path(base::join_path(top, source->subdirectory));
  const bool inside = real.starts_with(cat(base::real_path(top), "/"));
  if (!inside || !base::is_directory(real))
    return fail(Code::not_found, cat(content_.shown(), ": there is no folder ",
                                     base::printable(source->subdirectory), " in it"));
  tree_ = real;
  return {};
}

Result<void> SourceBuild::open_build() {
  if (build_) return {};
  const auto builder = context_.builder();
  if (!builder)
    return fail(Code::unsupported,
                cat(content_.shown(), ": needs to be built to know its dependencies"));
  const auto& source = content_.source();
  BuildOrder order;
  order.tree = tree_;
  order.scratch = staged("scratch");
  order.project = project();
  order.shown = shown_;
  order.editable = source && source->editable;
  // A hook of git that runs us means its own tree, not one that was fetched.
  if (!content_.is_directory()) order.unset = repository_variables();
  PIPIT_TRY(build_, builder->open(order));
  return {};
}

void SourceBuild::close_tree() {
  build_.reset();
  tree_.clear();
  if (!staging_.empty()) context_.drop(staging_);
  staging_.clear();
}

Result<ArchivePtr> SourceBuild::archive(std::stop_token stop) {
  PIPIT_TRY(identify(stop));
  return content_.archive(std::move(stop));
}

/// The cached wheel that fits the target; null when there is none.
Result<cache::WheelPtr> SourceBuild::look_for_wheel() {
  if (wheel_ || content_.is_directory()) return wheel_;
  adopt();
  const auto builder = context_.builder();
  if (!builder) return cache::WheelPtr();
  const auto found = cache().find(record_, builder->target());
  if (!found) return cache::WheelPtr();
  wheel_name_ = found->file_name;
  wheel_ = find_wheel(context_.store, found->sha256, found->file_name);
  if (!wheel_) {
    auto unpacked = unpack_wheel(cache().wheel_path(found->file_name), found->sha256);
    if (unpacked) wheel_ = std::move(unpacked->first);
  }
  if (wheel_) context_.count(&Account::from_cache, content_.key());
  return wheel_;
}

Result<void> SourceBuild::check(const Expected& expected, std::stop_token stop) {
  PIPIT_TRY(identify(stop));
  return content_.check(expected, std::move(stop));
}

Result<cache::WheelPtr> SourceBuild::wheel(const pep::MetadataPtr& told, std::stop_token stop) {
  PIPIT_TRY(identify(stop));
  if (content_.project().empty()) settle(*told);
  PIPIT_TRY(cache::WheelPtr kept, look_for_wheel());
  if (kept) return kept;
  if (!context_.builder())
    return fail(Code::unsupported, cat(content_.shown(), ": needs to be built"));
  PIPIT_TRY(const ShardLocks::Held held, context_.shard_locks.acquire(cache().shard(), stop));
  PIPIT_TRY(kept, look_for_wheel());
  if (kept) return kept;
  // It would be built by the same Python again.
  if (!unfit_.empty()) return fail(not_for_target(unfit_));
  if (content_.is_directory()) adopt();
  Result<void> built = open_tree(stop);
  if (built) built = open_build();
  if (built) built = build_wheel(told, stop);
  close_tree();
  PIPIT_TRY(built);
  return wheel_;
}

Result<void> SourceBuild::build_wheel(const pep::MetadataPtr& told, std::stop_token stop) {
  PIPIT_TRY(const std::string path, build_->build_wheel(staged("out"), stop));
  const std::string file_name(base::base_name(path));
  PIPIT_TRY(check_wheel_name(file_name, told));
  PIPIT_TRY(auto unpacked, unpack_wheel(path, ""));
  auto& [wheel, metadata] = unpacked;
  PIPIT_TRY(check_identity(metadata, "the wheel's metadata says"));
  if (told) {
    const std::string difference = metadata_difference(*told, metadata);
    if (!difference.empty())
      context_.events.warn(
          cat(shown_, ": built wheel's metadata differs from what was resolved: ", difference));
  }
  PIPIT_TRY(std::string text, cache::read_metadata(*wheel));
  const std::string before = cache().shard();
  settle(metadata);
  if (cache().shard() != before) adopt();  // settings of this project
  record_.name = metadata.name;
  record_.version = metadata.version.str();
  const base::Json fields = metadata_json(text);
  const auto name = pep::parse_wheel_name(file_name);
  const bool usable = name && fits(*name);
  // Built for its metadata alone, by a Python that is not the target: the target needs another
  // wheel.
  if (!usable) record_.prepared[context_.builder()->interpreter_key()] = fields;
  BuiltCache kept = cache();
  if (stale_) kept.replace(*stale_, record_);
  stale_.reset();
  PIPIT_TRY(kept.add_wheel(record_, path, wheel->sha256, fields));
  save_content();
  if (!usable) unfit_ = file_name;
  if (usable) {
    wheel_name_ = file_name;
    wheel_ = wheel;
  }
  metadata_ = std::make_shared<const pep::Metadata>(std::move(metadata));
  context_.count(&Account::built, content_.key());
  return {};
}

bool SourceBuild::fits(const pep::WheelName& name) const {
  return context_.builder()->target().tags.rank(name).has_value();
}

/// The backend's wheel name must be the requested one, and fit where it is to be installed.
Result<void> SourceBuild::check_wheel_name(const std::string& file_name,
                                           const pep::MetadataPtr& told) const {
  const std::string shown = base::printable(file_name);
  const auto name = pep::parse_wheel_name(file_name);
  if (!name)
    return fail(Code::build_failed,
                cat(shown_, ": its backend built ", shown, ", which is not a wheel"));
  const bool same =
      told ? name->name == told->name && name->version == told->version
           : content_.project().empty() ||
                 (name->name == content_.project() && (!version_ || name->version == *version_));
  if (!same && (told || !content_.file()))
    return fail(Code::build_failed, cat(shown_, ": its backend built ", shown));
  if (told && !fits(*name)) return fail(not_for_target(file_name));
  return {};
}

Error SourceBuild::not_for_target(const std::string& file_name) const {
  const pep::Target& target = context_.builder()->target();
  const std::vector<pep::Tag>& tags = target.tags.ordered();
  Error error{Code::build_failed,
              cat(shown_, ": its backend built ", base::printable(file_name),
                  ", which does not fit the target, Python ", target.markers.python_version,
                  tags.empty() ? "" : cat(" on ", tags.front().platform))};
  error.with_hint("source distributions can only be built for the Python that builds them");
  if (content_.project().empty()) return error;
  return std::move(error).with_hint(cat(
      "to take a release that has a wheel, if there is one: --only-binary ", content_.project()));
}

/// `sha256`: what it must hash to; "" to accept any.
Result<std::pair<cache::WheelPtr, pep::Metadata>> SourceBuild::unpack_wheel(
    const std::string& path, const std::string& sha256) {
  const std::string name(wheel_name_.empty() || sha256.empty() ? std::string(base::base_name(path))
                                                               : wheel_name_);
  index::File file;
  file.kind = index::FileKind::wheel;
  file.name = name;
  file.sha256 = sha256;
  const auto hashes = [&file] { return ExpectedHashes::create(file, Expected{}, false); };
  PIPIT_TRY(auto published, unpack_file(context_, file, hashes, path));
  return std::pair(std::move(published.wheel), std::move(published.metadata));
}

std::string SourceBuild::wheel_file() const {
  if (wheel_name_.empty()) return {};
  const std::string path = cache().wheel_path(wheel_name_);
  return base::is_regular_file(path) ? path : std::string();
}

}  // namespace pipit::distribution
