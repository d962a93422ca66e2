// Reads a tar file (POSIX ustar and pax, GNU long names) forward: members come out as they arrive.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "archive/zip_stream.h"
#include "base/result.h"

namespace pipit::archive {

/// One member. Names are relative and "/" separated, without "." components and a trailing "/";
/// never absolute, never with "..".
struct TarEntry {
  enum class Kind { file, directory, symlink, hardlink };
  Kind kind = Kind::file;
  std::string name;
  /// Of links, as written: a symlink's is relative to its directory, a hard link's to the archive.
  std::string target;
  std::uint64_t size = 0;
  bool executable = false;
  std::int64_t mtime = 0;  // seconds since the epoch; 0 when none is given
};

struct TarSink {
  std::function<Result<Take>(const TarEntry&)> begin;
  std::function<Result<void>(std::string_view)> data;  // for files that `begin` took
  std::function<Result<void>(const TarEntry&)> end;    // for files that `begin` took
};

/// Strict where PEP 706 and 721 ask for it. Code::bad_archive for: members and link targets outside
/// the archive, devices and pipes, sparse files, names and pax records over 1 MB, malformed or
/// doubled pax records, wrong header checksums. A pax size overrides the header's. Link targets are
/// judged by their text only; the caller that unpacks must also judge them against the tree
/// (TreeNames).
class TarStream {
 public:
  TarStream(std::string archive, TarSink sink);
  TarStream(const TarStream&) = delete;
  TarStream& operator=(const TarStream&) = delete;
  Result<void> feed(std::string_view bytes);
  /// To be called after the last bytes: the last member must be complete.
  Result<void> finish();

 private:
  enum class At { header, special, content, padding, over };
  Result<bool> advance(std::string_view& in);
  Result<bool> at_header(std::string_view& in);
  Result<bool> at_special(std::string_view& in);
  Result<bool> at_content(std::string_view& in);
  Result<void> begin_special(char type, std::uint64_t size);
  Result<void> end_special();
  Result<void> begin_member(std::string_view header, char type, std::uint64_t size);
  Result<void> read_pax(std::string_view records);
  Result<void> set_pax(std::string_view key, std::string_view value);
  void forget_overrides();
  std::unexpected<Error> refused(std::string_view why) const;

  std::string archive_;
  TarSink sink_;
  At at_ = At::header;
  std::string pending_;
  TarEntry entry_;
  Take take_ = Take::skip;
  std::uint64_t left_ = 0;     // of the content
  std::uint64_t padding_ = 0;  // to the next block
  char special_ = 0;           // type of the record being collected
  int zero_blocks_ = 0;
  std::optional<std::string> name_, link_;  // overrides for the next member
  std::optional<std::uint64_t> size_;
  bool pax_seen_ = false;
};

/// Why a name or link text is refused; nullptr when it is fine. `from` is the directory that a
/// relative link starts at.
const char* tar_link_fault(std::string_view from, std::string_view target);

}  // namespace pipit::archive
