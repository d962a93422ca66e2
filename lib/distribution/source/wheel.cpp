// The second half of SourceBuild: its wheel. What a backend leaves is a file of its own making; it
// goes through the same strict reader as a file from anywhere else, and must be a wheel of the
// project and version that were asked for.
#include <algorithm>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "distribution/metadata/json.h"
#include "distribution/source/build.h"
#include "distribution/wheel/same_metadata.h"
#include "distribution/wheel/unpack.h"
#include "pep/dist_name.h"

namespace pipit::distribution {
/// The kept wheel that suits the target; null when there is none.
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
  if (wheel_) context_.count(&Account::from_cache);
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
  PIPIT_TRY(check_identity(metadata, "is, as its wheel says,"));
  if (told) {
    const std::string difference = metadata_difference(*told, metadata);
    if (!difference.empty())
      context_.events.warn(
          cat(shown_, ": its wheel says other things than it said before: ", difference));
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
  // Built for its metadata alone, by a Python that is not the target: another one is needed there.
  if (!usable) record_.prepared[context_.builder()->interpreter_key()] = fields;
  BuiltCache kept = cache();
  if (stale_) kept.replace(*stale_, record_);
  stale_.reset();
  PIPIT_TRY(kept.add_wheel(record_, path, wheel->sha256, fields));
  save_content();
  if (usable) {
    wheel_name_ = file_name;
    wheel_ = wheel;
  }
  metadata_ = std::make_shared<const pep::Metadata>(std::move(metadata));
  context_.count(&Account::built);
  return {};
}

bool SourceBuild::fits(const pep::WheelName& name) const {
  return context_.builder()->target().tags.rank(name).has_value();
}

/// What a backend calls its wheel must be what was asked for, and fit where it is to go.
Result<void> SourceBuild::check_wheel_name(const std::string& file_name,
                                           const pep::MetadataPtr& told) const {
  const std::string shown = base::printable(file_name);
  const auto name = pep::parse_wheel_name(file_name);
  if (!name)
    return fail(Code::build_failed,
                cat(shown_, ": its backend built ", shown, ", which is no wheel"));
  const bool same =
      told ? name->name == told->name && name->version == told->version
           : content_.project().empty() ||
                 (name->name == content_.project() && (!version_ || name->version == *version_));
  if (!same && (told || !content_.file()))
    return fail(Code::build_failed, cat(shown_, ": its backend built ", shown));
  if (told && !fits(*name))
    return fail(
        Error{Code::build_failed,
              cat(shown_, ": its backend built ", shown, ", which does not fit this Python")}
            .with_hint("source distributions can only be built for the Python that builds them"));
  return {};
}

/// `sha256`: what it must hash to, "" for what it does.
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
