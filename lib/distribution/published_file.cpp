// Copies, not links: a wheelhouse is the user's to change, and the cache must not change with it.
#include "distribution/published_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "archive/byte_source.h"
#include "archive/zip.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "distribution/in_flight.h"
#include "distribution/metadata/tail.h"
#include "distribution/source/archive_fetch.h"
#include "distribution/source/build.h"
#include "distribution/source/jobs.h"
#include "distribution/unhashed.h"
#include "distribution/wheel/check.h"

namespace pipit::distribution {
namespace {

constexpr std::size_t kCopyPiece = 256u << 10;

Result<void> copy_bytes(const std::string& from, const std::string& to) {
  PIPIT_TRY(auto source, archive::FileSource::open(from));
  const base::Fd out = base::open_path(to, O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (!out) return fail(base::system_error(to, errno));
  std::string piece;
  for (std::uint64_t at = 0; at < source->size(); at += piece.size()) {
    piece.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(kCopyPiece, source->size() - at)));
    PIPIT_TRY(source->read_at(at, piece));
    PIPIT_TRY(base::write_all(out.get(), piece, to));
  }
  return {};
}

/// Where nothing vouches for the bytes, they must at least be an archive of the kind that the name
/// says, and a wheel the one that was asked for.
Result<void> check_unvouched(const Archive& archive, const index::File& file) {
  const std::string shown = shown_name(file);
  const auto refused = [&](Error error) {
    if (!archive.came.empty()) error.message += cat(" (", archive.came, ")");
    return fail(as_unchecked(std::move(error)));
  };
  PIPIT_TRY(auto source, archive::FileSource::open(archive.path));
  if (file.name.ends_with(".tar.gz")) {
    std::string head(static_cast<std::size_t>(std::min<std::uint64_t>(2, source->size())), '\0');
    PIPIT_TRY(source->read_at(0, head));
    if (head == "\x1f\x8b") return {};
    return refused(Error{Code::bad_archive, cat(shown, ": is not a gzip file")});
  }
  const auto zip = archive::Zip::open(std::move(source), shown, kWheelZip);
  if (!zip) return refused(zip.error());
  if (file.kind != index::FileKind::wheel) return {};
  const auto entry = metadata_entry(*zip, file.name);
  const auto text = entry ? zip->extract(*entry, pep::kMaxMetadata) : fail(entry.error());
  const auto metadata = text ? read_metadata(*text, file.name) : fail(text.error());
  return metadata ? Result<void>() : refused(metadata.error());
}

ArchiveSpec spec_of(const DistState& context, const index::File& file, const Expected& expected) {
  ArchiveSpec spec;
  spec.name = shown_name(file);
  spec.sha256 = file.sha256;
  spec.other_hash = file.other_hash;
  spec.expected = expected;
  spec.required = context.options.require_hashes;
  return spec;
}

/// A wheel as it was published. (Installed wheels are unpacked while they arrive, and their archive
/// is not kept.)
Result<std::string> wheel_archive(DistState& context, const index::FilePtr& file,
                                  const Expected& expected, std::stop_token stop) {
  const ArchiveSpec spec = spec_of(context, *file, expected);
  PIPIT_TRY(base::Url url, base::parse_url(file->url));
  if (is_local(*file)) {
    PIPIT_TRY(std::string path, base::file_url_to_path(url));
    PIPIT_TRY(hash_archive(path, spec));
    return path;
  }
  PIPIT_TRY(const ExpectedHashes hashes, spec.start());
  const WheelKey key{key_of(*file), expected};
  const auto fetch = [&]() -> Result<ArchivePtr> {
    ArchivePtr kept = find_archive(context.store, hashes.known_sha256());
    if (kept && hash_archive(kept->path, spec)) {
      context.count(&Account::from_cache, key.file);
      return kept;
    }
    ArchiveRequest request;
    request.url = std::move(url);
    request.spec = spec;
    request.priority = sched::make_priority(sched::Priority::blocking);
    PIPIT_TRY(ArchiveAnswer answer, fetch_archive(context, std::move(request), nullptr, stop));
    if (!hashes.vouches()) PIPIT_TRY(check_unvouched(*answer.archive, *file));
    context.count(&Account::downloaded, key.file);
    return std::move(answer.archive);
  };
  PIPIT_TRY(const ArchivePtr archive,
            context.published.get(key, cat("file ", spec.name), stop, fetch));
  return archive->path;
}

/// The archive of a source on which no other thread works any more.
Result<ArchivePtr> source_archive(const std::shared_ptr<DistState>& context,
                                  const index::FilePtr& file, const Expected& expected,
                                  std::stop_token stop) {
  const auto build = source_of_file(context, file);
  const auto& source = build->content().source();
  if (source && source->kind != DirectReference::Kind::archive)
    return fail(Code::unsupported,
                cat(build->content().shown(), ": is not a file that could be copied"));
  // Waits for its metadata first: only one thread at a time works on a source.
  PIPIT_TRY(await_metadata(context, file, stop));
  PIPIT_TRY(build->check(expected, stop));
  PIPIT_TRY(ArchivePtr archive, build->archive(std::move(stop)));
  const bool known_kind = file->name.ends_with(".tar.gz") || file->name.ends_with(".zip");
  const bool vouched = build->content().is_vouched() || !expected.hashes.empty();
  if (!source && known_kind && !vouched) PIPIT_TRY(check_unvouched(*archive, *file));
  return archive;
}

/// Fetches the file for its digest, unless the server says that it is still the one known.
Result<std::string> remote_digest(DistState& context, const index::File& file, base::Url url,
                                  std::stop_token stop) {
  const std::string key = index::file_key(file);
  const std::optional<Recalled> known = recall(context, cache::Bucket::files, key, file);
  if (known && known->holds) return std::string(known->answer.content.text);
  ArchiveRequest request;
  request.url = url;
  request.spec = spec_of(context, file, {});
  request.priority = sched::make_priority(sched::Priority::blocking);
  if (known) request.known = &known->answer.validators;
  PIPIT_TRY(const ExpectedHashes hashes, request.spec.start());
  const auto answer = fetch_archive(context, std::move(request), nullptr, stop);
  if (!answer && known && answer.error().code == Code::network) {
    context.events.warn(cat(context.client.unreachable(url), kStandInNote));
    return std::string(known->answer.content.text);
  }
  PIPIT_TRY(answer);
  if (answer->archive && !hashes.vouches()) PIPIT_TRY(check_unvouched(*answer->archive, file));
  std::string digest =
      answer->archive ? answer->archive->sha256 : std::string(known->answer.content.text);
  keep_digest(context, file, answer->validators, url, digest);
  return digest;
}

}  // namespace

