// Two readers, one writer. The readers (archive/) ensure that names are relative and say what they
// seem to say; TreeNames judges members by the tree they form; the writer opens every directory on
// the way without following links, and only ever creates. So nothing outside the directory is
// reached, whatever a member of an archive says.
#include "distribution/source/extract.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "archive/byte_source.h"
#include "archive/gzip.h"
#include "archive/tar_stream.h"
#include "archive/tree_names.h"
#include "archive/zip.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::distribution {
namespace {

constexpr std::size_t kTreePiece = 256u << 10;
constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

enum class ArchiveKind { tar_gz, tar, zip };

std::string_view kind_name(ArchiveKind kind) {
  return kind == ArchiveKind::zip ? "a zip" : kind == ArchiveKind::tar ? "a tar" : "a gzip";
}

std::optional<ArchiveKind> archive_kind_by_name(std::string_view name) {
  const std::string lower = base::to_lower(name);
  if (lower.ends_with(".tar.gz") || lower.ends_with(".tgz")) return ArchiveKind::tar_gz;
  if (lower.ends_with(".tar")) return ArchiveKind::tar;
  if (lower.ends_with(".zip")) return ArchiveKind::zip;
  return std::nullopt;
}

std::optional<ArchiveKind> archive_kind_by_magic(std::string_view head) {
  if (head.starts_with("\x1f\x8b")) return ArchiveKind::tar_gz;
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return ArchiveKind::zip;
  if (head.size() >= 262 && head.substr(257, 5) == "ustar") return ArchiveKind::tar;
  return std::nullopt;
}

Result<ArchiveKind> archive_kind(std::string_view name, std::string_view head,
                                 const std::string& shown) {
  const auto named = archive_kind_by_name(name), found = archive_kind_by_magic(head);
  for (const auto& [magic, what] : {std::pair{"BZh", "bzip2"},
                                    std::pair{"\xfd"
                                              "7zXZ",
                                              "xz"},
                                    std::pair{"\x28\xb5\x2f\xfd", "zstandard"}})
    if (!found && head.starts_with(magic))
      return fail(Code::unsupported,
                  cat(shown, ": is packed by ", what, "; only .tar.gz and .zip can be read"));
  if (!found)
    return fail(Code::bad_archive, cat(shown, ": its content is neither a .tar.gz nor a .zip"));
  if (named && *named != *found)
    return fail(Code::bad_archive, cat(shown, ": is ", kind_name(*found), " archive, not ",
                                       kind_name(*named), " as its name says"));
  return *found;
}

class TreeWriter {
 public:
  TreeWriter(base::Fd top, const std::string& shown, const TreeLimits& limits)
      : top_(std::move(top)), shown_(shown), limits_(limits) {}

