// Source distributions are tar files, and tar is three formats in one: the ustar header with its
// octal fields, pax records that override them for one member, and GNU's long-name members from
// before pax. Readers that disagree about which of two sizes counts see different members in one
// file. So there is one rule: what pax says counts, also for skipping, and what is malformed is an
// error, never skipped. No stated size is allocated without a limit.
#include "archive/tar_stream.h"

#include <algorithm>

#include "base/text.h"

namespace pipit::archive {
namespace {

// The ustar header (POSIX.1, pax, "ustar Interchange Format"), one block:
//
//   at     0 name 100 · 100 mode 8 · 124 size 12 · 136 mtime 12 · 148 checksum 8 · 156 type 1
//        157 link target 100 · 257 "ustar\0" · 345 prefix of the name 155
//
// Types: '0' (or NUL) a file, '7' one too, '1' hard link, '2' symbolic link, '5' directory; 'x' pax
// records of the next member, 'g' of all that follow, 'L' and 'K' GNU's long name and link target.
constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMaxSpecial = 1u << 20;
constexpr std::uint64_t kMaxTarMember = std::uint64_t{32} << 30;
constexpr std::size_t kMaxTarName = 4096;
constexpr std::uint64_t kMaxTarTime = std::uint64_t{1} << 33;  // the year 2242

std::string_view field(std::string_view header, std::size_t at, std::size_t length) {
  std::string_view text = header.substr(at, length);
  return text.substr(0, text.find('\0'));
}

/// Octal digits with spaces or NUL around them, or base 256 when the first bit is set (sizes from 8
/// GB); nullopt when negative or broken.
std::optional<std::uint64_t> tar_number(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  std::uint64_t value = 0;
  if (first & 0x80) {
    if (first != 0x80) return std::nullopt;
    for (char c : text.substr(1)) {
      if (value >> 55 != 0) return std::nullopt;
      value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
  }
  std::string_view digits = base::trim(text.substr(0, text.find('\0')));
  for (char c : digits) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value << 3 | static_cast<unsigned>(c - '0');
  }
  return value;
}

/// The sum of the header's bytes, with the checksum field itself taken as blanks.
bool checksum_fits(std::string_view header) {
  auto stated = tar_number(header.substr(148, 8));
  std::uint64_t sum = 0;
  std::int64_t signed_sum = 0;  // some old writers summed signed bytes
  for (std::size_t i = 0; i < kBlock; ++i) {
    char c = i >= 148 && i < 156 ? ' ' : header[i];
    sum += static_cast<unsigned char>(c);
    signed_sum += static_cast<signed char>(c);
  }
  return stated && (*stated == sum || static_cast<std::int64_t>(*stated) == signed_sum);
}

/// "./a//b/" -> "a/b"; nullopt when it is absolute or leads out.
std::optional<std::string> plain_path(std::string_view name) {
  if (name.starts_with('/')) return std::nullopt;
  std::string out;
  for (std::string_view part : base::split(name, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return std::nullopt;
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

/// Only POSIX headers have a prefix; old GNU headers keep times in its place.
std::string ustar_name(std::string_view header) {
  std::string_view name = field(header, 0, 100);
  bool posix = header.substr(257, 6) == std::string_view("ustar\0", 6);
  std::string_view prefix = posix ? field(header, 345, 155) : std::string_view();
  return prefix.empty() ? std::string(name) : cat(prefix, "/", name);
}

}  // namespace

/// Counts how deep the target is below the top after each component: below zero it has left. A walk
/// through other links can still leave; TreeNames follows those.
const char* tar_link_fault(std::string_view from, std::string_view target) {
  if (target.empty()) return "is a link to nothing";
  if (target.starts_with('/')) return "is a link to an absolute path";
  std::int64_t depth = from.empty() ? 0 : 1 + std::count(from.begin(), from.end(), '/');
  for (std::string_view part : base::split(target, '/')) {
    if (part.empty() || part == ".") continue;
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return "is a link out of the archive";
  }
  return nullptr;
}

TarStream::TarStream(std::string archive, TarSink sink)
    : archive_(std::move(archive)), sink_(std::move(sink)) {}

std::unexpected<Error> TarStream::refused(std::string_view why) const {
  Error error{Code::bad_archive, std::string(why)};
  if (!entry_.name.empty()) error.in(base::printable(entry_.name));
  return fail(std::move(error).in(archive_));
}

Result<void> TarStream::feed(std::string_view bytes) {
  while (true) {
    PIPIT_TRY(bool more, advance(bytes));
    if (!more) return {};
  }
}

/// Many writers leave out one or both zero blocks, so an end between two members is complete.
Result<void> TarStream::finish() {
  bool whole = at_ == At::over || (at_ == At::header && pending_.empty());
  if (!whole) return fail(Code::bad_archive, cat(archive_, ": ends too early"));
  return {};
}

Result<bool> TarStream::advance(std::string_view& in) {
  switch (at_) {
    case At::header:
      return at_header(in);
    case At::special:
      return at_special(in);
    case At::content:
      return at_content(in);
    case At::padding: {
      auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(padding_, in.size()));
      in.remove_prefix(skipped);
      padding_ -= skipped;
      if (padding_ != 0) return false;
      at_ = At::header;
      return true;
    }
    case At::over:
      break;
  }
  in = {};  // writers fill their last record with zeros
  return false;
}

/// One header block decides what follows: a record about the next member, or a member itself.
Result<bool> TarStream::at_header(std::string_view& in) {
  std::size_t wanted = std::min(kBlock - pending_.size(), in.size());
  pending_.append(in.substr(0, wanted));
  in.remove_prefix(wanted);
  if (pending_.size() < kBlock) return false;
  std::string header = std::move(pending_);
  pending_.clear();
  // Two blocks of zeros end the archive; a single one is skipped, as some writers leave one.
  if (std::all_of(header.begin(), header.end(), [](char c) { return c == '\0'; })) {
    if (++zero_blocks_ == 2) at_ = At::over;
    return true;
  }
  entry_ = TarEntry{};
  zero_blocks_ = 0;
  if (!checksum_fits(header)) return refused("is not a tar archive, or a broken one");
  auto size = tar_number(std::string_view(header).substr(124, 12));
  if (!size || *size > kMaxTarMember) return refused("a member with an impossible size");
  char type = header[156];
  if (type == 'x' || type == 'g' || type == 'L' || type == 'K') {
    PIPIT_TRY(begin_special(type, *size));
  } else {
    PIPIT_TRY(begin_member(header, type, *size));
  }
  return true;
}

/// A second record of a kind would leave it open which of the two counts, so it is refused.
Result<void> TarStream::begin_special(char type, std::uint64_t size) {
  if (size > kMaxSpecial) return refused("a name or attribute of more than 1 MB");
  bool twice = (type == 'x' && pax_seen_) || (type == 'L' && name_) || (type == 'K' && link_);
  if (twice) return refused("attributes of one member are given twice");
  special_ = type;
  left_ = size;
  padding_ = (kBlock - size % kBlock) % kBlock;
  at_ = At::special;
  return {};
}

Result<bool> TarStream::at_special(std::string_view& in) {
  auto part = in.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size())));
  pending_.append(part);
  in.remove_prefix(part.size());
  left_ -= part.size();
  if (left_ != 0) return false;
  PIPIT_TRY(end_special());
  pending_.clear();
  at_ = At::padding;
  return true;
}

