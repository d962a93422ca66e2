// The one pass. Bytes of a wheel arrive in pieces of any size; each piece is hashed (for the file)
// and run through the zip reader (which inflates and checks members), and its output is hashed
// again (for RECORD) and written. When the last byte is in, only comparisons are left: the central
// directory, the file's hash, RECORD. Only then does a rename show the entry to others. Until then
// everything is in a staging directory that the destructor removes, so a failure at any byte leaves
// nothing.
#include "distribution/wheel/unpack.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "archive/byte_source.h"
#include "base/file.h"
#include "base/file_digest.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "cache/manifest.h"
#include "distribution/wheel/check.h"
#include "pep/dist_name.h"

namespace pipit::distribution {
namespace {

constexpr std::uint64_t kMaxManifest = 256u << 20;
constexpr std::size_t kReadPiece = 256u << 10;

bool is_tolerated(const DatabaseOptions& options, std::string_view file_name) {
  auto name = pep::parse_wheel_name(file_name);
  return name &&
         std::count(options.allow_invalid.begin(), options.allow_invalid.end(), name->name) != 0;
}

/// Read permission decides who may execute: 0644 as the umask made it becomes the matching 0755.
mode_t with_x_bits(mode_t mode) { return mode | ((mode & 0444) >> 2); }

}  // namespace

Unpacker::Unpacker(DistState& context, const index::File& file, ExpectedHashes hashes,
                   std::string staging)
    : context_(context),
      file_name_(file.name),
      shown_(shown_name(file)),
      tolerant_(is_tolerated(context.options, file.name)),
      hashes_(std::move(hashes)),
      staging_(std::move(staging)),
      stream_(std::make_unique<archive::ZipStream>(shown_, sink(), context.lease(), kWheelZip)) {}

Result<std::unique_ptr<Unpacker>> Unpacker::create(DistState& context, const index::File& file,
                                                   ExpectedHashes hashes) {
  PIPIT_TRY(std::string staging, context.store.staging_directory(cache::Bucket::wheels));
  std::unique_ptr<Unpacker> unpacker(
      new Unpacker(context, file, std::move(hashes), std::move(staging)));
  const std::string tree = unpacker->member_path("");
  PIPIT_TRY(base::make_directories(tree));
  unpacker->tree_ = base::open_path(tree, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!unpacker->tree_) return fail(base::system_error(tree, errno));
  return unpacker;
}

Unpacker::~Unpacker() {
  out_.reset();
  spool_.reset();
  tree_.reset();
  if (!staging_.empty()) context_.drop(staging_);
}

std::string Unpacker::member_path(std::string_view name) const {
  return name.empty() ? cat(staging_, "/tree") : cat(staging_, "/tree/", name);
}

archive::ZipSink Unpacker::sink() {
  return {[this](const archive::ZipEntry& entry) { return begin_member(entry); },
          [this](std::string_view bytes) { return write_member(bytes); },
          [this](const archive::ZipEntry& entry) { return end_member(entry); }};
}

Result<void> Unpacker::feed(std::string_view bytes) {
  hashes_.update(bytes);
  fed_ += bytes.size();
  if (broken_) return {};
  if (spool_) return base::write_all(spool_.get(), bytes, shown_);
  return stream_->feed(bytes);
}

Result<void> Unpacker::feed_to_end(std::string_view bytes) {
  Result<void> fed = feed(bytes);
  const bool put_off = !fed && vouched() && is_about_content(fed.error()) && !needs_random_access();
  if (!put_off) return fed;
  broken_ = std::move(fed.error());
  return {};
}

Result<void> Unpacker::spool() {
  std::string path = cat(staging_, "/wheel");
  spool_ = base::open_path(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (!spool_) return fail(base::system_error(path, errno));
  return {};
}

/// A directory of the tree, and those above it.
Result<void> Unpacker::make_directory(std::string_view name) {
  if (name.empty() || name == last_made_ || made_.contains(std::string(name))) return {};
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) PIPIT_TRY(make_directory(name.substr(0, slash)));
  last_made_ = name;
  if (::mkdirat(tree_.get(), last_made_.c_str(), 0777) != 0 && errno != EEXIST)
    return fail(base::system_error(cat(shown_, ": ", base::printable(name)), errno));
  made_.insert(last_made_);
  return {};
}

Result<archive::Take> Unpacker::begin_member(const archive::ZipEntry& entry) {
  if (entry.directory) return archive::Take::skip;
  if (context_.stop.stop_requested()) return fail_cancelled();  // one piece may hold thousands
  if (!metadata_directory(entry.name).empty() && entry.sizes_known &&
      entry.size > pep::kMaxMetadata) {
    return fail(Code::bad_wheel, cat(shown_, ": ", base::printable(entry.name), ": is too large"));
  }
  const std::size_t slash = entry.name.rfind('/');
  if (slash != std::string::npos)
    PIPIT_TRY(make_directory(std::string_view(entry.name).substr(0, slash)));
  constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  out_.reset();
  if (!entry.repeated) out_ = base::open_at(tree_.get(), entry.name.c_str(), kNewFile, 0644);
  if (!out_ && !entry.repeated)
    return fail(base::system_error(cat(shown_, ": ", base::printable(entry.name)), errno));
  sha256_ = base::Sha256();
  size_ = 0;
  return archive::Take::content;
}

Result<void> Unpacker::write_member(std::string_view bytes) {
  sha256_.update(bytes);
  size_ += bytes.size();
  return out_ ? base::write_all(out_.get(), bytes, shown_) : Result<void>();
}

/// The first one is there; this one must be the same, byte by byte.
Result<void> Unpacker::compare_repeated(const archive::ZipEntry& entry) {
  const std::string path = member_path(entry.name);
  PIPIT_TRY(const std::optional<base::FileInfo> first, base::file_info(path));
  if (first && first->size == size_) {
    PIPIT_TRY(const std::string digest, base::file_digest(path, "sha256"));
    if (digest == base::hex(sha256_.digest())) return {};
  }
  return fail(Code::bad_archive, cat(shown_, ": ", base::printable(entry.name),
                                     ": is there twice, with two contents"));
}

/// Gives the file the time of its member, so that equal wheels become equal trees, and it need not
/// be asked for its time. Whether the file system keeps that time is seen with the first file.
Result<std::int64_t> Unpacker::set_time(const archive::ZipEntry& entry) {
  const timespec times[2] = {{0, UTIME_OMIT}, {static_cast<time_t>(entry.modified), 0}};
  if (::futimens(out_.get(), times) != 0) times_ = Times::not_kept;
  const std::int64_t wanted = entry.modified * 1'000'000'000;
  if (times_ == Times::kept) return wanted;
  struct stat info{};
  if (::fstat(out_.get(), &info) != 0) return fail(base::system_error(shown_, errno));
  const std::int64_t is = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  if (times_ == Times::unknown) times_ = is == wanted ? Times::kept : Times::not_kept;
  return is;
}

Result<void> Unpacker::end_member(const archive::ZipEntry& entry) {
  if (entry.repeated) return compare_repeated(entry);
  PIPIT_TRY(const std::int64_t mtime, set_time(entry));
  out_.reset();
  files_.push_back({entry.name, size_, sha256_.digest(), false, mtime});
  if (!metadata_directory(entry.name).empty()) metadata_path_ = member_path(entry.name);
  return {};
}

Result<std::string> Unpacker::metadata_text() const {
  auto text = base::read_file(metadata_path_, pep::kMaxMetadata);
  if (!text) return fail(Code::bad_wheel, cat(shown_, ": METADATA: ", text.error().message));
  return text;
}

/// Checks the archive's own consistency; returns the members as the directory describes them.
Result<std::vector<archive::ZipEntry>> Unpacker::complete() {
  if (broken_) return fail(std::move(*broken_));
  if (spool_) return unpack_spooled();
  PIPIT_TRY(stream_->finish());
  return stream_->entries();
}

Result<std::vector<archive::ZipEntry>> Unpacker::unpack_spooled() {
  std::string path = cat(staging_, "/wheel");
  PIPIT_TRY(auto source, archive::FileSource::open(path));
  PIPIT_TRY(archive::Zip zip, archive::Zip::open(std::move(source), shown_, kWheelZip));
  for (const archive::ZipEntry& entry : zip.entries()) {
    PIPIT_TRY(archive::Take take, begin_member(entry));
    if (take == archive::Take::skip) continue;
    PIPIT_TRY(
        zip.extract_to(entry, [this](std::string_view bytes) { return write_member(bytes); }));
    PIPIT_TRY(end_member(entry));
  }
  PIPIT_TRY(base::remove_file(path));
  return zip.entries();
}

Result<void> Unpacker::set_modes(const std::vector<archive::ZipEntry>& entries) {
  std::optional<mode_t> made;  // the mode of all files so far
  for (const archive::ZipEntry& entry : entries) {
    if (!entry.executable) continue;
    auto file = std::lower_bound(
        files_.begin(), files_.end(), entry.name,
        [](const cache::WheelFile& f, const std::string& name) { return f.path < name; });
    if (file == files_.end() || file->path != entry.name) continue;
    const char* name = entry.name.c_str();
    if (struct stat info{}; !made) {
      if (::fstatat(tree_.get(), name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return fail(base::system_error(shown_, errno));
      made = info.st_mode & 0777;
    }
    // Where a sandbox forbids it, installing copies the file with the mode that the manifest says.
    const bool done = ::fchmodat(tree_.get(), name, with_x_bits(*made), 0) == 0;
    if (!done && errno != EPERM && errno != ENOSYS) return fail(base::system_error(shown_, errno));
    file->executable = true;
  }
  return {};
}

Result<CheckedWheel> Unpacker::check() const {
  WheelContents contents;
  contents.text = [this](std::string_view path, std::uint64_t max) -> Result<std::string> {
    auto text = base::read_file(member_path(path), max);
    if (text) return text;
    return fail(Code::bad_wheel,
                cat(shown_, ": ", base::printable(path), ": cannot be read or is too large"));
  };
  contents.digest = [this](std::string_view path, std::string_view algorithm) {
    return base::file_digest(member_path(path), algorithm);
  };
  return check_wheel(file_name_, files_, contents, tolerant_);
}

/// The wheel as it was unpacked, unless another process was first, whose entry is at that place.
cache::WheelPtr Unpacker::published_at(const std::string& place, cache::Wheel wheel) const {
  wheel.directory = cat(place, "/tree");
  struct stat ours{}, there{};
  const bool same = ::fstat(tree_.get(), &ours) == 0 &&
                    ::lstat(wheel.directory.c_str(), &there) == 0 && ours.st_ino == there.st_ino &&
                    ours.st_dev == there.st_dev;
  if (!same) return wheel_at(place, wheel.sha256, file_name_);
  wheel.fresh = true;
  return std::make_shared<const cache::Wheel>(std::move(wheel));
}

Result<Unpacker::Published> Unpacker::publish() {
  Result<std::vector<archive::ZipEntry>> entries = complete();
  // A wrong hash explains a broken archive, never the reverse.
  PIPIT_TRY(hashes_.check());
  if (!entries) return fail(std::move(entries.error()));
  std::sort(files_.begin(), files_.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  PIPIT_TRY(set_modes(*entries));
  PIPIT_TRY(CheckedWheel checked, check());
  for (const std::string& oddity : checked.oddities)
    context_.events.warn(cat(shown_, ": ", oddity));

  cache::Wheel wheel;
  wheel.file_name = file_name_;
  wheel.sha256 = hashes_.sha256();
  wheel.dist_info = checked.dist_info;
  wheel.data_dir = checked.data_dir;
  wheel.files = std::move(files_);
  std::erase_if(wheel.files,
                [&](const auto& f) { return f.path == cat(wheel.dist_info, "/RECORD"); });
  PIPIT_TRY(base::write_file(cat(staging_, "/manifest"), cache::encode_manifest(wheel)));
  // An existing entry that cannot be read would win over ours for ever.
  if (!find_wheel(context_.store, wheel.sha256, file_name_)) {
    context_.store.remove(cache::Bucket::wheels, wheel.sha256);
  }
  auto placed = context_.store.publish(cache::Bucket::wheels, staging_, wheel.sha256);
  if (!placed) return fail(std::move(placed.error()));
  staging_.clear();
  cache::WheelPtr found = published_at(*placed, std::move(wheel));
  if (!found) return fail(Code::io, cat(shown_, ": its entry in the cache cannot be read back"));
  return Published{std::move(found), std::move(checked.metadata)};
}

Result<Unpacker::Published> unpack_file(DistState& context, const index::File& file,
                                        const std::function<Result<ExpectedHashes>()>& expected,
                                        const std::string& path) {
  PIPIT_TRY(auto source, archive::FileSource::open(path));
  std::string piece;
  for (const bool spooled : {false, true}) {
    PIPIT_TRY(ExpectedHashes hashes, expected());
    PIPIT_TRY(auto unpacker, Unpacker::create(context, file, std::move(hashes)));
    if (spooled) PIPIT_TRY(unpacker->spool());
    Result<void> fed;
    for (std::uint64_t at = 0; fed && at < source->size(); at += piece.size()) {
      if (context.stop.stop_requested()) return fail_cancelled();
      piece.resize(
          static_cast<std::size_t>(std::min<std::uint64_t>(kReadPiece, source->size() - at)));
      PIPIT_TRY(source->read_at(at, piece));
      fed = unpacker->feed_to_end(piece);
    }
    if (fed) return unpacker->publish();
    if (spooled || !unpacker->needs_random_access()) return fail(std::move(fed.error()));
  }
  return fail(Code::internal, cat(base::printable(path), ": not unpacked"));
}

cache::WheelPtr find_wheel(cache::Store& store, const std::string& sha256,
                           std::string_view file_name) {
  if (sha256.empty()) return nullptr;
  return wheel_at(store.entry_path(cache::Bucket::wheels, sha256), sha256, file_name);
}

cache::WheelPtr wheel_at(const std::string& directory, const std::string& sha256,
                         std::string_view file_name) {
  auto text = base::read_file(cat(directory, "/manifest"), kMaxManifest);
  if (!text) return nullptr;
  auto wheel = cache::decode_manifest(*text, directory);
  if (!wheel || wheel->sha256 != sha256 || !base::is_directory(wheel->directory)) return nullptr;
  if (wheel->file_name == file_name) return std::make_shared<const cache::Wheel>(std::move(*wheel));
  // The same bytes under another name: fine when it has the same project and version.
  auto kept = pep::parse_wheel_name(wheel->file_name), wanted = pep::parse_wheel_name(file_name);
  if (!kept || !wanted || kept->name != wanted->name || kept->version != wanted->version)
    return nullptr;
  return std::make_shared<const cache::Wheel>(std::move(*wheel));
}

}  // namespace pipit::distribution