  Result<void> directory(std::string_view path) {
    PIPIT_TRY(judge(path, names_.add_directory(path)));
    PIPIT_TRY(open_folder(path));
    return {};
  }
  Result<void> begin_file(std::string_view path, bool executable) {
    PIPIT_TRY(judge(path, names_.add_file(path)));
    PIPIT_TRY(const int folder, open_parent(path));
    const std::string name(base::base_name(path));
    const mode_t mode = executable ? 0755 : 0644;
    // Removes what an earlier member of that name wrote: it may be linked from elsewhere.
    if (::unlinkat(folder, name.c_str(), 0) != 0 && errno != ENOENT) return wrong(path);
    out_ = base::Fd(
        ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    return out_ ? Result<void>() : wrong(path);
  }
  Result<void> data(std::string_view bytes) {
    bytes_ += bytes.size();
    if (bytes_ > limits_.bytes)
      return fail(Error{Code::bad_archive, "unpacks to more than is allowed"}.in(shown_));
    return base::write_all(out_.get(), bytes, shown_);
  }
  /// `mtime` 0: left unchanged. A time that cannot be set (it is out of range, a sandbox forbids
  /// it) is no reason to refuse the archive.
  void end_file(std::int64_t mtime) {
    const timespec time{static_cast<time_t>(mtime), 0};
    const timespec times[2] = {time, time};
    if (mtime > 0) (void)::futimens(out_.get(), times);
    out_.reset();
  }
  Result<void> symlink(std::string_view path, const std::string& target) {
    PIPIT_TRY(judge(path, names_.add_symlink(path, target)));
    PIPIT_TRY(const int folder, open_parent(path));
    const std::string name(base::base_name(path));
    if (::unlinkat(folder, name.c_str(), 0) != 0 && errno != ENOENT) return wrong(path);
    return ::symlinkat(target.c_str(), folder, name.c_str()) == 0 ? Result<void>() : wrong(path);
  }
  Result<void> hardlink(std::string_view path, const std::string& target) {
    PIPIT_TRY(judge(path, names_.add_hardlink(path, target)));
    std::string plain;
    for (std::string_view part : base::split(target, '/'))
      if (!part.empty() && part != ".") plain += cat(plain.empty() ? "" : "/", part);
    PIPIT_TRY(base::Fd from, walk(base::parent_path(plain)));
    PIPIT_TRY(const int folder, open_parent(path));
    const std::string old(base::base_name(plain)), name(base::base_name(path));
    if (::unlinkat(folder, name.c_str(), 0) != 0 && errno != ENOENT) return wrong(path);
    const bool done = ::linkat(from.get(), old.c_str(), folder, name.c_str(), 0) == 0;
    return done ? Result<void>() : wrong(path);
  }
  Result<void> finish() const {
    std::string path;
    if (const char* fault = names_.check_links(path)) return refuse(path, fault);
    return {};
  }

 private:
  std::unexpected<Error> refuse(std::string_view path, std::string_view why) const {
    return fail(Error{Code::bad_archive, cat(base::printable(path), ": ", why)}.in(shown_));
  }
  std::unexpected<Error> wrong(std::string_view path) const {
    return fail(base::system_error(base::printable(path), errno).in(shown_));
  }
  Result<void> judge(std::string_view path, const char* fault) {
    if (++members_ > limits_.members)
      return fail(Error{Code::bad_archive, "has too many members"}.in(shown_));
    return fault ? Result<void>(refuse(path, fault)) : Result<void>();
  }
  /// Opens the folder of that path, creating what is absent.
  Result<base::Fd> walk(std::string_view path) {
    base::Fd at(::openat(top_.get(), ".", kOpenFolder));
    for (std::string_view part : base::split(path, '/')) {
      if (!at) return wrong(path);
      if (part.empty()) continue;
      const std::string name(part);
      base::Fd next(::openat(at.get(), name.c_str(), kOpenFolder));
      if (!next && errno == ENOENT && ::mkdirat(at.get(), name.c_str(), 0755) == 0)
        next = base::Fd(::openat(at.get(), name.c_str(), kOpenFolder));
      at = std::move(next);
    }
    if (!at) return wrong(path);
    return at;
  }
  Result<void> open_folder(std::string_view path) {
    if (folder_ && folder_path_ == path) return {};
    PIPIT_TRY(folder_, walk(path));
    folder_path_ = path;
    return {};
  }
  /// Members of one folder come together, so it stays open from one to the next.
  Result<int> open_parent(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    PIPIT_TRY(open_folder(slash == std::string_view::npos ? "" : path.substr(0, slash)));
    return folder_.get();
  }

  base::Fd top_;
  const std::string& shown_;
  const TreeLimits& limits_;
  archive::TreeNames names_;
  base::Fd folder_, out_;
  std::string folder_path_;
  std::uint64_t members_ = 0, bytes_ = 0;
};

archive::TarSink tar_sink(TreeWriter& writer) {
  using Kind = archive::TarEntry::Kind;
  archive::TarSink sink;
  sink.begin = [&writer](const archive::TarEntry& entry) -> Result<archive::Take> {
    if (entry.kind == Kind::directory) PIPIT_TRY(writer.directory(entry.name));
    if (entry.kind == Kind::symlink) PIPIT_TRY(writer.symlink(entry.name, entry.target));
    if (entry.kind == Kind::hardlink) PIPIT_TRY(writer.hardlink(entry.name, entry.target));
    if (entry.kind != Kind::file) return archive::Take::skip;
    PIPIT_TRY(writer.begin_file(entry.name, entry.executable));
    return archive::Take::content;
  };
  sink.data = [&writer](std::string_view bytes) { return writer.data(bytes); };
  sink.end = [&writer](const archive::TarEntry& entry) {
    writer.end_file(entry.mtime);
    return Result<void>();
  };
  return sink;
}

Result<void> unpack_tar(archive::ByteSource& source, bool gzip, TreeWriter& writer,
                        const std::string& shown, const std::stop_token& stop,
                        const TreeLimits& limits) {
  archive::TarStream tar(shown, tar_sink(writer));
  archive::GunzipStream gunzip([&tar](std::string_view bytes) { return tar.feed(bytes); },
                               limits.bytes + limits.members * 1024);
  const auto named = [&shown](Result<void> result) -> Result<void> {
    if (!result) result.error().in(shown);
    return result;
  };
  std::string piece;
  for (std::uint64_t at = 0; at < source.size(); at += piece.size()) {
    if (stop.stop_requested()) return fail_cancelled();
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kTreePiece, source.size() - at)));
    PIPIT_TRY(source.read_at(at, piece));
    PIPIT_TRY(gzip ? named(gunzip.feed(piece)) : tar.feed(piece));
  }
  if (gzip) PIPIT_TRY(named(gunzip.finish()));
  return tar.finish();
}

