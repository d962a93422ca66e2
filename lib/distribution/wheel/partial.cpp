// "pipit-partial 1 <bytes of the whole> <validator>\n", then the bytes. The name begins with a dot:
// a file in progress, which sweeping the cache removes after a day.
#include "distribution/wheel/partial.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::distribution {
namespace {

constexpr std::string_view kMagic = "pipit-partial 1 ";
constexpr std::size_t kMaxHead = 1024;
constexpr std::size_t kReplayPiece = 256u << 10;

/// One pread, resumed after signals; returns how many bytes it read.
std::size_t read_at(int fd, std::uint64_t offset, std::string& piece, std::size_t most) {
  piece.resize(most);
  ssize_t count = 0;
  do {
    count = ::pread(fd, piece.data(), most, static_cast<off_t>(offset));
  } while (count < 0 && errno == EINTR);
  piece.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return piece.size();
}

}  // namespace

Partial::Partial(const cache::Store& store, std::string_view key) {
  if (store.temporary() || !store.writable() || !cache::is_valid_key(key)) return;
  path_ = base::join_path(store.bucket_path(cache::Bucket::wheels), cat(".partial-", key));
  if (open(0)) read_head();
}

Partial::~Partial() {
  if (size_ == 0) discard();
}

/// Whether the file exists and only we use it.
bool Partial::open(int flags) {
  fd_ = base::open_path(path_, O_RDWR | O_APPEND | O_NOFOLLOW | flags, 0600);
  struct stat ours{}, there{};
  const bool locked = fd_ && ::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0;
  // Its last holder may have removed it since we opened it.
  const bool right = locked && ::fstat(fd_.get(), &ours) == 0 &&
                     ::lstat(path_.c_str(), &there) == 0 && ours.st_ino == there.st_ino;
  if (!right) fd_.reset();
  return right;
}

void Partial::read_head() {
  struct stat info{};
  if (::fstat(fd_.get(), &info) != 0) return;
  std::string head;
  read_at(fd_.get(), 0, head, kMaxHead);
  const std::size_t end = head.find('\n');
  if (!head.starts_with(kMagic) || end == std::string::npos) return;
  const std::string_view rest = std::string_view(head).substr(0, end).substr(kMagic.size());
  const auto words = base::split_once(rest, ' ');
  const auto whole = words ? base::parse_uint(words->first) : std::nullopt;
  if (!whole || words->second.empty()) return;
  head_ = end + 1;
  size_ = static_cast<std::uint64_t>(info.st_size) - head_;
  whole_ = *whole;
  validator_ = words->second;
}

Result<void> Partial::replay(const std::function<Result<void>(std::string_view)>& take) const {
  std::string piece;
  for (std::uint64_t at = 0; at < size_; at += piece.size()) {
    const std::uint64_t most = std::min<std::uint64_t>(kReplayPiece, size_ - at);
    if (read_at(fd_.get(), head_ + at, piece, static_cast<std::size_t>(most)) == 0)
      return fail(Code::io, cat(path_, ": cannot be read"));
    PIPIT_TRY(take(piece));
  }
  return {};
}

void Partial::begin(std::string_view validator, std::uint64_t whole) {
  head_ = size_ = whole_ = 0;
  validator_.clear();
  if (path_.empty()) return;
  const bool worth_it = !validator.empty() && validator.size() < kMaxHead / 2 && whole >= kWorthIt;
  if (!worth_it) return discard();
  if (!fd_ && !open(O_CREAT)) return;
  const std::string head = cat(kMagic, whole, " ", validator, "\n");
  const bool begun =
      ::ftruncate(fd_.get(), 0) == 0 && base::write_all(fd_.get(), head, path_).has_value();
  if (!begun) return discard();
  head_ = head.size();
  whole_ = whole;
  validator_ = validator;
}

void Partial::append(std::string_view bytes) {
  if (validator_.empty()) return;
  if (!base::write_all(fd_.get(), bytes, path_)) return discard();  // a full disk, mostly
  size_ += bytes.size();
}

void Partial::discard() {
  if (fd_) (void)base::remove_file(path_);
  fd_.reset();
  head_ = size_ = whole_ = 0;
  validator_.clear();
}

}  // namespace pipit::distribution