Result<std::string> copy_file_into(const std::string& path, std::string_view name,
                                   const std::string& directory) {
  // A foreign file name must be a single component.
  if (name.empty() || name.starts_with('.') || name.contains('/') || name.contains('\0'))
    return fail(Code::bad_index, cat(base::printable(name), ": no name for a file"));
  std::string place = base::join_path(directory, name);
  const std::string staging = base::join_path(directory, base::unique_name(".pipit-"));
  Result<void> done = copy_bytes(path, staging);
  if (done) done = base::rename_path(staging, place);
  if (!done) (void)base::remove_file(staging);
  PIPIT_TRY(done);
  return place;
}

Result<std::string> copy_published(const std::shared_ptr<DistState>& context,
                                   const index::FilePtr& file, const Expected& expected,
                                   const std::string& directory, std::stop_token stop) {
  if (file->kind == index::FileKind::wheel) {
    PIPIT_TRY(const std::string path, wheel_archive(*context, file, expected, std::move(stop)));
    return copy_file_into(path, file->name, directory);
  }
  PIPIT_TRY(const ArchivePtr archive, source_archive(context, file, expected, std::move(stop)));
  if (!is_local(*file))
    context->count(archive->fetched ? &Account::downloaded : &Account::from_cache, key_of(*file));
  const SourceContent& content = source_of_file(context, file)->content();
  const std::string name = content.source() ? content.name() : std::string(file->name);
  return copy_file_into(archive->path, name, directory);
}

Result<std::string> published_digest(const std::shared_ptr<DistState>& context,
                                     const index::FilePtr& file, std::stop_token stop) {
  PIPIT_TRY(index::check_hashes(*file));
  if (!file->sha256.empty()) return std::string(file->sha256);
  // Whose metadata was never asked for is not touched by anybody, and need not be built.
  const auto metadata = context->metadata.peek(key_of(*file));
  const bool is_read = metadata && *metadata;
  if (file->kind == index::FileKind::sdist && (is_read || is_direct(*file))) {
    PIPIT_TRY(const ArchivePtr archive, source_archive(context, file, {}, std::move(stop)));
    return archive->sha256;
  }
  PIPIT_TRY(base::Url url, base::parse_url(file->url));
  if (!is_local(*file)) return remote_digest(*context, *file, std::move(url), std::move(stop));
  PIPIT_TRY(const std::string path, base::file_url_to_path(url));
  return hash_archive(path, spec_of(*context, *file, {}), std::move(stop));
}

}  // namespace pipit::distribution