Result<void> TarStream::end_special() {
  std::string_view text = pending_;
  if (special_ == 'x') {
    pax_seen_ = true;
    return read_pax(text);
  }
  // Defaults for the whole archive, such as the comment of `git archive`: a reader needs none.
  if (special_ == 'g') return {};
  text = text.substr(0, text.find('\0'));
  (special_ == 'L' ? name_ : link_) = std::string(text);
  return {};
}

/// Records "<length> <key>=<value>\n", in a row without a gap.
Result<void> TarStream::read_pax(std::string_view records) {
  std::string seen = "\n";
  while (!records.empty()) {
    std::size_t space = records.find(' ');
    auto length =
        space == std::string_view::npos ? std::nullopt : base::parse_uint(records.substr(0, space));
    if (!length || *length <= space + 1 || *length > records.size())
      return refused("malformed pax record");
    std::string_view record =
        records.substr(space + 1, static_cast<std::size_t>(*length) - space - 1);
    if (record.back() != '\n') return refused("malformed pax record");
    record.remove_suffix(1);
    auto pair = base::split_once(record, '=');
    if (!pair || pair->first.empty()) return refused("malformed pax record");
    std::string mark = cat("\n", pair->first, "\n");
    if (seen.find(mark) != std::string::npos) return refused("doubled pax record");
    seen += cat(pair->first, "\n");
    PIPIT_TRY(set_pax(pair->first, pair->second));
    records.remove_prefix(static_cast<std::size_t>(*length));
  }
  return {};
}