Result<void> unpack_zip(std::shared_ptr<archive::ByteSource> source, TreeWriter& writer,
                        const std::string& shown, const std::stop_token& stop,
                        const TreeLimits& limits) {
  archive::ZipLimits zip_limits;
  zip_limits.entries = limits.members;
  zip_limits.inflated_bytes = limits.bytes;
  PIPIT_TRY(archive::Zip zip, archive::Zip::open(std::move(source), shown, zip_limits));
  for (const archive::ZipEntry& entry : zip.entries()) {
    if (stop.stop_requested()) return fail_cancelled();
    std::string_view path = entry.name;
    if (entry.directory) {
      path.remove_suffix(1);
      PIPIT_TRY(writer.directory(path));
      continue;
    }
    PIPIT_TRY(writer.begin_file(path, entry.executable));
    PIPIT_TRY(zip.extract_to(entry, [&](std::string_view bytes) { return writer.data(bytes); }));
    writer.end_file(0);
  }
  return {};
}

/// The one folder at the top, as source archives have; else the top.
Result<std::string> project_folder(const std::string& directory) {
  PIPIT_TRY(const auto entries, base::list_directory(directory));
  const bool one = entries.size() == 1 && entries[0].kind == base::FileInfo::Kind::directory;
  return one ? base::join_path(directory, entries[0].name) : directory;
}

}  // namespace

Result<std::string> unpack_source(const std::string& path, std::string_view name,
                                  const std::string& directory, const std::string& shown,
                                  std::stop_token stop, const TreeLimits& limits) {
  PIPIT_TRY(auto source, archive::FileSource::open(path));
  std::string head(static_cast<std::size_t>(std::min<std::uint64_t>(512, source->size())), '\0');
  PIPIT_TRY(source->read_at(0, head));
  PIPIT_TRY(const ArchiveKind kind, archive_kind(name, head, shown));
  base::Fd top = base::open_path(directory, kOpenFolder);
  if (!top) return fail(base::system_error(directory, errno));
  TreeWriter writer(std::move(top), shown, limits);
  const bool zip = kind == ArchiveKind::zip;
  PIPIT_TRY(zip ? unpack_zip(std::move(source), writer, shown, stop, limits)
                : unpack_tar(*source, kind == ArchiveKind::tar_gz, writer, shown, stop, limits));
  PIPIT_TRY(writer.finish());
  return project_folder(directory);
}

}  // namespace pipit::distribution
