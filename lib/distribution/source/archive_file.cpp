// An archive of up to half a MiB stays in memory until its hash is known; a larger one goes to a
// file in the staging directory. Either way it appears in the cache by one rename.
#include "distribution/source/archive_file.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "archive/byte_source.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/text.h"
#include "base/time.h"

namespace pipit::distribution {
namespace {

constexpr std::size_t kInMemory = 512u << 10;
constexpr std::size_t kHashPiece = 256u << 10;

std::string archive_key(const std::string& sha256) { return cat("archives/", sha256); }

}  // namespace

Result<ExpectedHashes> ArchiveSpec::start() const {
  index::File file;
  file.kind = index::FileKind::sdist;
  file.name = name;
  file.sha256 = sha256;
  file.other_hash = other_hash;
  return ExpectedHashes::create(file, expected, required);
}

ArchivePtr find_archive(const cache::Store& store, const std::string& sha256) {
  if (sha256.empty()) return nullptr;
  const std::string path = store.entry_path(cache::Bucket::files, archive_key(sha256));
  if (path.empty() || !base::is_regular_file(path)) return nullptr;
  return std::make_shared<const Archive>(Archive{path, sha256, {}, false});
}

Result<std::string> hash_archive(const std::string& path, const ArchiveSpec& spec,
                                 std::stop_token stop) {
  PIPIT_TRY(ExpectedHashes hashes, spec.start());
  PIPIT_TRY(auto source, archive::FileSource::open(path));
  std::string piece;
  for (std::uint64_t at = 0; at < source->size(); at += piece.size()) {
    if (stop.stop_requested()) return fail_cancelled();
    piece.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(kHashPiece, source->size() - at)));
    PIPIT_TRY(source->read_at(at, piece));
    hashes.update(piece);
  }
  PIPIT_TRY(hashes.check());
  return hashes.sha256();
}

Result<std::unique_ptr<ArchiveSpool>> ArchiveSpool::create(cache::Store& store, ArchiveSpec spec) {
  PIPIT_TRY(ExpectedHashes hashes, spec.start());
  return std::unique_ptr<ArchiveSpool>(new ArchiveSpool(store, std::move(spec), std::move(hashes)));
}

ArchiveSpool::~ArchiveSpool() {
  out_.reset();
  if (!staging_.empty()) (void)base::remove_tree(staging_);
}

Result<void> ArchiveSpool::open_file() {
  if (staging_.empty()) {
    PIPIT_TRY(staging_, store_.staging_directory(cache::Bucket::files));
  }
  const std::string path = cat(staging_, "/archive");
  out_ = base::open_path(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644);
  if (!out_) return fail(base::system_error(path, errno));
  PIPIT_TRY(base::write_all(out_.get(), memory_, path));
  memory_ = std::string();
  return {};
}

Result<void> ArchiveSpool::begin(const net::ResponseHead& head) {
  PIPIT_TRY(hashes_, spec_.start());
  out_.reset();
  memory_.clear();
  fed_ = 0;
  validators_ = net::read_validators(head.headers, base::now_seconds());
  // Only a strong validator may be used with a range (If-Range, RFC 9110 section 13.1.5).
  range_validator_.clear();
  if (validators_.etag.starts_with('"'))
    range_validator_ = validators_.etag;
  else if (validators_.etag.empty())
    range_validator_ = validators_.last_modified;
  return {};
}

Result<void> ArchiveSpool::feed(std::string_view bytes) {
  hashes_.update(bytes);
  fed_ += bytes.size();
  if (!out_ && memory_.size() + bytes.size() <= kInMemory) {
    memory_ += bytes;
    return {};
  }
  if (!out_) PIPIT_TRY(open_file());
  return base::write_all(out_.get(), bytes, spec_.name);
}

Result<ArchivePtr> ArchiveSpool::publish() {
  PIPIT_TRY(hashes_.check());
  if (!out_) PIPIT_TRY(open_file());
  out_.reset();
  const std::string sha256 = hashes_.sha256();
  PIPIT_TRY(std::string path, store_.place_file(cache::Bucket::files, cat(staging_, "/archive"),
                                                archive_key(sha256)));
  return std::make_shared<const Archive>(Archive{std::move(path), sha256, validators_, true, true});
}

}  // namespace pipit::distribution