Result<void> TarStream::set_pax(std::string_view key, std::string_view value) {
  if (key.starts_with("GNU.sparse.")) return refused("a sparse file");
  if (key == "path") name_ = std::string(value);
  if (key == "linkpath") link_ = std::string(value);
  if (key == "size") {
    size_ = base::parse_uint(value);
    if (!size_ || *size_ > kMaxTarMember) return refused("a member with an impossible size");
  }
  return {};
}

/// What pax and GNU records say holds for one member.
void TarStream::forget_overrides() {
  name_.reset();
  link_.reset();
  size_.reset();
  pax_seen_ = false;
}

Result<void> TarStream::begin_member(std::string_view header, char type, std::uint64_t size) {
  std::string written = name_ ? *name_ : ustar_name(header);
  entry_.name = base::printable(written);
  entry_.target = link_ ? *link_ : std::string(field(header, 157, 100));
  entry_.size = size_.value_or(size);
  forget_overrides();
  bool directory = type == '5' || ((type == '0' || type == '\0') && written.ends_with('/'));
  if (type == '2')
    entry_.kind = TarEntry::Kind::symlink;
  else if (type == '1')
    entry_.kind = TarEntry::Kind::hardlink;
  else if (directory)
    entry_.kind = TarEntry::Kind::directory;
  else if (type == 'S')
    return refused("is a sparse file");
  else if (type != '0' && type != '\0' && type != '7')
    return refused("is not a regular file, directory or link");
  // Links and directories have no content, whatever their size field says (some writers repeat the
  // size of the linked file).
  if (entry_.kind != TarEntry::Kind::file) entry_.size = 0;

  if (written.size() > kMaxTarName || written.find('\0') != std::string::npos)
    return refused("broken name");
  if (std::count(written.begin(), written.end(), '/') > 128)
    return refused("directories are nested too deep");
  auto plain = plain_path(written);
  if (!plain) return refused("path leads out of the archive");
  if (plain->empty() && entry_.kind != TarEntry::Kind::directory)
    return refused("a member without a name");
  entry_.name = *plain;
  std::string_view parent = entry_.name;
  parent = parent.substr(0, parent.rfind('/') == std::string_view::npos ? 0 : parent.rfind('/'));
  const char* fault = nullptr;
  if (entry_.kind == TarEntry::Kind::symlink) fault = tar_link_fault(parent, entry_.target);
  if (entry_.kind == TarEntry::Kind::hardlink) fault = tar_link_fault("", entry_.target);
  if (fault) return refused(fault);
  auto mode = tar_number(header.substr(100, 8));
  entry_.mtime = static_cast<std::int64_t>(
      std::min(tar_number(header.substr(136, 12)).value_or(0), kMaxTarTime));
  entry_.executable = entry_.kind == TarEntry::Kind::file && mode && (*mode & 0111) != 0;
  PIPIT_TRY(take_, sink_.begin(entry_));
  if (entry_.kind != TarEntry::Kind::file) take_ = Take::skip;
  left_ = entry_.size;
  padding_ = (kBlock - entry_.size % kBlock) % kBlock;
  at_ = At::content;
  return {};
}

Result<bool> TarStream::at_content(std::string_view& in) {
  auto part = in.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size())));
  in.remove_prefix(part.size());
  left_ -= part.size();
  if (take_ == Take::content && !part.empty()) PIPIT_TRY(sink_.data(part));
  if (left_ != 0) return false;
  if (take_ == Take::content) PIPIT_TRY(sink_.end(entry_));
  at_ = At::padding;
  return true;
}

}  // namespace pipit::archive
